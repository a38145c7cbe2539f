package dev.lend.linux;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;

/**
 * Messages about other network namespaces that this one has a number for: those into which
 * something was moved from here (kernel: {@code net/core/net_namespace.c}).
 */
final class SpaceCodec {
  private SpaceCodec() {}

  /** Asks for all numbers. */
  static MessageWriter dump() {
    return new MessageWriter(Abi.RTM_GETNSID, Abi.NLM_F_DUMP).u32(Abi.AF_UNSPEC);
  }

  /** Asks which number the namespace of a thread has. */
  static MessageWriter of(long thread) {
    return new MessageWriter(Abi.RTM_GETNSID, Abi.NLM_F_ACK)
        .u32(Abi.AF_UNSPEC)
        .attribute(Abi.NETNSA_PID, thread);
  }

  /** The number in a message; empty where there is none. */
  static OptionalInt number(Rtnetlink.Message message) throws Malformed {
    ByteBuffer body = message.body();
    if (message.type() != Abi.RTM_NEWNSID || body.limit() < Abi.RTGENMSG) {
      throw new Malformed("no namespace: type " + message.type());
    }
    List<Attribute> attributes =
        Attribute.in(body.slice(Abi.RTGENMSG, body.limit() - Abi.RTGENMSG));
    for (Attribute attribute : attributes) {
      if (attribute.type() == Abi.NETNSA_NSID && (int) attribute.u32() >= 0) {
        return OptionalInt.of((int) attribute.u32());
      }
    }
    return OptionalInt.empty();
  }

  /** Asks for the links of the namespace with that number. */
  static MessageWriter links(int number) {
    return LinkCodec.dump().attribute(Abi.IFLA_TARGET_NETNSID, (long) number);
  }

  /**
   * True for a link that stands on one of another namespace.
   *
   * @param lower that one's index there
   * @param space that namespace's number
   */
  static boolean standsOn(Rtnetlink.Message message, int lower, int space) throws Malformed {
    boolean there = false;
    boolean on = false;
    for (Attribute attribute : LinkCodec.attributes(message)) {
      switch (attribute.type()) {
        case Abi.IFLA_LINK -> on = attribute.u32() == lower;
        case Abi.IFLA_LINK_NETNSID -> there = (int) attribute.u32() == space;
        default -> {}
      }
    }
    return there && on;
  }
}
