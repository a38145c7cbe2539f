package dev.lend.sysfs;

import dev.lend.model.SettingOwner;
import dev.lend.model.SettingOwner.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * netplan: {@code virtual-function-count} makes VFs, and each interface with a {@code link} to the
 * PF is one of them (netplan-yaml(5), "Properties for device type ethernets"). Read line by line: a
 * definition that is written in braces on one line is named, but not matched with the PF.
 */
final class NetplanOwners {
  /** netplan-generate(8): files in an earlier one of these replace those of the same name. */
  private static final List<String> DIRECTORIES =
      List.of("run/netplan", "etc/netplan", "usr/lib/netplan", "lib/netplan");

  private static final String COUNT = "virtual-function-count";
  private static final List<String> ETHERNETS = List.of("network", "ethernets");

  private final ConfigFiles files;
  private final OwnedPf pf;

  /** An interface's definition, put together from all files. */
  private static final class Definition {
    private final Map<String, Fit> match = new LinkedHashMap<>();
    private Optional<Place> count = Optional.empty();
    private final List<Place> links = new ArrayList<>();
  }

  private record Place(ConfigFile file, int line, String value) {}

  private final Map<String, Definition> definitions = new LinkedHashMap<>();
  private final List<SettingOwner> found = new ArrayList<>();

  NetplanOwners(ConfigFiles files, OwnedPf pf) {
    this.files = files;
    this.pf = pf;
  }

  List<SettingOwner> find() {
    for (ConfigFile file : files.layered(".yaml", DIRECTORIES)) {
      read(file);
    }
    definitions.forEach(this::owners);
    return found;
  }

  private void owners(String id, Definition definition) {
    Fit fit = definition.match.isEmpty() ? pf.name(id) : Fit.YES;
    for (Fit one : definition.match.values()) {
      fit = fit.and(one);
    }
    Fit all = fit;
    String advice = "take it out of the file, then: netplan apply";
    definition
        .count
        .flatMap(at ->
            SettingOwners.owner(
                all,
                Kind.NETPLAN,
                at.file(),
                at.line(),
                "makes " + at.value() + " VFs of it (" + COUNT + ")",
                advice))
        .ifPresent(found::add);
    if (!definition.links.isEmpty()) {
      Place first = definition.links.getFirst();
      SettingOwners.owner(
              all,
              Kind.NETPLAN,
              first.file(),
              first.line(),
              "defines "
                  + Sizes.count(definition.links.size(), "VF", "VFs")
                  + " of it (link: "
                  + id
                  + ")",
              advice)
          .ifPresent(found::add);
    }
  }

  private Definition definition(String id) {
    return definitions.computeIfAbsent(id, none -> new Definition());
  }

  /** Keeps the keys above a line by their indentation. */
  private void read(ConfigFile file) {
    List<Integer> indents = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < file.lines().size(); i++) {
      String line = uncommented(file.lines().get(i));
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("---")) {
        continue;
      }
      int colon = text.indexOf(':');
      int indent = line.indexOf(text.charAt(0));
      while (!indents.isEmpty() && indents.getLast() >= indent) {
        indents.removeLast();
        keys.removeLast();
      }
      if (text.contains("{") && text.contains(COUNT)) {
        inBraces(file, i + 1);
      } else if (colon > 0) {
        indents.add(indent);
        keys.add(unquoted(text.substring(0, colon)));
        entry(keys, new Place(file, i + 1, unquoted(text.substring(colon + 1))));
      } else if (text.startsWith("- ") && !keys.isEmpty() && keys.getLast().equals("driver")) {
        entry(keys, new Place(file, i + 1, unquoted(text.substring(2))));
      }
    }
  }

  private void inBraces(ConfigFile file, int line) {
    SettingOwners.owner(
            Fit.UNKNOWN,
            Kind.NETPLAN,
            file,
            line,
            "makes VFs (" + COUNT + ")",
            "take it out of the file, then: netplan apply")
        .ifPresent(found::add);
  }

  private void entry(List<String> keys, Place place) {
    if (keys.size() < 4 || !keys.subList(0, 2).equals(ETHERNETS) || place.value().isEmpty()) {
      return;
    }
    Definition definition = definition(keys.get(2));
    String key = keys.getLast();
    if (keys.size() == 4 && key.equals(COUNT)) {
      definition.count = Optional.of(place);
    } else if (keys.size() == 4 && key.equals("link")) {
      definition(place.value()).links.add(place);
    } else if (keys.size() == 5 && keys.get(3).equals("match")) {
      Fit fit =
          switch (key) {
            case "name" -> pf.name(place.value());
            case "macaddress" -> pf.mac(place.value());
            case "driver" -> driver(place.value());
            default -> Fit.UNKNOWN;
          };
      // Only drivers can be several, each on a line of its own.
      definition.match.merge(key, fit, Fit::or);
    }
  }

  private Fit driver(String value) {
    Fit any = Fit.NO;
    for (String one : value.replace("[", "").replace("]", "").split(",")) {
      any = any.or(pf.driver(unquoted(one)));
    }
    return any;
  }

  private static String uncommented(String line) {
    int hash = line.startsWith("#") ? 0 : line.indexOf(" #");
    return (hash < 0 ? line : line.substring(0, hash)).replace("\t", " ");
  }

  private static String unquoted(String text) {
    return text.replace("\"", "").replace("'", "").strip();
  }
}
