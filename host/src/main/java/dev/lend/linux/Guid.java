package dev.lend.linux;

import dev.lend.model.Hex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * GUIDs of InfiniBand VFs. People write them with the most significant byte first; the kernel has
 * them as a number in the host's byte order (iproute2: {@code ip/iplink.c}; kernel: {@code
 * include/uapi/linux/if_link.h}, struct ifla_vf_guid).
 */
final class Guid {
  private static final int BYTES = 8;

  private Guid() {}

  /** The text of a number in the host's byte order. */
  static String text(byte[] bytes) {
    long number = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong();
    StringBuilder text = new StringBuilder();
    for (int shift = 56; shift >= 0; shift -= 8) {
      text.append(text.isEmpty() ? "" : ":").append(Hex.digits((int) (number >>> shift) & 255, 2));
    }
    return text.toString();
  }

  /**
   * The number of a text.
   *
   * @throws IllegalArgumentException it is no such text
   */
  static long number(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != BYTES) {
      throw new IllegalArgumentException("no GUID: " + text);
    }
    long number = 0;
    for (String part : parts) {
      if (!part.matches("[0-9a-fA-F]{2}")) {
        throw new IllegalArgumentException("no GUID: " + text);
      }
      number = number << 8 | Integer.parseInt(part, 16);
    }
    return number;
  }
}
