package dev.lend.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One attribute of a netlink message that came from the kernel.
 *
 * @param type without the flags
 * @param value what is in it, from position 0 to its limit, in the host's byte order
 */
record Attribute(int type, ByteBuffer value) {
  /** All attributes in a buffer, from its position to its limit. */
  static List<Attribute> in(ByteBuffer buffer) throws Malformed {
    List<Attribute> found = new ArrayList<>();
    ByteBuffer rest = buffer.slice().order(ByteOrder.nativeOrder());
    int at = 0;
    while (rest.limit() - at >= Abi.NLATTR) {
      int length = rest.getShort(at) & 0xffff;
      if (length < Abi.NLATTR || length > rest.limit() - at) {
        throw new Malformed(
            "an attribute of " + length + " bytes where " + (rest.limit() - at) + " are left");
      }
      int type = rest.getShort(at + 2) & Abi.NLA_TYPE_MASK;
      ByteBuffer value = rest.slice(at + Abi.NLATTR, length - Abi.NLATTR);
      found.add(new Attribute(type, value.order(ByteOrder.nativeOrder())));
      at += Abi.aligned(length);
    }
    return found;
  }

  List<Attribute> nested() throws Malformed {
    return in(value);
  }

  long u32() throws Malformed {
    return u32(0);
  }

  /** The number at some place in it. */
  long u32(int at) throws Malformed {
    need(at + 4);
    return value.getInt(at) & 0xffff_ffffL;
  }

  int u16(int at) throws Malformed {
    need(at + 2);
    return value.getShort(at) & 0xffff;
  }

  /** A u16 in the order of the network. */
  int be16(int at) throws Malformed {
    need(at + 2);
    return (value.get(at) & 255) << 8 | value.get(at + 1) & 255;
  }

  int u8() throws Malformed {
    need(1);
    return value.get(0) & 255;
  }

  byte[] bytes(int from, int length) throws Malformed {
    need(from + length);
    byte[] copy = new byte[length];
    value.get(from, copy);
    return copy;
  }

  byte[] bytes() throws Malformed {
    return bytes(0, value.limit());
  }

  /** The text up to the first NUL. */
  String text() throws Malformed {
    byte[] all = bytes();
    int end = 0;
    while (end < all.length && all[end] != 0) {
      end++;
    }
    return new String(all, 0, end, StandardCharsets.UTF_8);
  }

  private void need(int bytes) throws Malformed {
    if (value.limit() < bytes) {
      throw new Malformed("attribute " + type + " has " + value.limit() + " bytes, not " + bytes);
    }
  }
}
