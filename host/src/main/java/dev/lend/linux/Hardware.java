package dev.lend.linux;

import dev.lend.model.Hex;
import java.util.Optional;

/** Hardware addresses of Ethernet, {@code 52:54:00:12:34:56}. */
final class Hardware {
  private Hardware() {}

  /** The text of six bytes; empty for any other number of bytes. */
  static Optional<String> text(byte[] bytes) {
    if (bytes.length != Abi.MAC_BYTES) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    for (byte one : bytes) {
      text.append(text.isEmpty() ? "" : ":").append(Hex.digits(one & 255, 2));
    }
    return Optional.of(text.toString());
  }

  /**
   * Six bytes.
   *
   * @throws IllegalArgumentException it is no such address
   */
  static byte[] bytes(String text) {
    String[] parts = text.split(":", -1);
    byte[] bytes = new byte[Abi.MAC_BYTES];
    for (int i = 0; i < parts.length; i++) {
      if (parts.length != bytes.length || !parts[i].matches("[0-9a-fA-F]{2}")) {
        throw new IllegalArgumentException("no hardware address: " + text);
      }
      bytes[i] = (byte) Integer.parseInt(parts[i], 16);
    }
    return bytes;
  }
}
