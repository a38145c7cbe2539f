package dev.lend.sysfs;

/** Made-up configuration space for tests. */
public final class ConfigBytes {
  private final byte[] bytes;
  private int lastPointer = 0x34;
  private int nextFree = 0x40;
  private int lastExtended = -1;
  private int nextExtended = 0x100;

  /**
   * @param size 64, 256 or 4096
   */
  public ConfigBytes(int size) {
    bytes = new byte[size];
    put16(0, 0x8086);
    put16(2, 0x10c9);
  }

  /** A header type. */
  public ConfigBytes type(int type) {
    bytes[0x0e] = (byte) type;
    return this;
  }

  /** A capability of 32 bytes; its first word after the head is given. */
  public ConfigBytes capability(int id, int word) {
    if (bytes.length > 64) {
      put16(0x06, 0x10);
      bytes[lastPointer] = (byte) nextFree;
      bytes[nextFree] = (byte) id;
      put16(nextFree + 2, word);
      lastPointer = nextFree + 1;
      nextFree += 0x20;
    } else {
      put16(0x06, 0x10);
      bytes[0x34] = 0x40;
    }
    return this;
  }

  /** An extended capability of 64 bytes; its words after the head are given. */
  public ConfigBytes extended(int id, int... words) {
    if (bytes.length <= 256) {
      return this;
    }
    if (lastExtended >= 0) {
      put16(lastExtended + 2, nextExtended << 4 | 1);
    }
    put16(nextExtended, id);
    put16(nextExtended + 2, 1);
    for (int i = 0; i < words.length; i++) {
      put16(nextExtended + 4 + 2 * i, words[i]);
    }
    lastExtended = nextExtended;
    nextExtended += 0x40;
    return this;
  }

  /** The bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  private void put16(int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >> 8);
  }
}
