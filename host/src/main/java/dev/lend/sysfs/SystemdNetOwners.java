package dev.lend.sysfs;

import dev.lend.model.SettingOwner;
import dev.lend.model.SettingOwner.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * systemd-udevd's {@code .link} files, which make VFs and set them when the interface appears
 * (systemd.link(5), {@code SR-IOVVirtualFunctions=} and {@code [SR-IOV]}), and systemd-networkd's
 * {@code .network} files, which set them (systemd.network(5), {@code [SR-IOV]}). Of each kind only
 * the first file, in the order of names, that matches an interface is applied.
 */
final class SystemdNetOwners {
  private static final List<String> DIRECTORIES =
      List.of(
          "etc/systemd/network",
          "run/systemd/network",
          "usr/local/lib/systemd/network",
          "usr/lib/systemd/network");

  private static final String SECTION = "SR-IOV";

  private final ConfigFiles files;
  private final OwnedPf pf;

  SystemdNetOwners(ConfigFiles files, OwnedPf pf) {
    this.files = files;
    this.pf = pf;
  }

  /** An entry and the file that it is in: the main one or one that adds to it. */
  private record Placed(ConfigFile file, ConfigFile.Entry entry) {}

  List<SettingOwner> find() {
    List<SettingOwner> found = new ArrayList<>();
    look(".link", Kind.SYSTEMD_LINK, found);
    look(".network", Kind.NETWORKD, found);
    return found;
  }

  private void look(String suffix, Kind kind, List<SettingOwner> into) {
    for (ConfigFile file : files.layered(suffix, DIRECTORIES)) {
      List<Placed> entries = new ArrayList<>();
      file.entries().forEach(entry -> entries.add(new Placed(file, entry)));
      if (entries.isEmpty()) {
        continue;
      }
      for (ConfigFile more : files.layered(".conf", additions(file.name()))) {
        more.entries().forEach(entry -> entries.add(new Placed(more, entry)));
      }
      Fit fit = matches(entries);
      if (fit != Fit.NO) {
        owner(fit, kind, entries, into);
      }
      if (fit == Fit.YES) {
        return;
      }
    }
  }

  private static List<String> additions(String name) {
    List<String> directories = new ArrayList<>();
    for (String directory : DIRECTORIES) {
      directories.add(directory + "/" + name + ".d");
    }
    return directories;
  }

  private static void owner(Fit fit, Kind kind, List<Placed> entries, List<SettingOwner> into) {
    Optional<Placed> first = Optional.empty();
    String what = "sets its VFs";
    for (Placed placed : entries) {
      ConfigFile.Entry entry = placed.entry();
      if (entry.section().equals("Link")
          && entry.key().equals("SR-IOVVirtualFunctions")
          && !entry.value().isEmpty()) {
        first = Optional.of(placed);
        what = "makes " + entry.value() + " VFs of it when it appears";
      } else if (first.isEmpty() && entry.section().equals(SECTION)) {
        first = Optional.of(placed);
      }
    }
    if (first.isPresent()) {
      ConfigFile file = first.get().file();
      String advice =
          "take [SR-IOV] and SR-IOVVirtualFunctions= out of "
              + file.place()
              + (kind == Kind.NETWORKD ? ", then: networkctl reload" : "");
      SettingOwners.owner(fit, kind, file, first.get().entry().line(), what, advice)
          .ifPresent(into::add);
    }
  }

  /** systemd.link(5) and systemd.network(5), "[MATCH] SECTION OPTIONS". */
  private Fit matches(List<Placed> entries) {
    Fit all = Fit.YES;
    for (Placed placed : entries) {
      ConfigFile.Entry entry = placed.entry();
      if (entry.section().equals("Match") && !entry.value().isEmpty()) {
        all = all.and(matches(entry.key(), entry.value()));
      }
    }
    return all;
  }

  private Fit matches(String key, String value) {
    boolean inverted = value.startsWith("!");
    Fit any = Fit.NO;
    for (String word : Facts.words(inverted ? value.substring(1) : value)) {
      any = any.or(one(key, word));
    }
    return inverted ? any.not() : any;
  }

  private Fit one(String key, String word) {
    return switch (key) {
      case "MACAddress", "PermanentMACAddress" -> pf.mac(word);
      case "Path" -> pf.path(word);
      case "Driver" -> pf.driver(word);
      case "Type" -> Glob.matches(word, "ether") ? Fit.YES : Fit.NO;
      // What it was called before somebody renamed it, or is called besides, sysfs does not tell.
      case "OriginalName", "Name" -> pf.name(word) == Fit.YES ? Fit.YES : Fit.UNKNOWN;
      case "Kind", "SSID", "BSSID", "WLANInterfaceType" -> Fit.NO;
      default -> Fit.UNKNOWN;
    };
  }
}
