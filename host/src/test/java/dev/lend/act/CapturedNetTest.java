package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.model.HostSnapshot;
import dev.lend.model.VfSettings;
import dev.lend.sysfs.CapturedHosts;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.MapKernel;
import dev.lend.sysfs.Scope;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CapturedNetTest {
  private static final VfSettings VF =
      new VfSettings(
          "52:54:00:12:34:56",
          new VfSettings.Vlan(7, 3, VfSettings.Vlan.AD),
          10,
          500,
          Optional.of(false),
          VfSettings.Link.ENABLE,
          Optional.empty(),
          Optional.of(true),
          Optional.of("00:11:22:33:44:55:66:77"),
          Optional.empty());

  private static final HostSnapshot HOST =
      new HostReader(CapturedHosts.intelReady()).read(Scope.uses());

  /** What netlink tells: of the PF of the host, and of an interface that is no PF. */
  private static final String TOLD =
      """
      {"links": [
        {"index": 2, "name": "eth1", "up": true, "mtu": 1500, "mac": "a0:36:9f:12:34:56",
         "permanent_mac": "a0:36:9f:12:34:56", "vfs": [{"vf": 1, "settings": {
           "mac": "52:54:00:12:34:56", "vlan": 7, "qos": 3, "protocol": 34984, "min_rate": 10,
           "max_rate": 500, "spoofchk": false, "link": "ENABLE", "trust": true,
           "node_guid": "00:11:22:33:44:55:66:77"}}]},
        {"index": 3, "name": "wlan0", "up": true, "mtu": 1500, "mac": "00:11:22:33:44:55",
         "permanent_mac": "00:11:22:33:44:55", "vfs": []}]}
      """;

  private static CapturedNet captured(boolean addresses) {
    Net told = new CapturedNet(new MapKernel().file(CapturedNet.PATH, TOLD));
    return new CapturedNet(
        new MapKernel().file(CapturedNet.PATH, CapturedNet.record(told, HOST, addresses)));
  }

  @Test
  void tellsOfPfsWhatNetlinkToldAndOfNothingElse() throws NetRefusal {
    CapturedNet net = captured(true);

    assertThat(net.links()).extracting(Link::name).containsExactly("eth1");
    assertThat(net.links().getFirst().permanentMac()).contains("a0:36:9f:12:34:56");
    assertThat(net.links().getFirst().up()).isTrue();
    assertThat(net.vfs(2)).isEqualTo(new TreeMap<>(java.util.Map.of(1, VF)));
    assertThat(net.vfs(3)).isEmpty();
    assertThat(net.addresses()).isEmpty();
    assertThatThrownBy(() -> net.change(new NetChange.Up(2, true))).isInstanceOf(NetRefusal.class);
  }

  @Test
  void keepsOfAddressesTheMakerOnlyUnlessToldTo() throws NetRefusal {
    CapturedNet net = captured(false);

    VfSettings vf = Optional.ofNullable(net.vfs(2).get(1)).orElseThrow();
    assertThat(vf.mac()).isEqualTo("52:54:00:00:00:00");
    assertThat(vf.nodeGuid()).isEmpty();
    assertThat(vf.vlan()).isEqualTo(VF.vlan());
    assertThat(net.links().getFirst().mac()).contains("a0:36:9f:00:00:00");
  }

  @Test
  void nonsenseIsNothing() {
    for (String text : List.of("", "{", "{\"links\": 1}", "{\"links\": [{}]}", "[]")) {
      assertThat(new CapturedNet(new MapKernel().file(CapturedNet.PATH, text)).links()).isEmpty();
    }
    assertThat(new CapturedNet(new MapKernel()).links()).isEmpty();
  }
}
