package dev.lend.sysfs;

import java.util.HashMap;
import java.util.Map;

/** What udev has found out about a block device by looking at it: {@code /run/udev/data}. */
final class UdevData {
  private UdevData() {}

  /**
   * The properties of a block device; none where udev does not know it.
   *
   * @param number its major:minor
   */
  static Map<String, String> of(KernelReader kernel, String number) {
    Map<String, String> properties = new HashMap<>();
    if (number.isEmpty()) {
      return properties;
    }
    for (String line : kernel.read("run/udev/data/b" + number).or("").split("\n", -1)) {
      int equals = line.indexOf('=');
      if (line.startsWith("E:") && equals > 2) {
        properties.put(line.substring(2, equals), line.substring(equals + 1));
      }
    }
    return properties;
  }
}
