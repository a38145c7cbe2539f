package dev.lend.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The other end of a netlink socket, which says what a test has it say. */
final class ScriptedKernel implements Channel {
  private final Deque<byte[]> answers = new ArrayDeque<>();
  final List<byte[]> requests = new ArrayList<>();

  /** The next datagram, of these messages. */
  ScriptedKernel says(byte[]... messages) {
    ByteArrayOutputStream datagram = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      datagram.writeBytes(message);
    }
    answers.add(datagram.toByteArray());
    return this;
  }

  @Override
  public void send(byte[] message) {
    requests.add(message);
  }

  @Override
  public byte[] receive() throws NetRefusal {
    if (answers.isEmpty()) {
      throw new NetRefusal("netlink", Errno.ETIMEDOUT, "");
    }
    return answers.removeFirst();
  }

  @Override
  public void close() {}

  /** A message with a header. */
  static byte[] message(int type, int flags, int sequence, byte[] body) {
    ByteBuffer bytes = ByteBuffer.allocate(Abi.aligned(Abi.NLMSGHDR + body.length));
    bytes.order(ByteOrder.nativeOrder());
    bytes.putInt(Abi.NLMSGHDR + body.length).putShort((short) type).putShort((short) flags);
    bytes.putInt(sequence).putInt(0).put(body);
    return bytes.array();
  }

  /** The body of a message that was written for sending. */
  static byte[] body(MessageWriter message) {
    byte[] all = message.message(0);
    return java.util.Arrays.copyOfRange(all, Abi.NLMSGHDR, all.length);
  }

  static byte[] done(int sequence) {
    return message(Abi.NLMSG_DONE, Abi.NLM_F_MULTI, sequence, new byte[4]);
  }

  static byte[] acknowledgement(int sequence) {
    return message(Abi.NLMSG_ERROR, Abi.NLM_F_CAPPED, sequence, new byte[4 + Abi.NLMSGHDR]);
  }

  /** A refusal with the kernel's words; the request of {@code repeated} bytes stands in it. */
  static byte[] refusal(int sequence, int errno, String words, int repeated) {
    MessageWriter text = new MessageWriter(0, 0).attribute(Abi.NLMSGERR_ATTR_MSG, words);
    byte[] attribute = body(text);
    int request = repeated == 0 ? Abi.NLMSGHDR : Abi.aligned(repeated);
    ByteBuffer bytes = ByteBuffer.allocate(4 + request + attribute.length);
    bytes.order(ByteOrder.nativeOrder()).putInt(-errno).putInt(repeated == 0 ? 99 : repeated);
    bytes.position(4 + request);
    bytes.put(attribute);
    int flags = Abi.NLM_F_ACK_TLVS | (repeated == 0 ? Abi.NLM_F_CAPPED : 0);
    return message(Abi.NLMSG_ERROR, flags, sequence, bytes.array());
  }
}
