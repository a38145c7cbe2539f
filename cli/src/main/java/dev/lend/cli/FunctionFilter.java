package dev.lend.cli;

import dev.lend.model.Nearest;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import java.util.List;
import java.util.Optional;

/**
 * Which functions somebody wants to see.
 *
 * @param classCode the leading hexadecimal digits of the class code
 * @param driver the driver; {@code none} for functions without one
 */
record FunctionFilter(
    Optional<PciClass.Kind> kind,
    String classCode,
    int vendor,
    int device,
    Optional<String> driver) {
  private static final List<String> KINDS =
      List.of("net", "storage", "display", "usb", "sound", "bridge");

  static Syntax options(Syntax syntax) {
    return syntax
        .option(
            "--class", "CLASS", "net, storage, display, usb, sound, bridge, or a class code (02)")
        .option("--id", "VENDOR[:DEVICE]", "by number, as 8086 or 8086:10c9")
        .option("--driver", "NAME", "bound to this driver, or to none");
  }

  static FunctionFilter of(Arguments arguments) {
    String name = arguments.option("--class").orElse("");
    Optional<PciClass.Kind> kind = kind(name);
    String code = kind.isPresent() ? "" : code(name);
    String id = arguments.option("--id").orElse("");
    int colon = id.indexOf(':');
    int vendor = id.isEmpty() ? -1 : number(id, 0, colon < 0 ? id.length() : colon);
    int device = colon < 0 ? -1 : number(id, colon + 1, id.length());
    return new FunctionFilter(kind, code, vendor, device, arguments.option("--driver"));
  }

  private static Optional<PciClass.Kind> kind(String name) {
    return switch (name) {
      case "net" -> Optional.of(PciClass.Kind.NETWORK);
      case "storage" -> Optional.of(PciClass.Kind.STORAGE);
      case "display" -> Optional.of(PciClass.Kind.DISPLAY);
      case "usb" -> Optional.of(PciClass.Kind.USB);
      case "sound" -> Optional.of(PciClass.Kind.SOUND);
      case "bridge" -> Optional.of(PciClass.Kind.BRIDGE);
      default -> Optional.empty();
    };
  }

  private static String code(String name) {
    String digits = name.startsWith("0x") ? name.substring(2) : name;
    boolean hex = digits.length() == 2 || digits.length() == 4 || digits.length() == 6;
    for (int i = 0; i < digits.length(); i++) {
      hex &= Character.digit(digits.charAt(i), 16) >= 0;
    }
    if (name.isEmpty() || hex) {
      return digits.toLowerCase(java.util.Locale.ROOT);
    }
    throw new UsageException(
        "no such class: "
            + name
            + Nearest.of(name, KINDS).map(other -> ". Did you mean " + other + "?").orElse("")
            + " (there are "
            + String.join(", ", KINDS)
            + ", and class codes of 2, 4 or 6 hexadecimal digits)");
  }

  private static int number(String id, int from, int to) {
    int start = id.startsWith("0x", from) ? from + 2 : from;
    int value = 0;
    boolean valid = to > start && to - start <= 4;
    for (int i = start; i < to && valid; i++) {
      int digit = Character.digit(id.charAt(i), 16);
      valid = digit >= 0;
      value = value << 4 | digit;
    }
    if (!valid) {
      throw new UsageException(
          "no such id: " + id + " (it is VENDOR or VENDOR:DEVICE in hexadecimal, as 8086:10c9)");
    }
    return value;
  }

  boolean matches(PciFunction function) {
    return (kind.isEmpty() || function.pciClass().kind() == kind.get())
        && (classCode.isEmpty() || hasCode(function))
        && (vendor < 0 || function.id().vendor() == vendor)
        && (device < 0 || function.id().device() == device)
        && (driver.isEmpty()
            || function.boundTo(driver.get())
            || driver.get().equals("none") && function.driver().isEmpty());
  }

  private boolean hasCode(PciFunction function) {
    return dev.lend.model.Hex.digits(function.pciClass().code(), 6).startsWith(classCode);
  }
}
