package dev.lend.linux;

import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a PF's interface says of its VFs, and how it is told (kernel: {@code net/core/rtnetlink.c},
 * {@code rtnl_fill_vfinfo} and {@code do_setvfinfo}).
 */
final class VfCodec {
  /** What a driver that does not say leaves in a setting. */
  private static final long UNKNOWN = 0xffff_ffffL;

  private VfCodec() {}

  /**
   * The VFs in a message about a link.
   *
   * @throws Malformed also where there are fewer than the kernel counts: an attribute cannot be
   *     longer than 64 KiB, and some kernels then leave VFs out without a word
   */
  static SortedMap<Integer, VfSettings> decode(Rtnetlink.Message message) throws Malformed {
    SortedMap<Integer, VfSettings> found = new TreeMap<>();
    long counted = 0;
    for (Attribute attribute : LinkCodec.attributes(message)) {
      switch (attribute.type()) {
        case Abi.IFLA_NUM_VF -> counted = attribute.u32();
        case Abi.IFLA_VFINFO_LIST -> {
          for (Attribute vf : attribute.nested()) {
            if (vf.type() == Abi.IFLA_VF_INFO) {
              one(vf.nested(), found);
            }
          }
        }
        default -> {}
      }
    }
    if (counted != 0 && found.size() != counted) {
      throw new Malformed(found.size() + " of " + counted + " VFs");
    }
    return found;
  }

  private static void one(List<Attribute> settings, SortedMap<Integer, VfSettings> found)
      throws Malformed {
    int vf = -1;
    String mac = "";
    VfSettings.Vlan vlan = VfSettings.Vlan.none();
    long minRate = 0;
    long maxRate = 0;
    Optional<Boolean> spoofCheck = Optional.empty();
    VfSettings.Link link = VfSettings.Link.AUTO;
    Optional<Boolean> rssQuery = Optional.empty();
    Optional<Boolean> trust = Optional.empty();
    Optional<String> nodeGuid = Optional.empty();
    Optional<String> portGuid = Optional.empty();
    boolean listed = false;
    for (Attribute setting : settings) {
      switch (setting.type()) {
        case Abi.IFLA_VF_MAC -> {
          vf = (int) setting.u32(0);
          mac = Hardware.text(setting.bytes(4, Abi.MAC_BYTES)).orElseThrow();
        }
        case Abi.IFLA_VF_VLAN -> {
          if (!listed) {
            vlan = vlan(setting, VfSettings.Vlan.Q);
          }
        }
        case Abi.IFLA_VF_VLAN_LIST -> {
          for (Attribute entry : setting.nested()) {
            if (entry.type() == Abi.IFLA_VF_VLAN_INFO && !listed) {
              vlan = vlan(entry, entry.be16(12));
              listed = true;
            }
          }
        }
        case Abi.IFLA_VF_RATE -> {
          minRate = setting.u32(4);
          maxRate = setting.u32(8);
        }
        case Abi.IFLA_VF_SPOOFCHK -> spoofCheck = flag(setting);
        case Abi.IFLA_VF_RSS_QUERY_EN -> rssQuery = flag(setting);
        case Abi.IFLA_VF_TRUST -> trust = flag(setting);
        case Abi.IFLA_VF_LINK_STATE -> link = link(setting.u32(4));
        case Abi.IFLA_VF_IB_NODE_GUID -> nodeGuid = Optional.of(Guid.text(setting.bytes(8, 8)));
        case Abi.IFLA_VF_IB_PORT_GUID -> portGuid = Optional.of(Guid.text(setting.bytes(8, 8)));
        default -> {}
      }
    }
    if (vf < 0) {
      throw new Malformed("a VF without a number");
    }
    found.put(
        vf,
        new VfSettings(
            mac, vlan, minRate, maxRate, spoofCheck, link, rssQuery, trust, nodeGuid, portGuid));
  }

  private static VfSettings.Vlan vlan(Attribute setting, int protocol) throws Malformed {
    int id = (int) setting.u32(4) & 0xfff;
    return new VfSettings.Vlan(
        id, (int) setting.u32(8) & 7, id == 0 ? VfSettings.Vlan.Q : protocol);
  }

  private static Optional<Boolean> flag(Attribute setting) throws Malformed {
    long value = setting.u32(4);
    return value == UNKNOWN ? Optional.empty() : Optional.of(value != 0);
  }

  private static VfSettings.Link link(long value) throws Malformed {
    VfSettings.Link[] known = VfSettings.Link.values();
    if (value >= known.length) {
      throw new Malformed("link state " + value);
    }
    return known[(int) value];
  }

  /** Sets what is asked for, all in one message. */
  static MessageWriter set(int link, List<VfOrder> orders) {
    MessageWriter message = LinkCodec.set(link);
    int list = message.open(Abi.IFLA_VFINFO_LIST);
    for (VfOrder order : orders) {
      int info = message.open(Abi.IFLA_VF_INFO);
      for (VfSetting setting : order.settings()) {
        put(message, order.vf(), setting);
      }
      message.close(info);
    }
    return message.close(list);
  }

  private static void put(MessageWriter message, int vf, VfSetting setting) {
    switch (setting) {
      case VfSetting.Mac(String mac) -> {
        byte[] padded = Arrays.copyOf(Hardware.bytes(mac), Abi.VF_MAC_BYTES);
        message.attribute(
            Abi.IFLA_VF_MAC, struct(4 + padded.length).putInt(vf).put(padded).array());
      }
      case VfSetting.Vlan(VfSettings.Vlan vlan) -> {
        if (vlan.protocol() == VfSettings.Vlan.Q) {
          words(message, Abi.IFLA_VF_VLAN, vf, vlan.id(), vlan.qos());
        } else {
          // The older attribute has no room for a protocol.
          int nest = message.open(Abi.IFLA_VF_VLAN_LIST);
          ByteBuffer info = struct(16).putInt(vf).putInt(vlan.id()).putInt(vlan.qos());
          info.order(ByteOrder.BIG_ENDIAN).putShort((short) vlan.protocol());
          message.attribute(Abi.IFLA_VF_VLAN_INFO, info.array());
          message.close(nest);
        }
      }
      case VfSetting.Rate(long min, long max) -> words(message, Abi.IFLA_VF_RATE, vf, min, max);
      case VfSetting.SpoofCheck(boolean on) -> words(message, Abi.IFLA_VF_SPOOFCHK, vf, on ? 1 : 0);
      case VfSetting.LinkState(VfSettings.Link state) ->
          words(message, Abi.IFLA_VF_LINK_STATE, vf, state.ordinal());
      case VfSetting.RssQuery(boolean on) ->
          words(message, Abi.IFLA_VF_RSS_QUERY_EN, vf, on ? 1 : 0);
      case VfSetting.Trust(boolean on) -> words(message, Abi.IFLA_VF_TRUST, vf, on ? 1 : 0);
      case VfSetting.NodeGuid(String guid) -> guid(message, Abi.IFLA_VF_IB_NODE_GUID, vf, guid);
      case VfSetting.PortGuid(String guid) -> guid(message, Abi.IFLA_VF_IB_PORT_GUID, vf, guid);
    }
  }

  private static void guid(MessageWriter message, int type, int vf, String guid) {
    message.attribute(type, struct(16).putInt(vf).putInt(0).putLong(Guid.number(guid)).array());
  }

  private static void words(MessageWriter message, int type, long... words) {
    ByteBuffer all = struct(4 * words.length);
    for (long word : words) {
      all.putInt((int) word);
    }
    message.attribute(type, all.array());
  }

  private static ByteBuffer struct(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }
}
