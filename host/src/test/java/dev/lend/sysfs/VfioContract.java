package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.model.Fact;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.TaskEvidence;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups, and functions in use (kernel: {@code drivers/vfio}, {@code drivers/iommu/iommu.c}). */
abstract class VfioContract extends KernelContract {
  private Reason cannotHold(String address) {
    KernelRefusal refusal =
        catchThrowableOfType(KernelRefusal.class, () -> bench.hold(address).close());
    assertThat(refusal).as("%s must not be given out", address).isNotNull();
    return refusal.reason();
  }

  @Test
  void hasTheGroupsNodeAsLongAsAFunctionIsOnVfioPci() throws KernelRefusal {
    String group = group(site.nic());
    assertThat(members(group)).containsExactly(site.nic());
    assertThat(groupNodeExists(group)).isFalse();
    lend(site.nic());
    assertThat(group(site.nic())).isEqualTo(group);
    bench.await("the node is there", () -> groupNodeExists(group));
    giveBack(site.nic(), site.nicDriver());
    bench.await("the node is gone", () -> !groupNodeExists(group));
  }

  @Test
  void sharesOneNodeInASharedGroup() throws KernelRefusal {
    String group = group(site.twin());
    assertThat(members(group))
        .containsExactlyInAnyOrder(site.bridge(), site.twin(), site.otherTwin());
    assertThat(kernel.resolve("sys/kernel/iommu_groups/" + group + "/devices/" + site.twin()))
        .isEqualTo(kernel.resolve(DEVICES + site.twin()));
    lend(site.twin());
    lend(site.otherTwin());
    giveBack(site.twin(), site.twinDriver());
    bench.await("the node is there", () -> groupNodeExists(group));
    giveBack(site.otherTwin(), site.otherTwinDriver());
    bench.await("the node is gone", () -> !groupNodeExists(group));
  }

  @Test
  void givesNoGroupOutWhileAHostDriverIsInIt() throws KernelRefusal {
    lend(site.twin());
    assertThat(cannotHold(site.twin())).isEqualTo(Reason.EPERM);
    release(site.otherTwin());
    bench.hold(site.twin()).close();
    lend(site.otherTwin());
    bench.hold(site.twin()).close();
  }

  @Test
  void letsNoHostDriverIntoAGroupThatIsGivenOut() throws KernelRefusal {
    lend(site.twin());
    release(site.otherTwin());
    try (Workbench.Hold hold = bench.hold(site.twin())) {
      assertThat(refusal(DRIVERS + site.otherTwinDriver() + "/bind", site.otherTwin()))
          .isEqualTo(Reason.EBUSY);
      assertThat(refusal(PROBE, site.otherTwin())).isEqualTo(Reason.EINVAL);
      assertThat(driver(site.otherTwin())).isEmpty();
    }
    kernel.write(PROBE, site.otherTwin());
    assertThat(driver(site.otherTwin())).isEqualTo(site.otherTwinDriver());
  }

  @Test
  void givesAGroupOutOnce() throws KernelRefusal {
    assertThat(cannotHold(site.nic())).isEqualTo(Reason.ENOENT);
    lend(site.nic());
    try (Workbench.Hold hold = bench.hold(site.nic())) {
      assertThat(cannotHold(site.nic())).isEqualTo(Reason.EBUSY);
    }
    bench.hold(site.nic()).close();
  }

  /** What Lend does while it takes a function off vfio-pci: nobody else can take it meanwhile. */
  @Test
  void takesAFunctionOffWhileItsGroupIsOpenWithoutADevice() throws KernelRefusal {
    int group = Integer.parseInt(group(site.nic()));
    assertThat(catchThrowableOfType(KernelRefusal.class, () -> kernel.claim(group)).reason())
        .isEqualTo(Reason.ENOENT);
    lend(site.nic());
    bench.await("the node is there", () -> groupNodeExists("" + group));
    try (Kernel.Claim claim = kernel.claim(group)) {
      assertThat(cannotHold(site.nic())).isEqualTo(Reason.EBUSY);
      assertThat(catchThrowableOfType(KernelRefusal.class, () -> kernel.claim(group)).reason())
          .isEqualTo(Reason.EBUSY);
      kernel.write(DRIVERS + "vfio-pci/unbind", site.nic());
      assertThat(driver(site.nic())).isEmpty();
    }
    lend(site.nic());
    try (Workbench.Hold hold = bench.hold(site.nic())) {
      assertThat(catchThrowableOfType(KernelRefusal.class, () -> kernel.claim(group)).reason())
          .isEqualTo(Reason.EBUSY);
    }
    kernel.claim(group).close();
  }

  @Test
  void takesOneOfASharedGroupOffWhileTheGroupIsOpen() throws KernelRefusal {
    lend(site.twin());
    lend(site.otherTwin());
    int group = Integer.parseInt(group(site.twin()));
    bench.await("the node is there", () -> groupNodeExists("" + group));
    try (Kernel.Claim claim = kernel.claim(group)) {
      kernel.write(DRIVERS + "vfio-pci/unbind", site.twin());
    }
    kernel.claim(group).close();
  }

  @Test
  void showsAWriteThatWaitsByItsChild() throws KernelRefusal {
    lend(site.nic());
    List<KernelTask> seen = new ArrayList<>();
    Tasks tasks = new Tasks(kernel);
    try (Workbench.Hold hold = bench.hold(site.nic())) {
      KernelRefusal refusal =
          catchThrowableOfType(
              KernelRefusal.class,
              () -> bench.hasty().write(DRIVERS + "vfio-pci/unbind", site.nic(), seen::add));
      assertThat(refusal.task()).contains(seen.getFirst());
      assertThat(tasks.lives(seen.getFirst())).isTrue();
      PendingWrite write =
          new PendingWrite(
              DRIVERS + "vfio-pci/unbind",
              site.nic(),
              PciAddress.parse(site.nic()),
              seen.getFirst());
      TaskEvidence evidence = tasks.evidence(write, List.of());
      assertThat(evidence.state()).isEqualTo("S");
      assertThat(evidence.stack()).contains("vfio_unregister_group_dev");
    }
    bench.await("the child has ended", () -> !tasks.lives(seen.getFirst()));
  }

  @Test
  void turnsABridgeDown() throws KernelRefusal {
    assertThat(driver(site.bridge())).isEmpty();
    kernel.write(DEVICES + site.bridge() + "/driver_override", "vfio-pci");
    kernel.write(PROBE, site.bridge());
    assertThat(driver(site.bridge())).isEmpty();
    assertThat(refusal(DRIVERS + "vfio-pci/bind", site.bridge())).isEqualTo(Reason.EINVAL);
  }

  /**
   * The links are gone although the function is not: {@code driver_sysfs_remove} runs before the
   * driver's remove (kernel: {@code drivers/base/dd.c}, {@code __device_release_driver}). Only the
   * group's node and {@code uevent} still tell.
   */
  @Test
  void dropsTheDriverLinkBeforeABlockedUnbindIsDone() throws KernelRefusal {
    lend(site.nic());
    String group = group(site.nic());
    String vfio = DRIVERS + "vfio-pci/unbind";
    try (Workbench.Hold hold = bench.hold(site.nic())) {
      assertThat(refusal(bench.hasty(), vfio, site.nic())).isEqualTo(Reason.TIMEOUT);
      assertThat(driver(site.nic())).isEmpty();
      assertThat(kernel.exists(DRIVERS + "vfio-pci/" + site.nic())).isFalse();
      assertThat(groupNodeExists(group)).isTrue();
      assertThat(kernel.read(DEVICES + site.nic() + "/uevent").or(""))
          .startsWith("DRIVER=vfio-pci\n");
      kernel.write(PROBE, site.nic());
      assertThat(driver(site.nic())).isEmpty();
      assertThat(override(site.nic())).isEqualTo("vfio-pci");
      kernel.write(DEVICES + site.nic() + "/driver_override", NOTHING);
      assertThat(override(site.nic())).isEqualTo("(null)");
    }
    // The node goes in the middle of the driver's remove, the name in uevent at its end.
    String uevent = DEVICES + site.nic() + "/uevent";
    bench.await(
        "the unbind is done", () -> kernel.read(uevent).or("DRIVER=").startsWith("PCI_CLASS="));
    assertThat(groupNodeExists(group)).isFalse();
    assertThat(kernel.link(DEVICES + site.nic() + "/driver")).isEqualTo(Fact.absent());
  }

  @Test
  void doesWhatWaitedForABlockedUnbindOnceItIsDone() throws KernelRefusal {
    lend(site.nic());
    String own = DRIVERS + site.nicDriver() + "/bind";
    try (Workbench.Hold hold = bench.hold(site.nic())) {
      String vfio = DRIVERS + "vfio-pci/unbind";
      assertThat(refusal(bench.hasty(), vfio, site.nic())).isEqualTo(Reason.TIMEOUT);
      kernel.write(DEVICES + site.nic() + "/driver_override", NOTHING);
      assertThat(refusal(bench.hasty(), own, site.nic())).isEqualTo(Reason.TIMEOUT);
      assertThat(driver(site.nic())).isEmpty();
    }
    bench.await("the bind is done too", () -> driver(site.nic()).equals(site.nicDriver()));
  }
}
