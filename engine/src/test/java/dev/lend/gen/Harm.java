package dev.lend.gen;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What disks, editors and people do to a file of lines. */
public final class Harm {
  private Harm() {}

  /** One thing that happens to these bytes. */
  public static byte[] any(Gen gen, byte[] whole) {
    int at = gen.between(0, whole.length);
    int end = gen.between(at, Math.min(whole.length, at + gen.oneOf(1, 8, 400)));
    return switch (gen.between(0, 8)) {
      case 0 -> Arrays.copyOf(whole, at);
      case 1 -> flipped(whole, at, gen.between(0, 7));
      case 2 -> replaced(whole, at, end, new byte[end - at]);
      case 3 -> replaced(whole, at, end, new byte[0]);
      case 4 -> replaced(whole, at, at, Arrays.copyOfRange(whole, at, end));
      case 5 -> replaced(whole, at, end, gen.bytes(40));
      case 6 -> replaced(whole, at, at, gen.text(30).getBytes(StandardCharsets.UTF_8));
      case 7 -> reordered(gen, whole);
      default -> Arrays.copyOfRange(whole, at, whole.length);
    };
  }

  private static byte[] flipped(byte[] whole, int at, int bit) {
    byte[] bytes = whole.clone();
    if (at < bytes.length) {
      bytes[at] ^= (byte) (1 << bit);
    }
    return bytes;
  }

  private static byte[] replaced(byte[] whole, int from, int to, byte[] by) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(whole, 0, from);
    bytes.writeBytes(by);
    bytes.write(whole, to, whole.length - to);
    return bytes.toByteArray();
  }

  /** Lines change places, are there twice, or are gone. */
  private static byte[] reordered(Gen gen, byte[] whole) {
    List<byte[]> lines = new ArrayList<>(lines(whole));
    if (lines.isEmpty()) {
      return whole;
    }
    int one = gen.between(0, lines.size() - 1);
    int other = gen.between(0, lines.size() - 1);
    switch (gen.between(0, 2)) {
      case 0 -> java.util.Collections.swap(lines, one, other);
      case 1 -> lines.add(other, lines.get(one));
      default -> lines.remove(one);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    lines.forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }

  /** The lines with their ends; the last one may lack its. */
  public static List<byte[]> lines(byte[] whole) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < whole.length; i++) {
      if (whole[i] == '\n' || i == whole.length - 1) {
        lines.add(Arrays.copyOfRange(whole, start, i + 1));
        start = i + 1;
      }
    }
    return lines;
  }
}
