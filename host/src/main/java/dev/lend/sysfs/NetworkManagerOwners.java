package dev.lend.sysfs;

import dev.lend.model.SettingOwner;
import dev.lend.model.SettingOwner.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * NetworkManager: a connection with a section {@code [sriov]} rules the number of VFs, zero
 * included, while it is active, and resets it when it goes (nm-settings(5), sriov.total-vfs);
 * {@code sriov-num-vfs} in a {@code [device]} section makes VFs when the device appears
 * (NetworkManager.conf(5)).
 */
final class NetworkManagerOwners {
  /** nm-settings-keyfile(5), FILES. */
  private static final List<String> CONNECTIONS =
      List.of(
          "run/NetworkManager/system-connections",
          "etc/NetworkManager/system-connections",
          "usr/lib/NetworkManager/system-connections");

  /** NetworkManager.conf(5), FILE FORMAT. */
  private static final List<String> SETTINGS =
      List.of(
          "etc/NetworkManager/conf.d",
          "run/NetworkManager/conf.d",
          "usr/lib/NetworkManager/conf.d");

  private static final List<String> MAIN =
      List.of(
          "etc/NetworkManager/NetworkManager.conf",
          "var/lib/NetworkManager/NetworkManager-intern.conf");

  /** nm-settings-ifcfg-rh(5); NetworkManager still reads them where it was built to. */
  private static final String IFCFG = "etc/sysconfig/network-scripts";

  private final ConfigFiles files;
  private final OwnedPf pf;

  NetworkManagerOwners(ConfigFiles files, OwnedPf pf) {
    this.files = files;
    this.pf = pf;
  }

  List<SettingOwner> find() {
    List<SettingOwner> found = new ArrayList<>();
    for (ConfigFile file : files.each("", CONNECTIONS)) {
      connection(file).ifPresent(found::add);
    }
    for (String path : MAIN) {
      files.file(path).ifPresent(file -> devices(file, found));
    }
    for (ConfigFile file : files.layered(".conf", SETTINGS)) {
      devices(file, found);
    }
    for (ConfigFile file : files.each("", List.of(IFCFG))) {
      if (file.name().startsWith("ifcfg-")) {
        script(file).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<SettingOwner> connection(ConfigFile file) {
    Fit fit = Fit.UNKNOWN;
    boolean chosen = false;
    int line = 0;
    String total = "0";
    String id = file.name();
    for (ConfigFile.Entry entry : file.entries()) {
      String value = entry.value();
      Optional<Fit> about = Optional.empty();
      switch (entry.section() + "." + entry.key()) {
        case "sriov." -> line = line == 0 ? entry.line() : line;
        case "sriov.total-vfs" -> {
          total = value;
          line = entry.line();
        }
        case "connection.id" -> id = value;
        case "connection.type" -> {
          if (!List.of("ethernet", "802-3-ethernet", "infiniband").contains(value)) {
            return Optional.empty();
          }
        }
        case "connection.interface-name" -> about = Optional.of(pf.name(value));
        case "ethernet.mac-address", "802-3-ethernet.mac-address", "infiniband.mac-address" ->
            about = Optional.of(pf.mac(value));
        case "match.interface-name", "match.driver", "match.path" ->
            about = Optional.of(list(entry.key(), value));
        default -> {}
      }
      if (about.isPresent()) {
        fit = chosen ? fit.and(about.get()) : about.get();
        chosen = true;
      }
    }
    return line == 0
        ? Optional.empty()
        : SettingOwners.owner(
            fit,
            Kind.NETWORK_MANAGER,
            file,
            line,
            (total.equals("0") ? "keeps it without VFs" : "keeps " + total + " VFs on it")
                + " while its connection "
                + id
                + " is active",
            "nmcli connection modify '" + id.replace("'", "'\\''") + "' remove sriov");
  }

  /**
   * Patterns between semicolons: {@code !} in front takes away, the others add (nm-settings(5)).
   */
  private Fit list(String key, String value) {
    Fit any = Fit.NO;
    Fit none = Fit.YES;
    boolean adds = false;
    for (String part : value.split(";")) {
      String glob = part.strip();
      while (!glob.isEmpty() && "&|".indexOf(glob.charAt(0)) >= 0) {
        glob = glob.substring(1);
      }
      if (glob.startsWith("!")) {
        none = none.and(one(key, glob.substring(1)).not());
      } else if (!glob.isEmpty()) {
        any = any.or(one(key, glob));
        adds = true;
      }
    }
    return adds ? any.and(none) : none;
  }

  private Fit one(String key, String glob) {
    return switch (key) {
      case "driver" -> pf.driver(glob);
      case "path" -> pf.path(glob);
      default -> pf.name(glob);
    };
  }

  private void devices(ConfigFile file, List<SettingOwner> into) {
    String number = "";
    String match = "*";
    int line = 0;
    List<ConfigFile.Entry> entries = new ArrayList<>(file.entries());
    entries.add(new ConfigFile.Entry("", "", "", 0));
    for (ConfigFile.Entry entry : entries) {
      if (entry.key().isEmpty()) {
        if (line > 0) {
          SettingOwners.owner(
                  device(match),
                  Kind.NETWORK_MANAGER,
                  file,
                  line,
                  "makes " + number + " VFs of it when it appears",
                  "take sriov-num-vfs out of "
                      + file.place()
                      + ", then: systemctl reload NetworkManager")
              .ifPresent(into::add);
        }
        line = 0;
        match = "*";
      } else if (entry.section().equals("device") || entry.section().startsWith("device-")) {
        if (entry.key().equals("sriov-num-vfs")) {
          number = entry.value();
          line = entry.line();
        } else if (entry.key().equals("match-device")) {
          match = entry.value();
        }
      }
    }
  }

  /** NetworkManager.conf(5), "Device List Format". */
  private Fit device(String list) {
    Fit any = Fit.NO;
    Fit except = Fit.NO;
    boolean adds = false;
    for (String part : list.replace(',', ';').split(";")) {
      String spec = part.strip();
      if (spec.startsWith("except:")) {
        except = except.or(spec(spec.substring(7)));
      } else if (!spec.isEmpty()) {
        any = any.or(spec(spec));
        adds = true;
      }
    }
    return (adds ? any : Fit.YES).and(except.not());
  }

  private Fit spec(String spec) {
    int colon = spec.indexOf(':');
    String value = spec.substring(colon + 1);
    return switch (colon < 0 ? "" : spec.substring(0, colon)) {
      case "interface-name" -> pf.name(value.startsWith("=") ? value.substring(1) : value);
      case "mac" -> pf.mac(value);
      case "driver" ->
          pf.driver(value.contains("/") ? value.substring(0, value.indexOf('/')) : value);
      case "type" ->
          value.equals("ethernet") ? Fit.YES : value.equals("infiniband") ? Fit.UNKNOWN : Fit.NO;
      case "" -> spec.equals("*") ? Fit.YES : pf.name(spec);
      default -> spec.length() == 17 ? pf.mac(spec) : Fit.UNKNOWN;
    };
  }

  private Optional<SettingOwner> script(ConfigFile file) {
    Fit fit = pf.name(file.name().substring(6));
    int line = 0;
    String what = "sets its VFs";
    for (int i = 0; i < file.lines().size(); i++) {
      String text = file.lines().get(i).strip();
      String value = text.substring(text.indexOf('=') + 1).replace("\"", "").replace("'", "");
      String key = text.substring(0, Math.max(0, text.indexOf('='))).toUpperCase(Locale.ROOT);
      if (key.equals("DEVICE")) {
        fit = pf.name(value);
      } else if (key.equals("HWADDR")) {
        fit = pf.mac(value);
      } else if (key.startsWith("SRIOV_")) {
        line = line == 0 || key.equals("SRIOV_TOTAL_VFS") ? i + 1 : line;
        what = key.equals("SRIOV_TOTAL_VFS") ? "keeps " + value + " VFs on it" : what;
      }
    }
    return line == 0
        ? Optional.empty()
        : SettingOwners.owner(
            fit, Kind.IFCFG, file, line, what, "take the SRIOV_ lines out of " + file.place());
  }
}
