package dev.lend.sysfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a tar archive (POSIX.1-2001, "pax Interchange Format"): ustar entries, with a pax header
 * before one whose name or link target is too long for them. Owner and time are zero, so that the
 * same host gives the same archive.
 */
final class TarWriter {
  private static final int BLOCK = 512;
  private static final int NAME = 100;

  private final OutputStream out;

  TarWriter(OutputStream out) {
    this.out = out;
  }

  void directory(String name) throws IOException {
    entry(name + "/", '5', "", 0755, 0);
  }

  void link(String name, String target) throws IOException {
    entry(name, '2', target, 0777, 0);
  }

  void file(String name, byte[] content) throws IOException {
    entry(name, '0', "", 0644, content.length);
    content(content);
  }

  /** Two empty blocks end an archive. */
  void finish() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.flush();
  }

  private void entry(String name, char type, String target, int mode, long size)
      throws IOException {
    byte[] records = longNames(bytes(name), bytes(target));
    if (records.length > 0) {
      header(bytes("pax"), 'x', new byte[0], 0644, records.length);
      content(records);
    }
    header(bytes(name), type, bytes(target), mode, size);
  }

  private static byte[] longNames(byte[] name, byte[] target) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    if (name.length > NAME) {
      records.writeBytes(record("path", name));
    }
    if (target.length > NAME) {
      records.writeBytes(record("linkpath", target));
    }
    return records.toByteArray();
  }

  /** {@code LENGTH KEY=VALUE\n}, where the length counts its own digits. */
  private static byte[] record(String key, byte[] value) {
    int rest = key.length() + value.length + 3;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.writeBytes(bytes(length + " " + key + "="));
    record.writeBytes(value);
    record.write('\n');
    return record.toByteArray();
  }

  private void header(byte[] name, char type, byte[] target, int mode, long size)
      throws IOException {
    byte[] block = new byte[BLOCK];
    put(block, 0, name, NAME);
    octal(block, 100, 8, mode);
    octal(block, 108, 8, 0);
    octal(block, 116, 8, 0);
    octal(block, 124, 12, size);
    octal(block, 136, 12, 0);
    block[156] = (byte) type;
    put(block, 157, target, NAME);
    put(block, 257, bytes("ustar\0" + "00"), 8);
    // The checksum counts its own field as blanks.
    put(block, 148, bytes("        "), 8);
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(block, 148, 7, sum);
    out.write(block);
  }

  private void content(byte[] content) throws IOException {
    out.write(content);
    out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private static void octal(byte[] block, int at, int width, long value) {
    String digits = Long.toOctalString(value);
    put(block, at, bytes("0".repeat(width - 1 - digits.length()) + digits + "\0"), width);
  }

  private static void put(byte[] block, int at, byte[] value, int most) {
    System.arraycopy(value, 0, block, at, Math.min(value.length, most));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
