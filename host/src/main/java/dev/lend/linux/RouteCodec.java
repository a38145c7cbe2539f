package dev.lend.linux;

import dev.lend.model.IpAddress;
import dev.lend.model.NetRoute;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Messages about routes (kernel: {@code net/ipv4/fib_frontend.c}, {@code net/ipv6/route.c}). */
final class RouteCodec {
  /** What a message about a route is to the interface that was asked for. */
  sealed interface Found {
    /** It can be given back as it is. */
    record Plain(NetRoute route) implements Found {}

    /** It has parts that Lend does not carry. */
    record Other(Net.OddRoute route) implements Found {}

    /** It does not leave through the interface, or is none of a person's business. */
    record Foreign() implements Found {}
  }

  private RouteCodec() {}

  /** Asks for the routes of a family that leave through a link; old kernels tell all. */
  static MessageWriter dump(boolean v6, int link) {
    return new MessageWriter(Abi.RTM_GETROUTE, Abi.NLM_F_DUMP)
        .u8(v6 ? Abi.AF_INET6 : Abi.AF_INET)
        .raw(new byte[Abi.RTMSG - 1])
        .attribute(Abi.RTA_OIF, (long) link);
  }

  /** Asks by which way packets to an address leave, as the rules for it have it. */
  static MessageWriter towards(IpAddress to, Optional<IpAddress> from) {
    int bits = 8 * to.bytes().length;
    MessageWriter message =
        new MessageWriter(Abi.RTM_GETROUTE, Abi.NLM_F_ACK)
            .u8(to.v6() ? Abi.AF_INET6 : Abi.AF_INET)
            .u8(bits)
            .u8(from.isPresent() ? bits : 0)
            .raw(new byte[Abi.RTMSG - 3])
            .attribute(Abi.RTA_DST, to.bytes());
    from.ifPresent(own -> message.attribute(Abi.RTA_SRC, own.bytes()));
    return message;
  }

  /** The link by which they leave; 0 where the answer names none. */
  static int link(Rtnetlink.Message message) throws Malformed {
    ByteBuffer body = message.body();
    if (message.type() != Abi.RTM_NEWROUTE || body.limit() < Abi.RTMSG) {
      throw new Malformed("no route: type " + message.type());
    }
    for (Attribute attribute : Attribute.in(body.slice(Abi.RTMSG, body.limit() - Abi.RTMSG))) {
      if (attribute.type() == Abi.RTA_OIF) {
        return (int) attribute.u32();
      }
    }
    return 0;
  }

  /** Adds one; an error where it is there already. */
  static MessageWriter add(int link, NetRoute route) {
    boolean v6 = route.destination().v6();
    MessageWriter message =
        new MessageWriter(Abi.RTM_NEWROUTE, Abi.NLM_F_ACK | Abi.NLM_F_CREATE | Abi.NLM_F_EXCL)
            .u8(v6 ? Abi.AF_INET6 : Abi.AF_INET)
            .u8(route.prefix())
            .u8(0)
            .u8(route.tos())
            .u8(route.table() < 256 ? route.table() : 0)
            .u8(route.protocol())
            .u8(route.scope())
            .u8(Abi.RTN_UNICAST)
            .u32(route.onlink() ? Abi.RTNH_F_ONLINK : 0);
    if (route.prefix() > 0) {
      message.attribute(Abi.RTA_DST, route.destination().bytes());
    }
    message.attribute(Abi.RTA_OIF, link);
    message.attribute(Abi.RTA_TABLE, route.table());
    if (route.metric() != 0) {
      message.attribute(Abi.RTA_PRIORITY, route.metric());
    }
    if (route.gateway().isPresent()) {
      IpAddress gateway = route.gateway().get();
      if (gateway.v6() == v6) {
        message.attribute(Abi.RTA_GATEWAY, gateway.bytes());
      } else {
        ByteBuffer via = ByteBuffer.allocate(2 + gateway.bytes().length);
        via.order(ByteOrder.nativeOrder());
        via.putShort((short) (gateway.v6() ? Abi.AF_INET6 : Abi.AF_INET)).put(gateway.bytes());
        message.attribute(Abi.RTA_VIA, via.array());
      }
    }
    route.source().ifPresent(source -> message.attribute(Abi.RTA_PREFSRC, source.bytes()));
    if (route.preference() != 0) {
      message.attribute8(Abi.RTA_PREF, route.preference());
    }
    if (!route.limits().isEmpty()) {
      int nest = message.open(Abi.RTA_METRICS);
      for (Map.Entry<Integer, Long> limit : route.limits().entrySet()) {
        message.attribute(limit.getKey(), limit.getValue());
      }
      message.close(nest);
    }
    return message;
  }

  /** What a message says, to whom asks about a link. */
  static Found decode(Rtnetlink.Message message, int link) throws Malformed {
    ByteBuffer body = message.body();
    if (message.type() != Abi.RTM_NEWROUTE || body.limit() < Abi.RTMSG) {
      throw new Malformed("no route: type " + message.type());
    }
    int family = body.get(0);
    int bytes = family == Abi.AF_INET ? 4 : family == Abi.AF_INET6 ? 16 : 0;
    long state = body.getInt(8) & 0xffff_ffffL;
    boolean unicast = body.get(7) == Abi.RTN_UNICAST;
    if (bytes == 0 || !unicast || (state & Abi.RTM_F_CLONED) != 0) {
      return new Found.Foreign();
    }
    IpAddress destination = IpAddress.of(new byte[bytes]);
    Optional<IpAddress> gateway = Optional.empty();
    Optional<IpAddress> source = Optional.empty();
    int table = body.get(4) & 255;
    long metric = 0;
    int preference = 0;
    Map<Integer, Long> limits = new TreeMap<>();
    boolean ours = false;
    String peculiar = (body.get(2) & 255) > 0 ? "for one source" : "";
    for (Attribute attribute : Attribute.in(body.slice(Abi.RTMSG, body.limit() - Abi.RTMSG))) {
      switch (attribute.type()) {
        case Abi.RTA_DST -> destination = IpAddress.of(attribute.bytes(0, bytes));
        case Abi.RTA_OIF -> ours |= attribute.u32() == link;
        case Abi.RTA_GATEWAY -> gateway = Optional.of(IpAddress.of(attribute.bytes(0, bytes)));
        case Abi.RTA_VIA -> gateway = Optional.of(via(attribute));
        case Abi.RTA_PREFSRC -> source = Optional.of(IpAddress.of(attribute.bytes(0, bytes)));
        case Abi.RTA_TABLE -> table = (int) attribute.u32();
        case Abi.RTA_PRIORITY -> metric = attribute.u32();
        case Abi.RTA_PREF -> preference = attribute.u8();
        case Abi.RTA_METRICS -> {
          for (Attribute limit : attribute.nested()) {
            if (limit.type() == Abi.RTAX_CC_ALGO) {
              peculiar = "with a congestion control of its own";
            } else {
              limits.put(limit.type(), limit.u32());
            }
          }
        }
        case Abi.RTA_MULTIPATH -> {
          ours |= amongHops(attribute.value(), link);
          peculiar = "over several next hops";
        }
        case Abi.RTA_CACHEINFO, Abi.RTA_EXPIRES, Abi.RTA_PAD -> {}
        default -> peculiar = "with parts that Lend does not know (" + attribute.type() + ")";
      }
    }
    if (!ours || table == Abi.RT_TABLE_LOCAL) {
      return new Found.Foreign();
    }
    if ((body.get(1) & 255) > 8 * bytes) {
      throw new Malformed("a prefix of " + (body.get(1) & 255));
    }
    NetRoute route =
        new NetRoute(
            destination,
            body.get(1) & 255,
            gateway,
            source,
            table,
            body.get(5) & 255,
            body.get(6) & 255,
            metric,
            body.get(3) & 255,
            (state & Abi.RTNH_F_ONLINK) != 0,
            preference,
            new TreeMap<>(limits));
    return peculiar.isEmpty()
        ? new Found.Plain(route)
        : new Found.Other(new Net.OddRoute(route, peculiar));
  }

  private static IpAddress via(Attribute attribute) throws Malformed {
    int family = attribute.u16(0);
    return IpAddress.of(attribute.bytes(2, family == Abi.AF_INET6 ? 16 : 4));
  }

  private static boolean amongHops(ByteBuffer hops, int link) throws Malformed {
    int at = 0;
    while (hops.limit() - at >= Abi.RTNEXTHOP) {
      int length = hops.getShort(at) & 0xffff;
      if (length < Abi.RTNEXTHOP || length > hops.limit() - at) {
        throw new Malformed("a next hop of " + length + " bytes");
      }
      if (hops.getInt(at + 4) == link) {
        return true;
      }
      at += Abi.aligned(length);
    }
    return false;
  }
}
