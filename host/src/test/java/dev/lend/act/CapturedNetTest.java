package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.model.HostSnapshot;
import dev.lend.model.IpAddress;
import dev.lend.model.VfSettings;
import dev.lend.sysfs.CapturedHosts;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.MapKernel;
import dev.lend.sysfs.Scope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
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

  private static CapturedNet captured(boolean addresses) {
    return new CapturedNet(
        new MapKernel().file(CapturedNet.PATH, CapturedNet.record(new Told(), HOST, addresses)));
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

  private static final class Told implements Net {
    @Override
    public List<Link> links() {
      return List.of(link(2, "eth1", "a0:36:9f:12:34:56"), link(3, "wlan0", "00:11:22:33:44:55"));
    }

    private static Link link(int index, String name, String mac) {
      return new Link(
          index, name, List.of(), true, 1500, Optional.of(mac), Optional.of(mac), 0, "", 0, "", 2);
    }

    @Override
    public SortedMap<Integer, VfSettings> vfs(int link) {
      return new TreeMap<>(java.util.Map.of(1, VF));
    }

    @Override
    public List<OnLink> addresses() {
      return List.of();
    }

    @Override
    public Routes routes(int link) {
      return new Routes(List.of(), List.of());
    }

    @Override
    public List<String> traffic(int link) {
      return List.of();
    }

    @Override
    public List<String> elsewhere(int link) {
      return List.of();
    }

    @Override
    public OptionalInt towards(IpAddress to, Optional<IpAddress> from) {
      return OptionalInt.empty();
    }

    @Override
    public void change(NetChange change) {}
  }
}
