package dev.lend.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetRoute;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes to the kernel and comes from it, byte for byte. */
class CodecTest {
  @BeforeAll
  static void bytesAreWrittenOutInThisOrder() {
    assumeTrue(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "expected bytes are little-endian");
  }

  private static String hex(MessageWriter message) {
    return HexFormat.of().formatHex(message.message(0x11));
  }

  private static String spaceless(String hex) {
    return hex.replaceAll("\\s", "");
  }

  static IpAddress ip(String text) {
    return IpAddress.parse(text).orElseThrow();
  }

  static Rtnetlink.Message reply(int type, byte[] body) {
    return new Rtnetlink.Message(type, 0, ByteBuffer.wrap(body).order(ByteOrder.nativeOrder()));
  }

  static Rtnetlink.Message reply(int type, MessageWriter like) {
    return reply(type, ScriptedKernel.body(like));
  }

  @Test
  void asksForALinkWithItsVfsAndWithoutCounters() {
    assertThat(hex(LinkCodec.withVfs(5)))
        .isEqualTo(
            spaceless(
                """
                28000000 1200 0500 11000000 00000000
                00 00 0000 05000000 00000000 00000000
                0800 1d00 09000000
                """));
  }

  @Test
  void setsALinkUpAndNothingElse() {
    assertThat(hex(LinkCodec.setUp(7, true)))
        .isEqualTo(
            spaceless(
                """
                20000000 1300 0500 11000000 00000000
                00 00 0000 07000000 01000000 01000000
                """));
    assertThat(hex(LinkCodec.setUp(7, false))).endsWith("0000000001000000");
  }

  @Test
  void addsAnAddressWithAllThatBelongsToIt() {
    NetAddress address =
        new NetAddress(
            ip("192.0.2.1"),
            24,
            Optional.empty(),
            Optional.of(ip("192.0.2.255")),
            253,
            0x80 | 0x200,
            Optional.of("e:1"),
            3600,
            1800,
            0);
    assertThat(hex(AddressCodec.add(3, address)))
        .isEqualTo(
            spaceless(
                """
                54000000 1400 0506 11000000 00000000
                02 18 00 fd 03000000
                0800 0200 c0000201
                0800 0100 c0000201
                0800 0400 c00002ff
                0800 0300 653a3100
                0800 0800 00020000
                1400 0600 08070000 100e0000 00000000 00000000
                """));
  }

  @Test
  void addsARouteWithAllThatBelongsToIt() {
    NetRoute route =
        new NetRoute(
            ip("10.1.0.0"),
            16,
            Optional.of(ip("192.0.2.9")),
            Optional.of(ip("192.0.2.1")),
            1000,
            4,
            0,
            50,
            8,
            true,
            0,
            new TreeMap<>(Map.of(2, 1400L)));
    assertThat(hex(RouteCodec.add(3, route)))
        .isEqualTo(
            spaceless(
                """
                58000000 1800 0506 11000000 00000000
                02 10 00 08 00 04 00 01 04000000
                0800 0100 0a010000
                0800 0400 03000000
                0800 0f00 e8030000
                0800 0600 32000000
                0800 0500 c0000209
                0800 0700 c0000201
                0c00 0880 0800 0200 78050000
                """));
  }

  @Test
  void reachesAnIpv4NetworkThroughAnIpv6Gateway() throws Malformed {
    NetRoute route = NetRoute.of(ip("10.1.0.0"), 16, Optional.of(ip("fe80::1")));
    MessageWriter message = RouteCodec.add(3, route);
    assertThat(hex(message))
        .endsWith("1600" + "1200" + "0a00" + "fe80" + "0".repeat(24) + "0001" + "0000");
    assertThat(RouteCodec.decode(reply(Abi.RTM_NEWROUTE, message), 3))
        .isEqualTo(new RouteCodec.Found.Plain(route));
  }

  @Test
  void setsEverythingOfAVfInOneMessage() {
    List<VfSetting> settings =
        List.of(
            new VfSetting.Mac("52:54:00:12:34:56"),
            new VfSetting.Vlan(new VfSettings.Vlan(7, 3, VfSettings.Vlan.Q)),
            new VfSetting.SpoofCheck(true),
            new VfSetting.Rate(10, 2000),
            new VfSetting.LinkState(VfSettings.Link.DISABLE),
            new VfSetting.RssQuery(false),
            new VfSetting.Trust(true));
    assertThat(hex(VfCodec.set(5, List.of(new VfOrder(2, settings)))))
        .isEqualTo(
            spaceless(
                """
                a0000000 1300 0500 11000000 00000000
                00 00 0000 05000000 00000000 00000000
                8000 1680
                7c00 0180
                2800 0100 02000000 525400123456 %s
                1000 0200 02000000 07000000 03000000
                0c00 0400 02000000 01000000
                1000 0600 02000000 0a000000 d0070000
                0c00 0500 02000000 02000000
                0c00 0700 02000000 00000000
                0c00 0900 02000000 01000000
                """
                    .formatted("00".repeat(26))));
  }

  @Test
  void putsAVlanOfAnotherProtocolIntoAList() {
    VfSetting.Vlan outer = new VfSetting.Vlan(new VfSettings.Vlan(100, 0, VfSettings.Vlan.AD));
    assertThat(hex(VfCodec.set(5, List.of(new VfOrder(1, List.of(outer))))))
        .endsWith(spaceless("1800 0c80 1400 0100 01000000 64000000 00000000 88a8 0000"));
  }

  /** As {@code rtnl_fill_vfinfo} puts it, in its order and with what Lend does not ask about. */
  private static void vf(MessageWriter message, int number, int link, int trust) {
    int info = message.open(Abi.IFLA_VF_INFO);
    ByteBuffer mac = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder()).putInt(number);
    mac.put(new byte[] {0x52, 0x54, 0, 1, 2, (byte) number});
    message.attribute(Abi.IFLA_VF_MAC, mac.array());
    message.attribute(13, new byte[32]);
    words(message, Abi.IFLA_VF_VLAN, number, 100, 5);
    words(message, Abi.IFLA_VF_RATE, number, 1, 1000);
    words(message, 3, number, 1000);
    words(message, Abi.IFLA_VF_SPOOFCHK, number, 1);
    words(message, Abi.IFLA_VF_LINK_STATE, number, link);
    words(message, Abi.IFLA_VF_RSS_QUERY_EN, number, -1);
    words(message, Abi.IFLA_VF_TRUST, number, trust);
    int list = message.open(Abi.IFLA_VF_VLAN_LIST);
    ByteBuffer vlan = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    vlan.putInt(number).putInt(100).putInt(5).put((byte) 0x88).put((byte) 0xa8);
    message.attribute(Abi.IFLA_VF_VLAN_INFO, vlan.array());
    message.close(list).close(info);
  }

  private static void words(MessageWriter message, int type, int... words) {
    ByteBuffer all = ByteBuffer.allocate(4 * words.length).order(ByteOrder.nativeOrder());
    for (int word : words) {
      all.putInt(word);
    }
    message.attribute(type, all.array());
  }

  static MessageWriter linkWithVfs(int count, int told) {
    MessageWriter message = LinkCodec.set(5).attribute(Abi.IFLA_IFNAME, "eth1");
    message.attribute(Abi.IFLA_NUM_VF, (long) count);
    int list = message.open(Abi.IFLA_VFINFO_LIST);
    for (int i = 0; i < told; i++) {
      vf(message, i, i % 3, i % 2);
    }
    return message.close(list);
  }

  @Test
  void readsWhatADriverTellsAndNoMore() throws Malformed {
    Map<Integer, VfSettings> vfs = VfCodec.decode(reply(Abi.RTM_NEWLINK, linkWithVfs(2, 2)));
    assertThat(vfs)
        .containsExactly(
            Map.entry(
                0,
                new VfSettings(
                    "52:54:00:01:02:00",
                    new VfSettings.Vlan(100, 5, VfSettings.Vlan.AD),
                    1,
                    1000,
                    Optional.of(true),
                    VfSettings.Link.AUTO,
                    Optional.empty(),
                    Optional.of(false))),
            Map.entry(
                1,
                new VfSettings(
                    "52:54:00:01:02:01",
                    new VfSettings.Vlan(100, 5, VfSettings.Vlan.AD),
                    1,
                    1000,
                    Optional.of(true),
                    VfSettings.Link.ENABLE,
                    Optional.empty(),
                    Optional.of(true))));
  }

  @Test
  void readsAllVfsOfACardWithVeryMany() throws Malformed {
    assertThat(VfCodec.decode(reply(Abi.RTM_NEWLINK, linkWithVfs(252, 252)))).hasSize(252);
  }

  @Test
  void noticesVfsThatTheKernelLeftOut() {
    assertThatThrownBy(() -> VfCodec.decode(reply(Abi.RTM_NEWLINK, linkWithVfs(9, 4))))
        .isInstanceOf(Malformed.class)
        .hasMessage("4 of 9 VFs");
  }

  @Test
  void givesAnAddressBackAsItTookIt() throws Malformed {
    for (NetAddress address :
        List.of(
            NetAddress.of(ip("192.0.2.1"), 24),
            NetAddress.of(ip("2001:db8::1"), 64).lasting(100, 50),
            new NetAddress(
                ip("192.0.2.1"),
                32,
                Optional.of(ip("192.0.2.9")),
                Optional.empty(),
                254,
                0x200,
                Optional.of("x"),
                NetAddress.FOREVER,
                NetAddress.FOREVER,
                3))) {
      assertThat(AddressCodec.decode(reply(Abi.RTM_NEWADDR, AddressCodec.add(9, address))))
          .contains(new Net.OnLink(9, address));
    }
  }

  @Test
  void tellsRoutesThatItCannotCarryApart() throws Malformed {
    NetRoute route = NetRoute.of(ip("2001:db8::"), 32, Optional.of(ip("fe80::1")));
    MessageWriter plain = RouteCodec.add(3, route);
    assertThat(RouteCodec.decode(reply(Abi.RTM_NEWROUTE, plain), 3))
        .isEqualTo(new RouteCodec.Found.Plain(route));
    assertThat(RouteCodec.decode(reply(Abi.RTM_NEWROUTE, plain), 4))
        .isEqualTo(new RouteCodec.Found.Foreign());
    MessageWriter wrapped = RouteCodec.add(3, route).attribute(22, new byte[8]);
    assertThat(RouteCodec.decode(reply(Abi.RTM_NEWROUTE, wrapped), 3))
        .isEqualTo(
            new RouteCodec.Found.Other(
                new Net.OddRoute(route, "with parts that Lend does not know (22)")));
    ByteBuffer hops = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    hops.putShort((short) 8).putShort((short) 0).putInt(8);
    hops.putShort((short) 8).putShort((short) 0).putInt(3);
    MessageWriter many = RouteCodec.add(77, route).attribute(Abi.RTA_MULTIPATH, hops.array());
    assertThat(RouteCodec.decode(reply(Abi.RTM_NEWROUTE, many), 3))
        .isEqualTo(new RouteCodec.Found.Other(new Net.OddRoute(route, "over several next hops")));
  }

  @Test
  void readsBackWhatItTellsOfALinkOnAnotherOne() throws Malformed {
    TreeMap<Integer, Integer> priorities = new TreeMap<>(Map.of(1, 2, 3, 4));
    for (NetForm form :
        List.of(
            NetForm.Vlan.of(4094),
            new NetForm.Vlan(7, 0x88a8, 3, priorities, new TreeMap<>()),
            new NetForm.Vlan(7, 0x8100, 0, new TreeMap<>(), priorities),
            new NetForm.Macvlan(4, 1),
            new NetForm.Ipvlan(2, 1))) {
      Link link = LinkCodec.decode(reply(Abi.RTM_NEWLINK, StackCodec.add(5, "on5", form)));
      assertThat(link.form()).contains(form);
      assertThat(link.kind()).isEqualTo(form.kind());
      assertThat(link.lower()).isEqualTo(5);
      assertThat(link.name()).isEqualTo("on5");
    }
    Link passthru =
        LinkCodec.decode(
            reply(Abi.RTM_NEWLINK, StackCodec.add(5, "on5", new NetForm.Macvlan(8, 0))));
    assertThat(passthru.form()).as("it takes the link over").isEmpty();
  }

  @Test
  void makesAVlanAsTheKernelWantsIt() {
    assertThat(hex(StackCodec.add(2, "v7", NetForm.Vlan.of(7))))
        .isEqualTo(
            spaceless(
                """
                60000000 1000 0506 11000000 00000000
                00 00 0000 00000000 00000000 00000000
                0700 0300 763700 00
                0800 0500 02000000
                3000 1280
                  0900 0100 766c616e00 000000
                  2000 0280
                    0600 0100 0700 0000
                    0600 0500 8100 0000
                    0c00 0200 01000000 01000000
                """));
  }

  @Test
  void readsProgramsOfXdpAndTheTableOfAVrf() throws Malformed {
    MessageWriter message = LinkCodec.set(5);
    int xdp = message.open(Abi.IFLA_XDP);
    message.attribute8(2, 4).attribute(5, 12L).attribute(6, 13L).attribute(4, 0L).close(xdp);
    int info = message.open(Abi.IFLA_LINKINFO);
    message.attribute(Abi.IFLA_INFO_KIND, "vrf");
    int data = message.open(Abi.IFLA_INFO_DATA);
    message.attribute(Abi.IFLA_VRF_TABLE, 0xffff_fff0L).close(data).close(info);
    Link link = LinkCodec.decode(reply(Abi.RTM_NEWLINK, message));
    assertThat(link.programs()).containsExactly(12L, 13L);
    assertThat(link.table()).isEqualTo(0xffff_fff0L);
  }

  @Test
  void takesLinksThatNameThemselvesForBuiltOnNone() throws Malformed {
    MessageWriter own = LinkCodec.set(5).attribute(Abi.IFLA_LINK, 5L);
    assertThat(LinkCodec.decode(reply(Abi.RTM_NEWLINK, own)).lower()).isZero();
    MessageWriter vlan = LinkCodec.set(5).attribute(Abi.IFLA_LINK, 4L);
    assertThat(LinkCodec.decode(reply(Abi.RTM_NEWLINK, vlan)).lower()).isEqualTo(4);
    MessageWriter veth = LinkCodec.set(5).attribute(Abi.IFLA_LINK, 4L);
    veth.attribute(Abi.IFLA_LINK_NETNSID, 0L);
    assertThat(LinkCodec.decode(reply(Abi.RTM_NEWLINK, veth)).lower()).isZero();
  }
}
