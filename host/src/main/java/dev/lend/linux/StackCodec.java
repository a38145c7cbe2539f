package dev.lend.linux;

import dev.lend.model.NetForm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What links that stand on another one are (kernel: {@code net/8021q/vlan_netlink.c}, {@code
 * drivers/net/macvlan.c}, {@code drivers/net/ipvlan/ipvlan_main.c}).
 */
final class StackCodec {
  /**
   * Modes of a macvlan that hold nothing besides; the others have a list, or take the link over.
   */
  private static final List<Long> PLAIN_MODES = List.of(1L, 2L, 4L);

  /** Kernel: {@code include/uapi/linux/if_vlan.h}, VLAN_FLAG_REORDER_HDR. */
  private static final int REORDER_HDR = 1;

  private StackCodec() {}

  /** All that it takes to make such a link again; empty where that is more than Lend knows. */
  static Optional<NetForm> form(String kind, Optional<Attribute> data) throws Malformed {
    List<Attribute> settings = data.isPresent() ? data.get().nested() : List.of();
    return switch (kind) {
      case "vlan" -> vlan(settings);
      case "macvlan" -> macvlan(settings);
      case "ipvlan" -> ipvlan(settings);
      default -> Optional.empty();
    };
  }

  /** The table of a VRF; 0 for anything else. */
  static long table(String kind, Optional<Attribute> data) throws Malformed {
    if (kind.equals("vrf") && data.isPresent()) {
      for (Attribute setting : data.get().nested()) {
        if (setting.type() == Abi.IFLA_VRF_TABLE) {
          return setting.u32();
        }
      }
    }
    return 0;
  }

  private static Optional<NetForm> vlan(List<Attribute> settings) throws Malformed {
    int id = -1;
    int protocol = 0x8100;
    long flags = REORDER_HDR;
    SortedMap<Integer, Integer> ingress = new TreeMap<>();
    SortedMap<Integer, Integer> egress = new TreeMap<>();
    for (Attribute setting : settings) {
      switch (setting.type()) {
        case Abi.IFLA_VLAN_ID -> id = setting.u16(0);
        case Abi.IFLA_VLAN_PROTOCOL -> protocol = setting.be16(0);
        case Abi.IFLA_VLAN_FLAGS -> flags = setting.u32(0);
        case Abi.IFLA_VLAN_INGRESS_QOS -> priorities(setting, ingress);
        case Abi.IFLA_VLAN_EGRESS_QOS -> priorities(setting, egress);
        default -> {}
      }
    }
    return id < 0
        ? Optional.empty()
        : Optional.of(new NetForm.Vlan(id, protocol, flags, ingress, egress));
  }

  private static void priorities(Attribute nest, SortedMap<Integer, Integer> map) throws Malformed {
    for (Attribute one : nest.nested()) {
      if (one.type() == Abi.IFLA_VLAN_QOS_MAPPING) {
        map.put((int) one.u32(0), (int) one.u32(4));
      }
    }
  }

  private static Optional<NetForm> macvlan(List<Attribute> settings) throws Malformed {
    long mode = 0;
    int flags = 0;
    for (Attribute setting : settings) {
      switch (setting.type()) {
        case Abi.IFLA_MACVLAN_MODE -> mode = setting.u32();
        case Abi.IFLA_MACVLAN_FLAGS -> flags = setting.u16(0);
        default -> {}
      }
    }
    return PLAIN_MODES.contains(mode)
        ? Optional.of(new NetForm.Macvlan(mode, flags))
        : Optional.empty();
  }

  private static Optional<NetForm> ipvlan(List<Attribute> settings) throws Malformed {
    int mode = -1;
    int flags = 0;
    for (Attribute setting : settings) {
      switch (setting.type()) {
        case Abi.IFLA_IPVLAN_MODE -> mode = setting.u16(0);
        case Abi.IFLA_IPVLAN_FLAGS -> flags = setting.u16(0);
        default -> {}
      }
    }
    return mode < 0 ? Optional.empty() : Optional.of(new NetForm.Ipvlan(mode, flags));
  }

  /** Makes a link of that form on another one. */
  static MessageWriter add(int lower, String name, NetForm form) {
    MessageWriter message =
        LinkCodec.add().attribute(Abi.IFLA_IFNAME, name).attribute(Abi.IFLA_LINK, (long) lower);
    int info = message.open(Abi.IFLA_LINKINFO);
    message.attribute(Abi.IFLA_INFO_KIND, form.kind());
    int data = message.open(Abi.IFLA_INFO_DATA);
    switch (form) {
      case NetForm.Vlan vlan -> {
        message.attribute(Abi.IFLA_VLAN_ID, u16(vlan.id(), ByteOrder.nativeOrder()));
        message.attribute(Abi.IFLA_VLAN_PROTOCOL, u16(vlan.protocol(), ByteOrder.BIG_ENDIAN));
        message.attribute(Abi.IFLA_VLAN_FLAGS, pair((int) vlan.flags(), mask(vlan.flags())));
        priorities(message, Abi.IFLA_VLAN_EGRESS_QOS, vlan.egress());
        priorities(message, Abi.IFLA_VLAN_INGRESS_QOS, vlan.ingress());
      }
      case NetForm.Macvlan(long mode, int flags) -> {
        message.attribute(Abi.IFLA_MACVLAN_MODE, mode);
        message.attribute(Abi.IFLA_MACVLAN_FLAGS, u16(flags, ByteOrder.nativeOrder()));
      }
      case NetForm.Ipvlan(int mode, int flags) -> {
        message.attribute(Abi.IFLA_IPVLAN_MODE, u16(mode, ByteOrder.nativeOrder()));
        message.attribute(Abi.IFLA_IPVLAN_FLAGS, u16(flags, ByteOrder.nativeOrder()));
      }
    }
    return message.close(data).close(info);
  }

  /**
   * The flags that a new VLAN is told: those that it is to have, and the one that it would have by
   * itself. A mask with flags that the kernel does not know is refused (kernel: {@code
   * net/8021q/vlan_dev.c}, vlan_dev_change_flags), although it tells of its flags with such a one.
   */
  private static int mask(long flags) {
    return (int) flags | REORDER_HDR;
  }

  private static void priorities(MessageWriter message, int type, SortedMap<Integer, Integer> map) {
    if (!map.isEmpty()) {
      int nest = message.open(type);
      map.forEach((from, to) -> message.attribute(Abi.IFLA_VLAN_QOS_MAPPING, pair(from, to)));
      message.close(nest);
    }
  }

  private static byte[] pair(int first, int second) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.nativeOrder())
        .putInt(first)
        .putInt(second)
        .array();
  }

  private static byte[] u16(int value, ByteOrder order) {
    return ByteBuffer.allocate(2).order(order).putShort((short) value).array();
  }
}
