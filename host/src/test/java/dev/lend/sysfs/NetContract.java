package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.linux.Errno;
import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.VfOrder;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetRoute;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Interfaces, what is set on them, and what goes with them (kernel: {@code net/core/dev.c}, {@code
 * net/core/rtnetlink.c}, {@code net/ipv4/devinet.c}, {@code net/ipv6/addrconf.c}).
 */
abstract class NetContract extends KernelContract {
  private static final NetAddress V4 = NetAddress.of(ip("192.0.2.1"), 24);
  private static final NetAddress V6 = NetAddress.of(ip("2001:db8:7::1"), 64);
  private static final NetRoute FAR =
      NetRoute.of(ip("198.51.100.0"), 24, Optional.of(ip("192.0.2.9")));
  private static final String MAC = "52:54:00:ab:cd:01";

  final Net net = bench.net();

  private static IpAddress ip(String text) {
    return IpAddress.parse(text).orElseThrow();
  }

  /** A new interface has nothing of the old one. */
  @AfterEach
  void forgetWhatWasSet() throws KernelRefusal, NetRefusal {
    release(site.nic());
    giveBack(site.nic(), site.nicDriver());
    bench.await("the interface is back", () -> kernel.exists("sys/class/net/" + site.nicNet()));
    awaitUdev(nic());
  }

  private Link link(int index) throws NetRefusal {
    return net.links().stream().filter(one -> one.index() == index).findFirst().orElseThrow();
  }

  /** udev may rename it between the two questions: then they are asked again. */
  private Link of(String address) {
    PciAddress function = PciAddress.parse(address).orElseThrow();
    List<Link> found = new ArrayList<>();
    bench.await(
        "the interface of " + address + " is known by its name",
        () -> {
          List<String> names = new InterfaceNames(kernel).of(function);
          for (Link link : links()) {
            if (names.contains(link.name())) {
              found.add(link);
            }
          }
          return !found.isEmpty();
        });
    return found.getFirst();
  }

  private List<Link> links() {
    try {
      return net.links();
    } catch (NetRefusal refusal) {
      throw new AssertionError(refusal);
    }
  }

  private Link nic() {
    return of(site.nic());
  }

  private void awaitUdev(Link link) {
    if (kernel.exists("run/udev/control")) {
      bench.await("udev is done", () -> kernel.exists("run/udev/data/n" + link.index()));
    }
  }

  private List<NetAddress> addresses(int link) throws NetRefusal {
    List<NetAddress> found = new ArrayList<>();
    for (Net.OnLink one : net.addresses()) {
      if (one.link() == link && !one.address().made()) {
        found.add(one.address());
      }
    }
    return found;
  }

  private List<String> routes(int link) throws NetRefusal {
    List<String> found = new ArrayList<>();
    for (NetRoute route : net.routes(link).plain()) {
      if (!route.destination().linkLocal()) {
        found.add(route.toString());
      }
    }
    found.sort(null);
    return found;
  }

  private Errno refusal(NetChange change) {
    NetRefusal refusal = catchThrowableOfType(NetRefusal.class, () -> net.change(change));
    assertThat(refusal).as("%s must be refused", change).isNotNull();
    return refusal.errno();
  }

  private int inUse() throws NetRefusal {
    int nic = nic().index();
    net.change(new NetChange.Up(nic, true));
    net.change(new NetChange.AddAddress(nic, V4));
    net.change(new NetChange.AddAddress(nic, V6));
    net.change(new NetChange.AddRoute(nic, FAR));
    return nic;
  }

  @Test
  void anAddressBringsTheRouteToItsNetwork() throws NetRefusal {
    int nic = inUse();
    assertThat(addresses(nic))
        .extracting(NetAddress::local)
        .containsExactly(V4.local(), V6.local());
    assertThat(routes(nic))
        .containsExactly("192.0.2.0/24", "198.51.100.0/24 via 192.0.2.9", "2001:db8:7::/64");
  }

  @Test
  void anInterfaceTakesEverythingAlongWhenItsDriverGoes() throws NetRefusal, KernelRefusal {
    Link fresh = nic();
    int nic = inUse();
    net.change(new NetChange.Mtu(nic, 1400));
    net.change(new NetChange.Mac(nic, MAC));
    assertThat(link(nic).mac()).contains(MAC);
    assertThat(link(nic).permanentMac()).isEqualTo(fresh.mac());
    assertThat(kernel.read("sys/class/net/" + site.nicNet() + "/mtu").or("")).isEqualTo("1400");
    release(site.nic());
    assertThat(net.links()).noneMatch(link -> link.index() == nic);
    assertThat(addresses(nic)).isEmpty();
    assertThat(routes(nic)).isEmpty();
    assertThat(refusal(new NetChange.Up(nic, true))).isEqualTo(Errno.ENODEV);
    giveBack(site.nic(), site.nicDriver());
    Link back = nic();
    assertThat(back.index()).isNotEqualTo(nic);
    assertThat(back.up()).isFalse();
    assertThat(back.mtu()).isEqualTo(1500);
    assertThat(back.mac()).isEqualTo(fresh.mac());
    assertThat(addresses(back.index())).isEmpty();
    assertThat(routes(back.index())).isEmpty();
  }

  @Test
  void anInterfaceThatGoesDownKeepsOnlyItsIpv4Addresses() throws NetRefusal {
    int nic = inUse();
    net.change(new NetChange.Up(nic, false));
    assertThat(addresses(nic)).extracting(NetAddress::local).containsExactly(V4.local());
    assertThat(routes(nic)).isEmpty();
    net.change(new NetChange.Up(nic, true));
    assertThat(routes(nic)).containsExactly("192.0.2.0/24");
  }

  @Test
  void refusesWhatCannotBe() throws NetRefusal {
    int nic = nic().index();
    Link other = of(site.twin());
    assertThat(refusal(new NetChange.Rename(nic, other.name()))).isEqualTo(Errno.EEXIST);
    assertThat(refusal(new NetChange.Rename(nic, "no/name"))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(new NetChange.Mtu(nic, 5))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(new NetChange.Mac(nic, "01:00:00:00:00:00"))).isEqualTo(Errno.EADDRNOTAVAIL);
    assertThat(refusal(new NetChange.Join(nic, 4711_000))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(new NetChange.Join(nic, other.index()))).isEqualTo(Errno.EOPNOTSUPP);
    // The gateway cannot be reached, which the kernel finds before it sees that the link is down.
    assertThat(refusal(new NetChange.AddRoute(nic, FAR))).isEqualTo(Errno.ENETUNREACH);
    net.change(new NetChange.Up(nic, true));
    assertThat(refusal(new NetChange.AddRoute(nic, FAR))).isEqualTo(Errno.ENETUNREACH);
    net.change(new NetChange.AddAddress(nic, V4));
    assertThat(refusal(new NetChange.AddAddress(nic, V4))).isEqualTo(Errno.EEXIST);
    net.change(new NetChange.AddRoute(nic, FAR));
    assertThat(refusal(new NetChange.AddRoute(nic, FAR))).isEqualTo(Errno.EEXIST);
  }

  @Test
  void whatStandsOnAnInterfaceGoesWithItsDriverAndCanBeMadeAgain()
      throws NetRefusal, KernelRefusal {
    int nic = inUse();
    for (NetForm form : List.of(NetForm.Vlan.of(7), new NetForm.Macvlan(4, 0))) {
      net.change(new NetChange.AddLink(nic, "on-" + form.kind(), form));
      Link on = called("on-" + form.kind()).orElseThrow();
      assertThat(on.form()).contains(form);
      assertThat(on.lower()).isEqualTo(nic);
      assertThat(on.up()).isFalse();
      assertThat(on.mac().equals(link(nic).mac())).isEqualTo(form instanceof NetForm.Vlan);
      net.change(new NetChange.Up(on.index(), true));
      assertThat(kernel.exists("sys/class/net/" + site.nicNet() + "/upper_" + on.name())).isTrue();
    }
    Link vlan = called("on-vlan").orElseThrow();
    net.change(new NetChange.AddAddress(vlan.index(), NetAddress.of(ip("198.51.100.1"), 24)));
    assertThat(refusal(new NetChange.AddLink(nic, "twice", NetForm.Vlan.of(7))))
        .isEqualTo(Errno.EEXIST);
    assertThat(refusal(new NetChange.AddLink(nic, "on-vlan", NetForm.Vlan.of(8))))
        .isEqualTo(Errno.EEXIST);
    release(site.nic());
    assertThat(called("on-vlan")).isEmpty();
    assertThat(called("on-macvlan")).isEmpty();
    assertThat(addresses(vlan.index())).isEmpty();
    giveBack(site.nic(), site.nicDriver());
    Link back = nic();
    awaitUdev(back);
    assertThat(called("on-vlan")).isEmpty();
    net.change(new NetChange.AddLink(back.index(), "on-vlan", NetForm.Vlan.of(7)));
    assertThat(called("on-vlan").orElseThrow().lower()).isEqualTo(back.index());
  }

  private Optional<Link> called(String name) throws NetRefusal {
    return net.links().stream().filter(one -> one.name().equals(name)).findFirst();
  }

  @Test
  void anInterfaceHasOtherNamesThatNoOtherMayHave() throws NetRefusal {
    Link nic = nic();
    awaitUdev(nic);
    net.change(new NetChange.AddName(nic.index(), "the-card"));
    assertThat(nic().altNames()).contains("the-card");
    assertThat(refusal(new NetChange.AddName(of(site.twin()).index(), "the-card")))
        .isEqualTo(Errno.EEXIST);
    assertThat(refusal(new NetChange.Rename(of(site.twin()).index(), "the-card")))
        .isEqualTo(Errno.EEXIST);
  }

  @Test
  void packetsLeaveByTheLongestRoute() throws NetRefusal {
    int nic = inUse();
    assertThat(net.towards(ip("198.51.100.7"), Optional.empty())).hasValue(nic);
    assertThat(net.traffic(nic)).isEmpty();
  }

  @Test
  void anInterfaceIsFoundByItsFunctionWhateverItIsCalled() throws NetRefusal {
    Link nic = nic();
    awaitUdev(nic);
    net.change(new NetChange.Rename(nic.index(), "elsewhere0"));
    assertThat(nic().index()).isEqualTo(nic.index());
    assertThat(nic().name()).isEqualTo("elsewhere0");
    assertThat(kernel.exists("sys/class/net/" + site.nicNet())).isFalse();
    net.change(new NetChange.Rename(nic.index(), nic.name()));
    assertThat(nic().name()).isEqualTo(site.nicNet());
  }

  private Map<Integer, VfSettings> vfs() throws NetRefusal {
    return net.vfs(of(site.pf()).index());
  }

  private VfSettings vf(int number) throws NetRefusal {
    return Optional.ofNullable(vfs().get(number)).orElseThrow();
  }

  private NetChange set(int vf, VfSetting... settings) throws NetRefusal {
    return new NetChange.SetVfs(of(site.pf()).index(), List.of(new VfOrder(vf, List.of(settings))));
  }

  private void makeVfs(int count) throws KernelRefusal {
    kernel.write(DEVICES + site.pf() + "/sriov_drivers_autoprobe", "0");
    kernel.write(DEVICES + site.pf() + "/sriov_numvfs", "" + count);
  }

  @Test
  void aPfHoldsItsVfsToWhatItIsTold() throws NetRefusal, KernelRefusal {
    assertThat(vfs()).isEmpty();
    makeVfs(3);
    assertThat(vfs()).containsOnlyKeys(0, 1, 2);
    VfSettings.Vlan vlan = new VfSettings.Vlan(7, 2, VfSettings.Vlan.Q);
    VfSettings before = vf(0);
    net.change(
        set(
            1,
            new VfSetting.Mac(MAC),
            new VfSetting.Vlan(vlan),
            new VfSetting.SpoofCheck(false),
            new VfSetting.Trust(true)));
    VfSettings now = vf(1);
    assertThat(now)
        .isEqualTo(
            new VfSettings(
                MAC,
                vlan,
                0,
                0,
                Optional.of(false),
                VfSettings.Link.AUTO,
                now.rssQuery(),
                Optional.of(true)));
    assertThat(vfs().get(0)).isEqualTo(before);
    kernel.write(DEVICES + site.pf() + "/sriov_numvfs", "0");
    assertThat(vfs()).isEmpty();
    makeVfs(3);
    assertThat(vf(1).vlan()).isEqualTo(VfSettings.Vlan.none());
    assertThat(vf(1).mac()).isNotEqualTo(MAC);
    assertThat(vf(1).trust()).contains(false);
  }

  @Test
  void aPfRefusesWhatItsDriverCannot() throws NetRefusal, KernelRefusal {
    assertThat(refusal(set(0, new VfSetting.Trust(true)))).isEqualTo(Errno.EINVAL);
    makeVfs(2);
    Map<Integer, VfSettings> before = new TreeMap<>(vfs());
    assertThat(refusal(set(2, new VfSetting.Trust(true)))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(set(0, new VfSetting.Mac("01:00:00:00:00:00")))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(set(0, new VfSetting.Vlan(new VfSettings.Vlan(4096, 0, VfSettings.Vlan.Q)))))
        .isEqualTo(Errno.EINVAL);
    assertThat(refusal(set(0, new VfSetting.Vlan(new VfSettings.Vlan(7, 0, VfSettings.Vlan.AD)))))
        .isEqualTo(Errno.EPROTONOSUPPORT);
    assertThat(refusal(set(0, new VfSetting.LinkState(VfSettings.Link.DISABLE))))
        .isEqualTo(Errno.EOPNOTSUPP);
    assertThat(refusal(set(0, new VfSetting.RssQuery(true)))).isEqualTo(Errno.EOPNOTSUPP);
    assertThat(refusal(set(0, new VfSetting.Rate(10, 100)))).isEqualTo(Errno.EINVAL);
    assertThat(vfs()).isEqualTo(before);
  }

  @Test
  void aRefusedSettingLeavesThoseThatTheKernelTakesBeforeIt() throws NetRefusal, KernelRefusal {
    makeVfs(1);
    VfSettings.Vlan vlan = new VfSettings.Vlan(7, 0, VfSettings.Vlan.Q);
    assertThat(
            refusal(
                set(
                    0,
                    new VfSetting.Trust(true),
                    new VfSetting.RssQuery(true),
                    new VfSetting.Vlan(vlan))))
        .isEqualTo(Errno.EOPNOTSUPP);
    assertThat(vf(0).vlan()).isEqualTo(vlan);
    assertThat(vf(0).trust()).contains(false);
  }
}
