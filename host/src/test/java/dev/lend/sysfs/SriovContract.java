package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Fact;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** VFs come and go (kernel: {@code drivers/pci/iov.c}). */
abstract class SriovContract extends KernelContract {
  private final String pf = DEVICES + site.pf();
  private final String numvfs = pf + "/sriov_numvfs";

  @BeforeEach
  void keepDriversOffTheVfs() throws KernelRefusal {
    kernel.write(pf + "/sriov_drivers_autoprobe", "0");
  }

  private String vf(int index) {
    return lastName(kernel.link(pf + "/virtfn" + index).or(""));
  }

  private String count() {
    return kernel.read(numvfs).or("unreadable");
  }

  @Test
  void makesAndRemovesVfs() throws KernelRefusal {
    assertThat(count()).isEqualTo("0");
    assertThat(kernel.exists(pf + "/virtfn0")).isFalse();
    kernel.write(numvfs, "3");
    assertThat(count()).isEqualTo("3");
    List<String> vfs = new ArrayList<>(List.of(vf(0), vf(1), vf(2)));
    assertThat(kernel.list("sys/bus/pci/devices").or(List.of())).containsAll(vfs);
    assertThat(vfs).doesNotHaveDuplicates().doesNotContain("");
    assertThat(kernel.exists(pf + "/virtfn3")).isFalse();
    kernel.write(numvfs, "0");
    assertThat(kernel.list("sys/bus/pci/devices").or(List.of())).doesNotContainAnyElementsOf(vfs);
    assertThat(count()).isEqualTo("0");
  }

  @Test
  void goesFromOneCountToAnotherOnlyThroughZero() throws KernelRefusal {
    kernel.write(numvfs, "1");
    kernel.write(numvfs, "1");
    assertThat(refusal(numvfs, "2")).isEqualTo(Reason.EBUSY);
    assertThat(count()).isEqualTo("1");
    kernel.write(numvfs, "0");
    kernel.write(numvfs, "2\n");
    assertThat(count()).isEqualTo("2");
  }

  @Test
  void checksTheCountBeforeAnythingElse() throws KernelRefusal {
    assertThat(kernel.read(pf + "/sriov_totalvfs").or("")).isEqualTo("" + site.usable());
    assertThat(refusal(numvfs, "" + (site.usable() + 1))).isEqualTo(Reason.ERANGE);
    assertThat(refusal(numvfs, "-1")).isEqualTo(Reason.EINVAL);
    assertThat(refusal(numvfs, "70000")).isEqualTo(Reason.EINVAL);
    assertThat(refusal(numvfs, "some")).isEqualTo(Reason.EINVAL);
    assertThat(refusal(numvfs, " 1")).isEqualTo(Reason.EINVAL);
    kernel.write(numvfs, "0x1");
    assertThat(count()).isEqualTo("1");
  }

  @Test
  void makesNoVfsWithoutADriverThatCan() throws KernelRefusal {
    release(site.pf());
    assertThat(kernel.read(pf + "/sriov_totalvfs").or("")).isEqualTo("" + site.total());
    kernel.write(numvfs, "0");
    assertThat(refusal(numvfs, "1")).isEqualTo(Reason.ENOENT);
    assertThat(refusal(numvfs, "" + (site.total() + 1))).isEqualTo(Reason.ERANGE);
    lend(site.pf());
    assertThat(refusal(numvfs, "1")).isEqualTo(Reason.ENOENT);
  }

  @Test
  void takesTheVfsAwayWithTheDriverOfTheirPf() throws KernelRefusal {
    kernel.write(numvfs, "2");
    String vf = vf(1);
    release(site.pf());
    assertThat(count()).isEqualTo("0");
    assertThat(kernel.exists(DEVICES + vf)).isFalse();
    assertThat(kernel.exists(pf + "/virtfn0")).isFalse();
  }

  @Test
  void makesEachVfAnew() throws KernelRefusal {
    kernel.write(numvfs, "1");
    String vf = vf(0);
    kernel.write(DEVICES + vf + "/driver_override", "vfio-pci");
    kernel.write(numvfs, "0");
    kernel.write(numvfs, "1");
    assertThat(vf(0)).isEqualTo(vf);
    assertThat(override(vf)).isEqualTo("(null)");
  }

  @Test
  void givesAVfALinkToItsPfAGroupOfItsOwnAndNoRemoval() throws KernelRefusal {
    kernel.write(numvfs, "2");
    String vf = vf(1);
    assertThat(kernel.resolve(DEVICES + vf + "/physfn")).isEqualTo(kernel.resolve(pf));
    assertThat(members(group(vf))).containsExactly(vf);
    assertThat(kernel.read(DEVICES + vf + "/reset_method").or("")).isEqualTo("flr");
    assertThat(kernel.exists(DEVICES + vf + "/remove")).isFalse();
    assertThat(kernel.exists(DEVICES + vf + "/sriov_numvfs")).isFalse();
    assertThat(kernel.read(DEVICES + vf + "/vendor")).isEqualTo(kernel.read(pf + "/vendor"));
    assertThat(kernel.read(DEVICES + vf + "/device"))
        .isNotEqualTo(kernel.read(pf + "/device"))
        .isInstanceOf(Fact.Known.class);
  }

  /** {@code pci_device_can_probe} asks for an override where autoprobe is off. */
  @Test
  void letsOnlyAnOverrideBindAVfWhereAutoprobeIsOff() throws KernelRefusal {
    kernel.write(numvfs, "1");
    String vf = vf(0);
    assertThat(driver(vf)).isEmpty();
    kernel.write(PROBE, vf);
    assertThat(driver(vf)).isEmpty();
    assertThat(refusal(DRIVERS + site.vfDriver() + "/bind", vf)).isEqualTo(Reason.ENODEV);
    kernel.write(DEVICES + vf + "/driver_override", site.vfDriver());
    kernel.write(PROBE, vf);
    assertThat(driver(vf)).isEqualTo(site.vfDriver());
    kernel.write(DEVICES + vf + "/driver_override", NOTHING);
    assertThat(driver(vf)).isEqualTo(site.vfDriver());
  }

  @Test
  void bindsTheirDriverToNewVfsWhereAutoprobeIsOn() throws KernelRefusal {
    kernel.write(pf + "/sriov_drivers_autoprobe", "yes");
    assertThat(kernel.read(pf + "/sriov_drivers_autoprobe").or("")).isEqualTo("1");
    assertThat(refusal(pf + "/sriov_drivers_autoprobe", "2")).isEqualTo(Reason.EINVAL);
    kernel.write(numvfs, "1");
    assertThat(driver(vf(0))).isEqualTo(site.vfDriver());
  }

  /**
   * Nothing protects a guest's VF: the VFs before it are gone, its own links too, and the rest
   * waits for the guest. {@code sriov_numvfs} cannot even be read meanwhile.
   */
  @Test
  void stopsHalfwayWhereAGuestHasOneOfTheVfs() throws KernelRefusal {
    kernel.write(numvfs, "3");
    String first = vf(0);
    String held = vf(1);
    String last = vf(2);
    lend(held);
    try (Workbench.Hold hold = bench.hold(held)) {
      assertThat(refusal(bench.hasty(), numvfs, "0")).isEqualTo(Reason.TIMEOUT);
      assertThat(kernel.exists(DEVICES + first)).isFalse();
      assertThat(kernel.exists(DEVICES + held)).isTrue();
      assertThat(kernel.exists(DEVICES + last)).isTrue();
      assertThat(kernel.exists(pf + "/virtfn0")).isFalse();
      assertThat(kernel.exists(pf + "/virtfn1")).isFalse();
      assertThat(vf(2)).isEqualTo(last);
      assertThat(kernel.exists(DEVICES + held + "/physfn")).isFalse();
      assertThat(kernel.exists(DEVICES + held + "/driver")).isFalse();
    }
    bench.await("the VFs are gone", () -> !kernel.exists(DEVICES + last));
    assertThat(count()).isEqualTo("0");
    assertThat(kernel.exists(DEVICES + held)).isFalse();
  }
}
