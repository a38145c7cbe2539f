package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail;
import dev.lend.model.FunctionDetail.GroupReason;
import dev.lend.model.FunctionDetail.PortKind;
import dev.lend.model.FunctionDetail.ReservedRegion;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetailReaderTest {
  private static PciAddress at(String address) {
    return PciAddress.parse(address).orElseThrow();
  }

  private static FunctionDetail detail(KernelReader kernel, String address) {
    HostSnapshot host = new HostReader(kernel).read(Scope.uses());
    return new DetailReader(kernel).detail(host, host.function(at(address)).orElseThrow(), false);
  }

  @Test
  void blamesTheBridgeForFunctionsBehindIt() {
    assertThat(detail(CapturedHosts.intelReady(), "03:01.0").sharing())
        .containsExactly(new GroupReason.SharedRequester(at("02:00.0"), PortKind.PCIE_TO_PCI));
  }

  @Test
  void findsTheSameBridgeWithoutRoot() {
    MapKernel host = CapturedHosts.intelReady();
    host.without("sys/devices/pci0000:00/0000:00:02.0/0000:02:00.0/config");

    assertThat(detail(host, "03:01.0").sharing())
        .containsExactly(new GroupReason.SharedRequester(at("02:00.0"), PortKind.PCIE_TO_PCI));
  }

  @Test
  void blamesThePortWithoutAcs() {
    assertThat(detail(CapturedHosts.intelReady(), "04:00.0").sharing())
        .containsExactly(
            new GroupReason.OpenPort(at("00:03.0"), PortKind.ROOT_PORT, Fact.absent()));
  }

  @Test
  void blamesTheSlotAndItsPort() {
    assertThat(detail(CapturedHosts.amdReady(), "0a:00.0").sharing())
        .contains(new GroupReason.SameSlot(List.of(at("0a:00.0"), at("0a:00.1"))))
        .hasSize(2);
  }

  @Test
  void blamesNobodyForAFunctionThatIsAlone() {
    assertThat(detail(CapturedHosts.intelReady(), "01:10.2").sharing()).isEmpty();
  }

  @Test
  void readsWindowsFromTheResourceFile() {
    assertThat(detail(CapturedHosts.intelReady(), "01:00.0").bars())
        .containsExactly(
            new FunctionDetail.Bar(0, FunctionDetail.Bar.Space.MEMORY_32, false, 0x20000),
            new FunctionDetail.Bar(2, FunctionDetail.Bar.Space.IO, false, 32),
            new FunctionDetail.Bar(3, FunctionDetail.Bar.Space.MEMORY_64, true, 0x4000),
            new FunctionDetail.Bar(6, FunctionDetail.Bar.Space.ROM, true, 0x80000));
  }

  @Test
  void predictsTheRefusalOfAReservedRegion() {
    Fact<List<ReservedRegion>> regions = detail(CapturedHosts.intelReady(), "04:00.0").reserved();

    assertThat(regions.or(List.of()).stream().filter(ReservedRegion::forbidsLending)).hasSize(1);
  }

  @Test
  void leavesVitalProductDataAloneUnlessAsked() {
    RecordingKernel recording = new RecordingKernel(CapturedHosts.intelReady());
    detail(recording, "01:00.0");

    assertThat(recording.asked().keySet()).noneMatch(path -> path.endsWith("/vpd"));
  }
}
