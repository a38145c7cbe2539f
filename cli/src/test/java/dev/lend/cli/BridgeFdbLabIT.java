package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A VF and a guest on a bridge whose port is the PF, each in a network namespace of its own, with
 * real traffic between them.
 */
final class BridgeFdbLabIT extends LabHost {
  private static final String PF = "enp1s0";
  private static final String GUEST = "52:54:00:aa:00:01";
  private static final String PEER = "10.88.0.3";

  @BeforeEach
  void aGuestOnABridgeOfThePfAndAVfBesideIt() {
    lend(0, "vf", "create", PF, "2", "--for", "host");
    mustShell(
        """
        udevadm settle
        ip link add br0 type bridge forward_delay 0
        ip link set enp1s0 master br0 up
        ip netns add bridged
        ip link add tap0 type veth peer name eth0 netns bridged address 52:54:00:aa:00:01
        ip link set tap0 master br0 up
        ip link set br0 up
        ip -n bridged address add 10.88.0.1/24 dev eth0
        ip -n bridged link set eth0 up
        ip netns add direct
        vf=$(ls /sys/bus/pci/devices/0000:01:10.0/net)
        ip link set $vf netns direct name eth0
        ip -n direct address add 10.88.0.2/24 dev eth0
        ip -n direct link set eth0 up
        ip -n peer address add 10.88.0.3/24 dev peer0
        """);
  }

  @AfterEach
  void asItWas() {
    lab.run("sh", "-c", "ip -n peer address del 10.88.0.3/24 dev peer0");
    lab.run("sh", "-c", "ip netns del bridged; ip netns del direct; ip link del br0");
    lab.run("bridge", "fdb", "del", GUEST, "dev", PF, "self", "permanent");
    lend(0, "vf", "remove", PF, "--yes");
    must("ip", "link", "set", PF, "down");
  }

  private boolean reaches(String from, String to) {
    return lab.run("ip", "netns", "exec", from, "ping", "-c", "3", "-i", "0.3", "-W", "3", to).ok();
  }

  /** No card of metal does that. So in the lab a bridge on the PF carries nothing beside VFs. */
  @Test
  void theEmulatedCardGivesItsPfBackWhatThatBroadcastsSoThatABridgeLearnsItsGuestAtTheWrongPort() {
    assertThat(reaches("direct", PEER)).as("the VF has its wire").isTrue();
    assertThat(reaches("bridged", PEER)).isFalse();
    assertThat(mustShell("bridge fdb show br br0 | grep -i " + GUEST))
        .contains(GUEST + " dev enp1s0 master br0");
  }
}
