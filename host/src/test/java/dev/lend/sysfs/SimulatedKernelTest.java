package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.model.Fact;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the simulated kernel does beyond the contract: faults, crashes, guests, copies. */
class SimulatedKernelTest {
  private static final String NIC = "0000:02:00.0";
  private static final String OVERRIDE = "sys/bus/pci/devices/" + NIC + "/driver_override";
  private static final String PROBE = "sys/bus/pci/drivers_probe";
  private static final String NUMVFS = "sys/bus/pci/devices/0000:01:00.0/sriov_numvfs";

  private final SimulatedKernel kernel =
      SimulatedHosts.lab(SimulatedKernel.host()).vfioPci().build();

  private static void lend(SimulatedKernel kernel, String address) throws KernelRefusal {
    kernel.write("sys/bus/pci/devices/" + address + "/driver_override", "vfio-pci");
    kernel.write("sys/bus/pci/devices/" + address + "/driver/unbind", address);
    kernel.write(PROBE, address);
  }

  private static String driver(SimulatedKernel kernel, String address) {
    return KernelContract.lastName(
        kernel.link("sys/bus/pci/devices/" + address + "/driver").or(""));
  }

  private static Reason refusal(SimulatedKernel kernel, String path, String value) {
    KernelRefusal refusal =
        catchThrowableOfType(KernelRefusal.class, () -> kernel.write(path, value));
    assertThat(refusal).isNotNull();
    return refusal.reason();
  }

  @Test
  void refusesTheWriteThatItIsToldToAndNoOther() throws KernelRefusal {
    kernel.onWrite(2, new Fault.Refuse(Reason.EIO));
    kernel.write(OVERRIDE, "a");
    assertThat(refusal(kernel, OVERRIDE, "b")).isEqualTo(Reason.EIO);
    assertThat(kernel.read(OVERRIDE)).isEqualTo(Fact.known("a"));
    kernel.write(OVERRIDE, "c");
    kernel.onWriteTo("drivers_probe", new Fault.Refuse(Reason.ENOMEM));
    kernel.write(OVERRIDE, "\n");
    assertThat(refusal(kernel, PROBE, NIC)).isEqualTo(Reason.ENOMEM);
    assertThat(kernel.writes()).hasSize(5);
  }

  @Test
  void crashesBeforeAWriteOrAfterIt() {
    kernel.onWrite(1, new Fault.CrashBefore());
    assertThatThrownBy(() -> kernel.write(OVERRIDE, "a")).isInstanceOf(SimulatedCrash.class);
    assertThat(kernel.read(OVERRIDE)).isEqualTo(Fact.known("(null)"));
    kernel.onWrite(1, new Fault.CrashAfter());
    assertThatThrownBy(() -> kernel.write(OVERRIDE, "a")).isInstanceOf(SimulatedCrash.class);
    assertThat(kernel.read(OVERRIDE)).isEqualTo(Fact.known("a"));
  }

  @Test
  void answersTooLateForWhatHappensNowLaterOrNever() {
    kernel.onWrite(1, new Fault.HappenLater());
    assertThat(refusal(kernel, OVERRIDE, "later")).isEqualTo(Reason.TIMEOUT);
    assertThat(kernel.read(OVERRIDE)).isEqualTo(Fact.known("(null)"));
    kernel.settle();
    assertThat(kernel.read(OVERRIDE)).isEqualTo(Fact.known("later"));
    kernel.onWrite(1, new Fault.NeverHappen());
    assertThat(refusal(kernel, OVERRIDE, "never")).isEqualTo(Reason.TIMEOUT);
    kernel.settle();
    assertThat(kernel.read(OVERRIDE)).isEqualTo(Fact.known("later"));
    kernel.onWrite(1, new Fault.AnswerLate());
    assertThat(refusal(kernel, OVERRIDE, "now")).isEqualTo(Reason.TIMEOUT);
    assertThat(kernel.read(OVERRIDE)).isEqualTo(Fact.known("now"));
  }

  @Test
  void leavesAFunctionDriverlessWhoseDriverRefusesToProbeIt() throws KernelRefusal {
    kernel.refuseToProbe("vfio-pci", NIC, Reason.EIO);
    lend(kernel, NIC);
    assertThat(driver(kernel, NIC)).isEmpty();
    assertThat(refusal(kernel, "sys/bus/pci/drivers/vfio-pci/bind", NIC)).isEqualTo(Reason.EIO);
  }

  @Test
  void keepsACopyApart() throws KernelRefusal {
    SimulatedKernel copy = kernel.copy();
    lend(copy, NIC);
    copy.write(NUMVFS, "7");
    assertThat(driver(kernel, NIC)).isEqualTo("e1000e");
    assertThat(kernel.read(NUMVFS)).isEqualTo(Fact.known("0"));
    assertThat(kernel.writes()).isEmpty();
    assertThat(driver(copy, NIC)).isEqualTo("vfio-pci");
  }

  @Test
  void makesAVfsDirectoriesLikeTheLabs() throws KernelRefusal {
    kernel.write(NUMVFS, "7");
    assertThat(kernel.link("sys/bus/pci/devices/0000:01:00.0/virtfn4"))
        .isEqualTo(Fact.known("../0000:01:11.0"));
    assertThat(kernel.link("sys/bus/pci/devices/0000:01:10.2/physfn"))
        .isEqualTo(Fact.known("../0000:01:00.0"));
    assertThat(kernel.link("sys/bus/pci/devices/0000:01:10.2"))
        .isEqualTo(Fact.known("../../../devices/pci0000:00/0000:00:10.0/0000:01:10.2"));
    assertThat(driver(kernel, "0000:01:10.2")).isEqualTo("igbvf");
  }

  @Test
  void enablesFewerVfsWithoutAnError() throws KernelRefusal {
    SimulatedKernel shy =
        SimulatedKernel.host().nic("0000:01:00.0", "igb").net("eth1").pf(7, 7, 2).build();
    shy.write(NUMVFS, "5");
    assertThat(shy.read(NUMVFS)).isEqualTo(Fact.known("2"));
  }

  @Test
  void takesAFunctionFromAGuestThatYields() throws KernelRefusal {
    lend(kernel, NIC);
    kernel.startGuest(4242, "web1", true);
    kernel.guestTakes(4242, NIC);
    String group =
        KernelContract.lastName(kernel.link("sys/bus/pci/devices/" + NIC + "/iommu_group").or(""));
    assertThat(kernel.read("proc/4242/cmdline").or("")).contains("-name\0guest=web1\0");
    assertThat(kernel.link("proc/4242/fd/4")).isEqualTo(Fact.known("/dev/vfio/" + group));
    kernel.write("sys/bus/pci/drivers/vfio-pci/unbind", NIC);
    assertThat(kernel.exists("dev/vfio/" + group)).isFalse();
    assertThat(kernel.exists("proc/4242/fd/4")).isFalse();
  }

  @Test
  void finishesABlockedWriteOnlyWhenTheGuestEnds() throws KernelRefusal {
    lend(kernel, NIC);
    kernel.startGuest(4242, "web1", false);
    kernel.guestTakes(4242, NIC);
    assertThat(refusal(kernel, "sys/bus/pci/drivers/vfio-pci/unbind", NIC))
        .isEqualTo(Reason.TIMEOUT);
    kernel.settle();
    assertThat(kernel.busy()).isTrue();
    kernel.stopGuest(4242);
    assertThat(kernel.busy()).isFalse();
    kernel.write(OVERRIDE, "\n");
    kernel.write(PROBE, NIC);
    assertThat(driver(kernel, NIC)).isEqualTo("e1000e");
  }

  @Test
  void failsATestThatReadsWhereTheKernelWouldHang() throws KernelRefusal {
    kernel.write("sys/bus/pci/devices/0000:01:00.0/sriov_drivers_autoprobe", "0");
    kernel.write(NUMVFS, "2");
    kernel.write("sys/bus/pci/devices/0000:01:10.0/driver_override", "vfio-pci");
    kernel.write(PROBE, "0000:01:10.0");
    kernel.startGuest(4242, "web1", false);
    kernel.guestTakes(4242, "0000:01:10.0");
    assertThat(refusal(kernel, NUMVFS, "0")).isEqualTo(Reason.TIMEOUT);
    assertThatThrownBy(() -> kernel.read(NUMVFS)).isInstanceOf(SimulatedHang.class);
  }

  @Test
  void forgetsAddressesAndRoutesWithTheInterface() throws KernelRefusal {
    String host = "0000:00:03.0";
    assertThat(kernel.read("proc/net/route").or("")).contains("enp0s3\t00000000\t0202000A\t0003");
    kernel.write("sys/bus/pci/drivers/virtio-pci/unbind", host);
    assertThat(kernel.exists("sys/class/net/enp0s3")).isFalse();
    kernel.write(PROBE, host);
    assertThat(kernel.read("sys/class/net/enp0s3/operstate")).isEqualTo(Fact.known("down"));
    assertThat(kernel.read("proc/net/route").or("")).doesNotContain("enp0s3");
  }

  @Test
  void readsAsAHostDoes() {
    SimulatedKernel host =
        SimulatedKernel.host()
            .nvme("0000:01:00.0")
            .disk("nvme0n1", 100)
            .partition("nvme0n1p1", 50)
            .mount("/boot")
            .partition("nvme0n1p2", 50)
            .layer("dm-0", "vg-root")
            .mount("/")
            .nic("0000:02:00.0", "ixgbe")
            .net("eth1")
            .up()
            .upper("br0", "192.168.1.5/24", "fd00::5/64")
            .build();
    assertThat(host.list("sys/block").or(List.of())).containsExactly("dm-0", "nvme0n1");
    assertThat(host.resolve("sys/class/block/nvme0n1p2/holders/dm-0"))
        .isEqualTo(Fact.known("sys/devices/virtual/block/dm-0"));
    assertThat(host.read("proc/self/mountinfo").or(""))
        .contains(" 259:1 / /boot rw")
        .contains(" 253:0 / / rw");
    assertThat(host.exists("sys/class/net/eth1/upper_br0")).isTrue();
    assertThat(host.read("proc/net/if_inet6").or("")).contains("fd000000000000000000000000000005");
  }

  @Test
  void isCheapEnoughForAHundredThousandCrashPoints() throws KernelRefusal {
    SimulatedKernel start = SimulatedHosts.lab(SimulatedKernel.host()).vfioPci().build();
    long began = System.nanoTime();
    int runs = 5_000;
    for (int i = 0; i < runs; i++) {
      SimulatedKernel copy = start.copy();
      lend(copy, NIC);
      assertThat(driver(copy, NIC)).isEqualTo("vfio-pci");
    }
    long micros = (System.nanoTime() - began) / 1_000 / runs;
    assertThat(micros).as("microseconds a copy and a hand-over").isLessThan(1_000);
    System.out.println("simulated copy and hand-over: " + micros + " us");
  }
}
