package dev.lend.sysfs;

import dev.lend.model.SettingOwner;
import dev.lend.model.SettingOwner.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** udev rules that write the number of VFs or call {@code ip} for one (udev(7)). */
final class UdevOwners {
  private static final List<String> DIRECTORIES =
      List.of("etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d");

  private final ConfigFiles files;
  private final OwnedPf pf;

  UdevOwners(ConfigFiles files, OwnedPf pf) {
    this.files = files;
    this.pf = pf;
  }

  /**
   * A part of a rule.
   *
   * @param key with its attribute: {@code ATTR{device/sriov_numvfs}}
   */
  private record Part(String key, String operator, String value) {
    boolean matches() {
      return operator.equals("==") || operator.equals("!=");
    }
  }

  List<SettingOwner> find() {
    List<SettingOwner> found = new ArrayList<>();
    for (ConfigFile file : files.layered(".rules", DIRECTORIES)) {
      for (int i = 0; i < file.lines().size(); i++) {
        int line = i + 1;
        StringBuilder rule = new StringBuilder(file.lines().get(i).strip());
        while (rule.toString().endsWith("\\") && i + 1 < file.lines().size()) {
          rule.setLength(rule.length() - 1);
          rule.append(file.lines().get(++i).strip());
        }
        if (!rule.toString().startsWith("#")) {
          rule(file, line, parts(rule.toString())).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private Optional<SettingOwner> rule(ConfigFile file, int line, List<Part> parts) {
    Optional<String> what = Optional.empty();
    Fit fit = Fit.YES;
    boolean chosen = false;
    for (Part part : parts) {
      if (part.matches()) {
        Optional<Fit> about = about(part);
        if (about.isPresent()) {
          chosen = true;
          fit = fit.and(part.operator().equals("!=") ? about.get().not() : about.get());
        }
      } else if (part.key().startsWith("ATTR{") && part.key().endsWith("sriov_numvfs}")) {
        what = Optional.of("sets the number of its VFs to " + part.value());
      } else if (part.key().startsWith("RUN") || part.key().startsWith("PROGRAM")) {
        Optional<VfMention> mention = VfMention.inScript(part.value());
        if (mention.isPresent()) {
          what = Optional.of(mention.get().what());
          Fit named = pf.word(mention.get().target());
          chosen |= named != Fit.UNKNOWN;
          fit = named == Fit.UNKNOWN ? fit : fit.and(named);
        }
      }
    }
    Fit all = chosen ? fit : Fit.UNKNOWN;
    return what.flatMap(does ->
        SettingOwners.owner(
            all,
            Kind.UDEV_RULE,
            file,
            line,
            does,
            "take the rule out of " + file.place() + ", then: udevadm control --reload"));
  }

  /** Whether a match is about the PF; empty where it chooses no device. */
  private Optional<Fit> about(Part part) {
    return switch (part.key()) {
      case "ACTION", "SUBSYSTEM", "SUBSYSTEMS", "ENV{DEVTYPE}" -> Optional.empty();
      case "KERNEL",
          "KERNELS",
          "NAME",
          "ENV{INTERFACE}",
          "ENV{ID_NET_NAME}",
          "ENV{PCI_SLOT_NAME}" ->
          Optional.of(any(part.value()));
      case "ATTR{address}", "ATTRS{address}" -> Optional.of(pf.mac(part.value()));
      case "DRIVER", "DRIVERS", "ENV{ID_NET_DRIVER}" -> Optional.of(pf.driver(part.value()));
      case "ENV{ID_PATH}" -> Optional.of(pf.path(part.value()));
      default -> Optional.of(Fit.UNKNOWN);
    };
  }

  /** A kernel name can be that of the interface, or the address of the function. */
  private Fit any(String globs) {
    Fit any = Fit.NO;
    for (String glob : globs.split("\\|")) {
      any = any.or(pf.name(glob)).or(Fit.of(Glob.matches(glob, pf.address().toString())));
    }
    return any;
  }

  /** {@code KEY=="value", KEY="value"}; a value may hold commas. */
  private static List<Part> parts(String rule) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < rule.length()) {
      int open = rule.indexOf('"', at);
      int close = open < 0 ? -1 : rule.indexOf('"', open + 1);
      if (close < 0) {
        break;
      }
      int key = at;
      while (key < open && (rule.charAt(key) <= ' ' || rule.charAt(key) == ',')) {
        key++;
      }
      int operator = key;
      while (operator < open && "=!+-:".indexOf(rule.charAt(operator)) < 0) {
        operator++;
      }
      parts.add(
          new Part(
              rule.substring(key, operator).strip(),
              rule.substring(operator, open).strip(),
              rule.substring(open + 1, close)));
      at = close + 1;
    }
    return parts;
  }
}
