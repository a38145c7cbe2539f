package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.PciAddress;
import dev.lend.plan.BlastRadius;
import dev.lend.plan.Consequence;
import dev.lend.plan.Consequence.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By which addresses others manage a host: 192.0.2.2 is on br0, over eth0, at 01:00.1. */
class ManagementReaderTest {
  private static final PciAddress NIC = PciAddress.parse("01:00.1").orElseThrow();
  private static final String HEADER =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
          + " inode";

  @TempDir Path root;

  private static String line(String own, String peer, String state, int inode) {
    return "   0: "
        + own
        + " "
        + peer
        + " "
        + state
        + " 00000000:00000000 02:0009AE9F 00000000     0        0 "
        + inode
        + " 2 0000000000000000 20 4 29 10 -1";
  }

  private static Map<String, List<String>> read(HostTree host, String session) {
    return new HostReader(new FileKernel(host.root()))
        .read(Scope.uses().withAllAround(Set.of(NIC)).withSession(session))
        .surroundings()
        .nets()
        .management();
  }

  private HostTree host(String... tcp) {
    return SampleHosts.server(root).file("proc/net/tcp", HEADER + "\n" + String.join("\n", tcp));
  }

  @Test
  void tellsWhoIsLoggedInFromWhere() {
    HostTree host =
        host(
            line("020200C0:0016", "00000000:0000", "0A", 10),
            line("020200C0:0016", "070200C0:D431", "01", 11),
            line("020200C0:0016", "080200C0:D431", "06", 12),
            line("020200C0:0050", "090200C0:D431", "01", 13),
            line("030200C0:0016", "030200C0:D431", "01", 14));
    assertThat(read(host, ""))
        .as("neither who listens, nor who has left, nor who reads the news, nor the host itself")
        .isEqualTo(
            Map.of(
                "192.0.2.2", List.of("at which somebody is logged in from 192.0.2.7 (port 22)")));
    assertThat(
            BlastRadius.of(
                new HostReader(new FileKernel(host.root()))
                    .read(Scope.uses().withAllAround(Set.of(NIC))),
                NIC))
        .filteredOn(found -> found.kind() == Kind.MANAGEMENT_ADDRESS)
        .extracting(Consequence::text)
        .containsExactly(
            "has the address 192.0.2.2 (eth0 > br0), at which somebody is logged in from 192.0.2.7"
                + " (port 22)");
  }

  @Test
  void leavesTheAskersOwnSessionToItsOwnRefusal() {
    HostTree host = host(line("020200C0:0016", "070200C0:D431", "01", 11));
    assertThat(read(host, "192.0.2.7 54321 192.0.2.2 22")).isEmpty();
    assertThat(read(host, "::ffff:192.0.2.7 54321 ::ffff:192.0.2.2 22")).isEmpty();
    assertThat(read(host, "192.0.2.70 54321 192.0.2.2 22")).hasSize(1);
  }

  @Test
  void knowsALoginServiceOnAnyPort() {
    HostTree host = host(line("020200C0:08AE", "070200C0:D431", "01", 11));
    assertThat(read(host, "")).isEmpty();
    host.file("proc/800/comm", "sshd-session").link("proc/800/fd/4", "socket:[11]");
    assertThat(read(host, ""))
        .isEqualTo(
            Map.of(
                "192.0.2.2", List.of("at which somebody is logged in from 192.0.2.7 (port 2222)")));
  }

  @Test
  void readsAddressesOfBothKinds() {
    HostTree host =
        host()
            .file(
                "proc/net/tcp6",
                String.join(
                    "\n",
                    HEADER,
                    line(
                        "0000000000000000FFFF0000020200C0:0016",
                        "0000000000000000FFFF0000070200C0:D431",
                        "01",
                        11),
                    line(
                        "B80D0120000000000000000005000000:0016",
                        "B80D0120000000000000000009000000:D431",
                        "01",
                        12),
                    line(
                        "000080FE000000000000000001000000:0016",
                        "000080FE000000000000000002000000:D431",
                        "01",
                        13)))
            .file("proc/net/if_inet6", "fe800000000000000000000000000001 02 40 20 80     eth0");
    assertThat(read(host, ""))
        .isEqualTo(
            Map.of(
                "192.0.2.2",
                List.of("at which somebody is logged in from 192.0.2.7 (port 22)"),
                "2001:db8::5",
                List.of("at which somebody is logged in from 2001:db8::9 (port 22)"),
                "fe80::1%eth0",
                List.of("at which somebody is logged in from fe80::2 (port 22)")));
  }

  @Test
  void knowsTheAddressThatTheHostsOwnNameStandsFor() {
    HostTree host =
        host()
            .file("proc/sys/kernel/hostname", "kvm1")
            .file(
                "etc/hosts",
                "127.0.0.1 localhost\n192.0.2.2 kvm1.example.com kvm1 # here\n192.0.2.3 kvm10\n#"
                    + " 192.0.2.4 kvm1");
    assertThat(read(host, ""))
        .isEqualTo(
            Map.of(
                "192.0.2.2",
                List.of("which this host's own name stands for (kvm1 in /etc/hosts)")));
  }

  @Test
  void cannotBeBroughtDownByNonsense() {
    HostTree host = host().file("etc/hosts", "x x x\n\n# #");
    for (String nonsense :
        List.of(
            "a b c 01 e f g h i j",
            line("zz:16", "00:00", "01", 1),
            line("0:0016", ":", "01", 1),
            line("00000000000000000000000000000000:", "0:0", "01", 1))) {
      host.file("proc/net/tcp", nonsense);
      assertThat(read(host, "")).isEmpty();
    }
  }
}
