package dev.lend.linux;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Messages about forwarding databases (kernel: {@code net/core/rtnetlink.c}, rtnl_fdb_dump and
 * rtnl_fdb_add; {@code net/bridge/br_fdb.c}; {@code include/uapi/linux/neighbour.h}).
 */
final class ForwardCodec {
  private ForwardCodec() {}

  /** Asks for all of them. */
  static MessageWriter dump() {
    return header(Abi.RTM_GETNEIGH, Abi.NLM_F_DUMP, 0, 0, 0);
  }

  /** Enters an address into an interface's own filter, where it may be already. */
  static MessageWriter enter(int link, String mac) {
    return own(Abi.RTM_NEWNEIGH, Abi.NLM_F_ACK | Abi.NLM_F_CREATE, link, mac);
  }

  /** Takes one out of it. */
  static MessageWriter takeOut(int link, String mac) {
    return own(Abi.RTM_DELNEIGH, Abi.NLM_F_ACK, link, mac);
  }

  private static MessageWriter own(int type, int flags, int link, String mac) {
    return header(type, flags, link, Abi.NUD_PERMANENT, Abi.NTF_SELF)
        .attribute(Abi.NDA_LLADDR, Hardware.bytes(mac));
  }

  private static MessageWriter header(int type, int flags, int link, int state, int which) {
    return new MessageWriter(type, flags)
        .u8(Abi.AF_BRIDGE)
        .u8(0)
        .u16(0)
        .u32(link)
        .u16(state)
        .u8(which)
        .u8(0);
  }

  /** The entry in a message; empty for one that is not about one Ethernet address. */
  static Optional<Net.Forward> decode(Rtnetlink.Message message) throws Malformed {
    ByteBuffer body = message.body();
    if (message.type() != Abi.RTM_NEWNEIGH || body.limit() < Abi.NDMSG) {
      throw new Malformed("no forwarding entry: type " + message.type());
    }
    Optional<String> mac = Optional.empty();
    int master = 0;
    for (Attribute attribute : Attribute.in(body.slice(Abi.NDMSG, body.limit() - Abi.NDMSG))) {
      switch (attribute.type()) {
        case Abi.NDA_LLADDR -> mac = Hardware.text(attribute.bytes());
        case Abi.NDA_MASTER -> master = (int) attribute.u32();
        default -> {}
      }
    }
    int link = body.getInt(4);
    boolean permanent = (body.getShort(8) & Abi.NUD_PERMANENT) != 0;
    boolean own = (body.get(10) & Abi.NTF_SELF) != 0;
    // An entry of a bridge names it; one of a filter may name the bridge that its interface is in.
    int by = own ? 0 : master;
    if (body.get(0) != Abi.AF_BRIDGE || !own && master == 0) {
      return Optional.empty();
    }
    return mac.map(address -> new Net.Forward(link, address, by, permanent));
  }
}
