package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.GuestMemory;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryReaderTest {
  private static final long MIB = 1L << 20;

  private static MapKernel host() {
    return new MapKernel()
        .file(
            "proc/meminfo",
            "MemTotal:  8000000 kB\nMemAvailable:    2097152 kB\nHugePages_Free:       4\n"
                + "Hugepagesize:       2048 kB")
        .file(
            "proc/42/status",
            "Name:\tqemu\nVmLck:\t    1024 kB\nVmRSS:\t  524288 kB\nHugetlbPages:\t       0 kB\n"
                + "CapEff:\t0000000000000000")
        .file(
            "proc/42/limits",
            "Limit                     Soft Limit           Hard Limit           Units\n"
                + "Max locked memory         8388608              67108864             bytes")
        .file("proc/42/cgroup", "0::/machine.slice/web1.scope");
  }

  private static GuestMemory.Place place(MapKernel host) {
    return new MemoryReader(host).of(42).orElseThrow();
  }

  @Test
  void readsWhatTheProcessHasAndWhatTheHostCouldGive() {
    assertThat(place(host()))
        .isEqualTo(
            new GuestMemory.Place(
                512 * MIB, MIB, 2048 * MIB, "this host", OptionalLong.of(8 * MIB), 42));
  }

  @Test
  void aProcessThatMayLockAnythingHasNoLimit() {
    // CAP_IPC_LOCK is capability 14.
    MapKernel able = host().file("proc/42/status", "VmRSS:\t4 kB\nCapEff:\t0000000000004000");
    assertThat(place(able).lockable()).isEmpty();
    MapKernel unlimited =
        host().file("proc/42/limits", "Max locked memory         unlimited    unlimited  bytes");
    assertThat(place(unlimited).lockable()).isEmpty();
  }

  @Test
  void hugePagesAreCountedWhereTheGuestHasSome() {
    MapKernel huge = host().file("proc/42/status", "VmRSS:\t1024 kB\nHugetlbPages:\t    4096 kB");
    assertThat(place(huge).present()).isEqualTo(5 * MIB);
    assertThat(place(huge).available()).isEqualTo((2048 + 8) * MIB);
  }

  @Test
  void theTightestControlGroupAroundItCounts() {
    MapKernel tight =
        host()
            .file("sys/fs/cgroup/machine.slice/web1.scope/memory.max", "max")
            .file("sys/fs/cgroup/machine.slice/web1.scope/memory.current", "1")
            .file("sys/fs/cgroup/machine.slice/memory.max", "1073741824")
            .file("sys/fs/cgroup/machine.slice/memory.current", "536870912");
    assertThat(place(tight).available()).isEqualTo(512 * MIB);
    assertThat(place(tight).source()).isEqualTo("its control group /machine.slice");
  }

  @Test
  void whatCannotBeSeenIsNotGuessed() {
    assertThat(new MemoryReader(host()).of(43)).isEmpty();
    assertThat(new MemoryReader(new MapKernel()).ofNew(OptionalLong.empty())).isEmpty();
  }

  @Test
  void aGuestThatIsYetToStartHasNothing() {
    assertThat(new MemoryReader(host()).ofNew(OptionalLong.of(MIB)))
        .contains(new GuestMemory.Place(0, 0, 2048 * MIB, "this host", OptionalLong.of(MIB), 0));
  }
}
