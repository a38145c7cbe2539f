package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Fact;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Configuration space and resets (kernel: {@code drivers/pci/pci.c}, {@code pci-sysfs.c}). */
abstract class ResetContract extends KernelContract {
  private byte[] config(String address) {
    return kernel.bytes(DEVICES + address + "/config").or(new byte[0]);
  }

  private String methods(String address) {
    return kernel.read(DEVICES + address + "/reset_method").or("");
  }

  /**
   * The first method works; of the others it is only asked that they leave nothing behind: QEMU's
   * root ports do not bring their link back in time after a bus reset.
   */
  private void resetsWithoutLoss(String address) throws KernelRefusal {
    String all = methods(address);
    boolean first = true;
    for (String method : all.split(" ", -1)) {
      kernel.write(DEVICES + address + "/reset_method", method);
      for (int i = 0; i < 2; i++) {
        byte[] before = config(address);
        boolean worked = resets(address);
        assertThat(worked || !first).as("%s by %s", address, method).isTrue();
        assertThat(ConfigCompare.differences(before, config(address)))
            .as("%s by %s", address, method)
            .isEmpty();
      }
      first = false;
    }
    kernel.write(DEVICES + address + "/reset_method", all);
  }

  private boolean resets(String address) {
    try {
      kernel.write(DEVICES + address + "/reset", "1");
      return true;
    } catch (KernelRefusal refusal) {
      assertThat(refusal.reason()).as("ENOTTY").isEqualTo(Reason.OTHER);
      return false;
    }
  }

  @Test
  void showsConfigurationSpaceWithAndWithoutADriver() throws KernelRefusal {
    List<byte[]> seen = new ArrayList<>();
    seen.add(config(site.nic()));
    release(site.nic());
    seen.add(config(site.nic()));
    lend(site.nic());
    seen.add(config(site.nic()));
    for (byte[] config : seen) {
      assertThat(config.length).isIn(256, 4096);
      assertThat(ConfigCompare.silent(config)).isFalse();
      assertThat((config[0] & 0xff | (config[1] & 0xff) << 8))
          .isEqualTo(Integer.decode(kernel.read(DEVICES + site.nic() + "/vendor").or("")));
    }
  }

  @Test
  void restoresConfigurationSpaceAfterAnyReset() throws KernelRefusal {
    release(site.nic());
    resetsWithoutLoss(site.nic());
  }

  @Test
  void resetsNoBusThatAnotherFunctionIsOn() throws KernelRefusal {
    release(site.twin());
    assertThat(methods(site.twin())).as("from when it was the first on it").isEqualTo("bus");
    byte[] before = config(site.twin());
    assertThat(resets(site.twin())).isFalse();
    assertThat(ConfigCompare.differences(before, config(site.twin()))).isEmpty();
  }

  @Test
  void resetsOnVfioPciAsOnNoDriver() throws KernelRefusal {
    lend(site.nic());
    resetsWithoutLoss(site.nic());
    assertThat(driver(site.nic())).isEqualTo("vfio-pci");
  }

  @Test
  void resetsAVirtualFunctionByItsFlrAndNothingElse() throws KernelRefusal {
    kernel.write(DEVICES + site.pf() + "/sriov_drivers_autoprobe", "0");
    kernel.write(DEVICES + site.pf() + "/sriov_numvfs", "1");
    String vf = lastName(kernel.link(DEVICES + site.pf() + "/virtfn0").or(""));
    assertThat(methods(vf)).isEqualTo("flr");
    assertThat(ConfigCompare.silent(config(vf))).isFalse();
    resetsWithoutLoss(vf);
  }

  @Test
  void resetsNothingOnceAllMethodsAreForbidden() throws KernelRefusal {
    release(site.nic());
    String all = methods(site.nic());
    kernel.write(DEVICES + site.nic() + "/reset_method", NOTHING);
    assertThat(kernel.read(DEVICES + site.nic() + "/reset_method")).isEqualTo(Fact.known(""));
    assertThat(kernel.exists(DEVICES + site.nic() + "/reset")).isTrue();
    assertThat(refusal(DEVICES + site.nic() + "/reset", "1")).as("ENOTTY").isEqualTo(Reason.OTHER);
    kernel.write(DEVICES + site.nic() + "/reset_method", "default");
    assertThat(methods(site.nic())).isEqualTo(all);
  }

  @Test
  void namesTheMethodsOfADisk() {
    assertThat(methods(site.disk())).startsWith("flr");
    assertThat(ConfigCompare.silent(config(site.disk()))).isFalse();
  }
}
