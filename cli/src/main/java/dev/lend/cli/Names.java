package dev.lend.cli;

import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.sysfs.PciNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Names of functions as people read them; numbers where the list of names has none. */
final class Names {
  /** What makers add to their name, and what nobody needs to tell them apart. */
  private static final String[] TAILS = {
    ", Inc",
    " Inc.",
    " Inc",
    " Corporation",
    " Corp",
    ", Ltd",
    " Ltd",
    " Limited",
    " Co.,",
    " Co.",
    " Technology",
    " Technologies",
    " Semiconductor",
    " Electronics",
    " GmbH",
    " Group",
    " LLC"
  };

  private final PciNames names;
  private final Map<PciId, String> devices = new HashMap<>();

  Names(PciNames names) {
    this.names = names;
  }

  /** As {@code Ethernet controller}, or {@code 0200}. */
  String pciClass(PciFunction function) {
    Optional<String> name = names.pciClass(function.pciClass());
    return name.isPresent() ? name.get() : "class " + function.pciClass();
  }

  /** As {@code Intel 82576 Virtual Function}, or {@code 8086:10ca}. */
  String device(PciFunction function) {
    String known = devices.get(function.id());
    if (known == null) {
      known = spell(function.id());
      devices.put(function.id(), known);
    }
    return known;
  }

  private String spell(PciId id) {
    String vendor = shorten(names.vendor(id).orElse(""));
    String device = names.device(id).orElse("");
    if (vendor.isEmpty()) {
      return "device " + id;
    }
    return vendor + " " + (device.isEmpty() ? id.toString() : device);
  }

  /** {@code AMD} for {@code Advanced Micro Devices, Inc. [AMD]}. */
  private static String shorten(String vendor) {
    int open = vendor.indexOf('[');
    int close = vendor.indexOf(']', open + 1);
    if (open > 0 && close > open + 1) {
      String alias = vendor.substring(open + 1, close);
      int slash = alias.indexOf('/');
      return slash > 0 ? alias.substring(0, slash) : alias;
    }
    int end = vendor.length();
    for (String tail : TAILS) {
      int at = vendor.indexOf(tail);
      end = at > 0 && at < end ? at : end;
    }
    return vendor.substring(0, end);
  }
}
