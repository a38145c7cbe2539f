package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.linux.Link;
import dev.lend.model.NetLoss;
import dev.lend.sysfs.MapKernel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Settings of an interface that go with it, as files tell them. */
class NetSettingsTest {
  private final MapKernel kernel = new MapKernel();

  private void conf(String name, String acceptRa, String forwarding) {
    kernel
        .file("proc/sys/net/ipv6/conf/" + name + "/accept_ra", acceptRa)
        .file("proc/sys/net/ipv6/conf/" + name + "/mtu", "" + name.length())
        .file("proc/sys/net/ipv4/conf/" + name + "/forwarding", forwarding);
  }

  @Test
  void namesWhatDiffersFromWhatANewInterfaceBeginsWith() {
    conf("default", "1", "0");
    conf("eth1", "1", "0");
    conf("eth2", "2", "1");
    NetSysctls settings = new NetSysctls(kernel);
    assertThat(settings.loss("eth1", true)).isEmpty();
    assertThat(settings.loss("eth2", false))
        .contains(
            NetLoss.of(
                "settings of its own in /proc/sys/net (ipv4 forwarding 1, ipv6 accept_ra 2)"));
    assertThat(settings.loss("eth2", true).orElseThrow().through())
        .as("no router is heard any more")
        .containsExactly("eth2");
  }

  @Test
  void namesWhatABridgeHoldsOfItsPort() {
    kernel
        .file("sys/class/net/eth1/brport/isolated", "1")
        .file("sys/class/net/eth1/brport/learning", "1")
        .file("sys/class/net/eth2/brport/learning", "1")
        .file("sys/class/net/br1/bridge/vlan_filtering", "1");
    BridgePort ports = new BridgePort(kernel);
    assertThat(ports.losses("eth1", "br0"))
        .containsExactly(NetLoss.of("settings of its port in the bridge br0 (isolated 1)"));
    assertThat(ports.losses("eth2", "br0")).isEmpty();
    assertThat(ports.losses("eth2", "br1"))
        .containsExactly(new NetLoss("the VLANs of its port in the bridge br1", List.of("br1")));
  }

  @Test
  void whatGoesOverAnInterfaceStandsOnItEvenIfItsLinkDoesNotSaySo() {
    kernel
        .directory("sys/class/net/eth1/upper_br0")
        .directory("sys/class/net/eth1/upper_vx0")
        .directory("sys/class/net/eth1/upper_eth1.7");
    Link eth1 = link(2, "eth1", 9, "", 0);
    List<Link> links =
        List.of(
            eth1,
            link(9, "br0", 0, "bridge", 0),
            link(10, "vx0", 0, "vxlan", 0),
            link(11, "eth1.7", 0, "vlan", 2),
            link(12, "vx1", 0, "vxlan", 0));
    assertThat(NetStates.standingOn(eth1, links, kernel))
        .extracting(Link::name)
        .containsExactly("vx0", "eth1.7");
  }

  private static Link link(int index, String name, int master, String kind, int lower) {
    return new Link(
        index,
        name,
        List.of(),
        true,
        1500,
        Optional.empty(),
        Optional.empty(),
        master,
        "",
        lower,
        kind,
        0);
  }
}
