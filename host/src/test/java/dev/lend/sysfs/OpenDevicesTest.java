package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Dependent;
import dev.lend.model.Fact;
import dev.lend.model.HostProcess;
import dev.lend.model.PciAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open device files are known by what they are, whatever they are called where they are open. */
class OpenDevicesTest {
  private static final PciAddress GPU = PciAddress.parse("81:00.0").orElseThrow();
  private static final PciAddress DISK = PciAddress.parse("82:00.0").orElseThrow();

  @TempDir Path root;

  /** A host in a folder, with numbers for files as only a running one has them. */
  private record Numbered(FileKernel host, Map<String, String> numbers) implements KernelReader {
    @Override
    public Fact<String> deviceNumber(String path) {
      return numbers.containsKey(path) ? Fact.known(numbers.getOrDefault(path, "")) : Fact.absent();
    }

    @Override
    public Fact<String> read(String path) {
      return host.read(path);
    }

    @Override
    public Fact<List<String>> list(String path) {
      return host.list(path);
    }

    @Override
    public Fact<String> link(String path) {
      return host.link(path);
    }

    @Override
    public Fact<String> resolve(String path) {
      return host.resolve(path);
    }

    @Override
    public boolean exists(String path) {
      return host.exists(path);
    }
  }

  private List<Dependent> open(
      HostTree host, PciAddress address, String name, Map<String, String> numbers) {
    host.file("proc/900/comm", "vm").file("proc/900/cmdline", "vm").link("proc/900/fd/7", name);
    host.file("proc/900/fdinfo/7", "flags:\t02");
    return new HostReader(new Numbered(new FileKernel(host.root()), numbers))
        .read(Scope.uses().withAllAround(Set.of(address))).surroundings().of(address).stream()
            .filter(dependent -> dependent instanceof Dependent.OpenFile)
            .toList();
  }

  private static Dependent file(String name, String alias, boolean block) {
    return new Dependent.OpenFile(
        name, alias, block, true, new HostProcess(900, "vm", Optional.empty()));
  }

  @Test
  void aContainersNameForADiskHidesNobody() {
    HostTree host = SampleHosts.server(root);
    assertThat(open(host, DISK, "/dev/xvda", Map.of("proc/900/fd/7", "b 253:2")))
        .containsExactly(file("dm-2", "vg-swap", true));
  }

  @Test
  void aDeviceFileInAnyFolderHidesNobody() {
    HostTree host = SampleHosts.server(root);
    assertThat(open(host, DISK, "/srv/jail/disk", Map.of("proc/900/fd/7", "b 253:2")))
        .containsExactly(file("dm-2", "vg-swap", true));
  }

  @Test
  void aFileOfAnotherMachineIsNotAskedWhatItIs() {
    HostTree host = SampleHosts.server(root);
    host.link("proc/900/ns/mnt", "mnt:[9]")
        .file("proc/900/mountinfo", "60 1 0:45 / /srv/jail rw - nfs4 192.0.2.9:/ rw");
    assertThat(open(host, DISK, "/srv/jail/disk", Map.of("proc/900/fd/7", "b 253:2"))).isEmpty();
  }

  @Test
  void anotherDeviceOfTheSameNameAccusesNobody() {
    HostTree host = SampleHosts.server(root);
    assertThat(open(host, DISK, "/dev/dm-2", Map.of("proc/900/fd/7", "b 7:7"))).isEmpty();
    assertThat(open(SampleHosts.server(root.resolve("2")), DISK, "/dev/dm-2", Map.of()))
        .as("where numbers are not to be had, the name has to do")
        .hasSize(1);
  }

  @Test
  void aCardOnNvidiasOwnDriverIsFoundByWhatThatSays() {
    HostTree host = SampleHosts.server(root);
    host.file(
        "proc/driver/nvidia/gpus/0000:81:00.0/information",
        "Model: \t\t Some Card\nBus Location: \t 0000:81:00.0\nDevice Minor: \t 3\n");
    assertThat(open(host, GPU, "/dev/nvidia3", Map.of()))
        .containsExactly(file("nvidia3", "", false));
  }

  @Test
  void theRunningHostSaysWhatADeviceFileIs() {
    FileKernel live = new FileKernel(Path.of("/"));
    assertThat(live.deviceNumber("dev/null")).isEqualTo(Fact.known("c 1:3"));
    assertThat(live.deviceNumber("proc/self/stat")).isEqualTo(Fact.absent());
    assertThat(live.deviceNumber("no/such/file")).isEqualTo(Fact.absent());
    assertThat(new FileKernel(root).deviceNumber("dev/null")).isEqualTo(Fact.absent());
    // A packed number with more than eight bits of minor and twelve of major.
    assertThat(DeviceNumber.text(0x6180, 0x0000_1000_1230_0345L)).contains("b 4099:74565");
  }
}
