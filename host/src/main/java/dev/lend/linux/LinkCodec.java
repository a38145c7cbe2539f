package dev.lend.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Messages about links (kernel: {@code net/core/rtnetlink.c}). */
final class LinkCodec {
  private LinkCodec() {}

  /** Asks for all links, without their counters. */
  static MessageWriter dump() {
    return header(Abi.RTM_GETLINK, Abi.NLM_F_DUMP, 0, 0, 0)
        .attribute(Abi.IFLA_EXT_MASK, Abi.RTEXT_FILTER_SKIP_STATS);
  }

  /** Asks for one link with its VFs, without their counters: those make the answer too long. */
  static MessageWriter withVfs(int link) {
    return header(Abi.RTM_GETLINK, Abi.NLM_F_ACK, link, 0, 0)
        .attribute(Abi.IFLA_EXT_MASK, Abi.RTEXT_FILTER_VF | Abi.RTEXT_FILTER_SKIP_STATS);
  }

  /** Changes a link; what, is in the attributes that the caller adds. */
  static MessageWriter set(int link) {
    return header(Abi.RTM_SETLINK, Abi.NLM_F_ACK, link, 0, 0);
  }

  static MessageWriter setUp(int link, boolean up) {
    return header(Abi.RTM_SETLINK, Abi.NLM_F_ACK, link, up ? Abi.IFF_UP : 0, Abi.IFF_UP);
  }

  private static MessageWriter header(int type, int flags, int link, long state, long mask) {
    return new MessageWriter(type, flags)
        .u8(Abi.AF_UNSPEC)
        .u8(0)
        .u16(0)
        .u32(link)
        .u32(state)
        .u32(mask);
  }

  /** The attributes of a message about a link. */
  static List<Attribute> attributes(Rtnetlink.Message message) throws Malformed {
    ByteBuffer body = body(message);
    return Attribute.in(body.slice(Abi.IFINFOMSG, body.limit() - Abi.IFINFOMSG));
  }

  private static ByteBuffer body(Rtnetlink.Message message) throws Malformed {
    if (message.type() != Abi.RTM_NEWLINK || message.body().limit() < Abi.IFINFOMSG) {
      throw new Malformed("no link: type " + message.type());
    }
    return message.body();
  }

  static Link decode(Rtnetlink.Message message) throws Malformed {
    ByteBuffer body = body(message);
    String name = "";
    List<String> altNames = new ArrayList<>();
    int mtu = 0;
    Optional<String> mac = Optional.empty();
    Optional<String> permanent = Optional.empty();
    int master = 0;
    String memberOf = "";
    int lower = 0;
    boolean lowerElsewhere = false;
    String kind = "";
    int vfs = 0;
    Optional<Attribute> data = Optional.empty();
    List<Long> programs = new ArrayList<>();
    for (Attribute attribute : attributes(message)) {
      switch (attribute.type()) {
        case Abi.IFLA_IFNAME -> name = attribute.text();
        case Abi.IFLA_MTU -> mtu = (int) attribute.u32();
        case Abi.IFLA_ADDRESS -> mac = Hardware.text(attribute.bytes());
        case Abi.IFLA_PERM_ADDRESS -> permanent = Hardware.text(attribute.bytes());
        case Abi.IFLA_MASTER -> master = (int) attribute.u32();
        case Abi.IFLA_LINK -> lower = (int) attribute.u32();
        case Abi.IFLA_LINK_NETNSID -> lowerElsewhere = true;
        case Abi.IFLA_NUM_VF -> vfs = (int) attribute.u32();
        case Abi.IFLA_XDP -> programs(attribute, programs);
        case Abi.IFLA_PROP_LIST -> {
          for (Attribute property : attribute.nested()) {
            if (property.type() == Abi.IFLA_ALT_IFNAME) {
              altNames.add(property.text());
            }
          }
        }
        case Abi.IFLA_LINKINFO -> {
          for (Attribute info : attribute.nested()) {
            switch (info.type()) {
              case Abi.IFLA_INFO_KIND -> kind = info.text();
              case Abi.IFLA_INFO_DATA -> data = Optional.of(info);
              case Abi.IFLA_INFO_SLAVE_KIND -> memberOf = info.text();
              default -> {}
            }
          }
        }
        default -> {}
      }
    }
    int index = body.getInt(4);
    boolean up = (body.getInt(8) & Abi.IFF_UP) != 0;
    // A link that is built on none names itself.
    int below = lowerElsewhere || lower == index ? 0 : lower;
    return new Link(
        index,
        name,
        altNames,
        up,
        mtu,
        mac,
        permanent,
        master,
        memberOf,
        below,
        kind,
        vfs,
        StackCodec.form(kind, data),
        programs,
        StackCodec.table(kind, data));
  }

  private static void programs(Attribute xdp, List<Long> programs) throws Malformed {
    for (Attribute one : xdp.nested()) {
      boolean program = one.type() >= Abi.IFLA_XDP_PROG_ID && one.type() <= Abi.IFLA_XDP_HW_PROG_ID;
      if (program && one.u32() != 0 && !programs.contains(one.u32())) {
        programs.add(one.u32());
      }
    }
  }

  /** Gives a link one more name. */
  static MessageWriter addName(int link, String name) {
    MessageWriter message =
        header(Abi.RTM_NEWLINKPROP, Abi.NLM_F_ACK | Abi.NLM_F_CREATE | Abi.NLM_F_EXCL, link, 0, 0);
    int list = message.open(Abi.IFLA_PROP_LIST);
    return message.attribute(Abi.IFLA_ALT_IFNAME, name).close(list);
  }

  /** Makes a link; what kind of, is in the attributes that the caller adds. */
  static MessageWriter add() {
    return header(Abi.RTM_NEWLINK, Abi.NLM_F_ACK | Abi.NLM_F_CREATE | Abi.NLM_F_EXCL, 0, 0, 0);
  }
}
