package dev.lend.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts one netlink message together: header, fixed part, attributes. */
final class MessageWriter {
  private ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

  /**
   * @param type of the message
   * @param flags besides NLM_F_REQUEST
   */
  MessageWriter(int type, int flags) {
    u32(0).u16(type).u16(flags | Abi.NLM_F_REQUEST).u32(0).u32(0);
  }

  MessageWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  MessageWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  MessageWriter u32(long value) {
    room(4).putInt((int) value);
    return this;
  }

  MessageWriter raw(byte[] value) {
    room(value.length).put(value);
    return this;
  }

  MessageWriter attribute(int type, byte[] value) {
    return begin(type).raw(value).end(value.length);
  }

  MessageWriter attribute(int type, long value) {
    return begin(type).u32(value).end(4);
  }

  MessageWriter attribute8(int type, int value) {
    return begin(type).u8(value).end(1);
  }

  /** A text with a NUL at its end. */
  MessageWriter attribute(int type, String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    return attribute(type, Arrays.copyOf(text, text.length + 1));
  }

  private MessageWriter begin(int type) {
    return u16(0).u16(type);
  }

  private MessageWriter end(int length) {
    int start = bytes.position() - length - Abi.NLATTR;
    bytes.putShort(start, (short) (length + Abi.NLATTR));
    return pad();
  }

  /** Begins an attribute that holds others; the result goes to {@link #close}. */
  int open(int type) {
    int start = bytes.position();
    u16(0).u16(type | Abi.NLA_F_NESTED);
    return start;
  }

  /**
   * Ends an attribute that holds others.
   *
   * @throws IllegalArgumentException it holds more than an attribute can
   */
  MessageWriter close(int start) {
    int length = bytes.position() - start;
    if (length > 0xffff) {
      throw new IllegalArgumentException("an attribute of " + length + " bytes");
    }
    bytes.putShort(start, (short) length);
    return this;
  }

  private MessageWriter pad() {
    while (bytes.position() % 4 != 0) {
      u8(0);
    }
    return this;
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      ByteBuffer wider =
          ByteBuffer.allocate(2 * (bytes.capacity() + more)).order(ByteOrder.nativeOrder());
      bytes = wider.put(bytes.flip());
    }
    return bytes;
  }

  /** The whole message. */
  byte[] message(int sequence) {
    bytes.putInt(0, bytes.position());
    bytes.putInt(8, sequence);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
