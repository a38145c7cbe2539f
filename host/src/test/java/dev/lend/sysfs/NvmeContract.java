package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.linux.Nvme;
import dev.lend.linux.NvmeChange;
import dev.lend.linux.NvmeChange.Action;
import dev.lend.linux.NvmeChange.Resource;
import dev.lend.linux.NvmeRefusal;
import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An NVMe controller hands queues and interrupts to its VFs (NVM Express Base Specification 2.0,
 * section 8.26): what the emulated one and the kernel's driver for it do.
 */
abstract class NvmeContract extends KernelContract {
  private static final String INVALID_STATE = "Invalid Secondary Controller State";

  private final Nvme nvme = bench.nvme();
  private final String pf = DEVICES + site.sharing();

  @BeforeEach
  void theControllerKeepsNothing() throws KernelRefusal, NvmeRefusal {
    kernel.write(pf + "/sriov_drivers_autoprobe", "0");
    keep(0, 0);
  }

  @AfterEach
  void theControllerKeepsAll() throws KernelRefusal, NvmeRefusal {
    kernel.write(pf + "/sriov_numvfs", "0");
    kernel.write(pf + "/sriov_drivers_autoprobe", "1");
    keep(8, 4);
  }

  private void keep(int queues, int interrupts) throws KernelRefusal, NvmeRefusal {
    int own = nvme.primary(name()).controller();
    nvme.change(name(), new NvmeChange(Action.KEEP, Resource.QUEUES, own, queues));
    nvme.change(name(), new NvmeChange(Action.KEEP, Resource.INTERRUPTS, own, interrupts));
    reset();
  }

  private void reset() throws KernelRefusal {
    kernel.write(pf + "/reset", "1");
    bench.await(
        "the controller is live again",
        () -> kernel.read(pf + "/nvme/" + name() + "/state").or("").equals("live"));
  }

  private String name() {
    List<String> names = kernel.list(pf + "/nvme").or(List.of());
    return names.stream().filter(name -> name.startsWith("nvme")).findFirst().orElse("none");
  }

  private Nvme.Secondary secondary(int vf) throws NvmeRefusal {
    return java.util.Optional.ofNullable(nvme.secondaries(name()).get(vf)).orElseThrow();
  }

  private NvmeShare share(int vf) throws NvmeRefusal {
    return secondary(vf).share();
  }

  private void give(int vf, int queues, int interrupts) throws NvmeRefusal {
    int controller = secondary(vf).controller();
    nvme.change(name(), new NvmeChange(Action.ASSIGN, Resource.QUEUES, controller, queues));
    nvme.change(name(), new NvmeChange(Action.ASSIGN, Resource.INTERRUPTS, controller, interrupts));
  }

  private void online(int vf) throws NvmeRefusal {
    nvme.change(name(), NvmeChange.online(secondary(vf).controller()));
  }

  private void offline(int vf) throws NvmeRefusal {
    nvme.change(name(), NvmeChange.offline(secondary(vf).controller()));
  }

  private interface Trial {
    void run() throws NvmeRefusal;
  }

  private static String refused(Trial trial) {
    NvmeRefusal refusal = catchThrowableOfType(NvmeRefusal.class, trial::run);
    assertThat(refusal).isNotNull();
    return String.valueOf(refusal.getMessage());
  }

  private String vf(int index) {
    return lastName(kernel.link(pf + "/virtfn" + index).or(""));
  }

  @Test
  void saysWhatItHasToHandOut() throws NvmeRefusal {
    NvmePool pool = nvme.primary(name()).pool();
    assertThat(pool.queues()).isEqualTo(new NvmePool.Resources(8, 0, 4, 1));
    assertThat(pool.interrupts()).isEqualTo(new NvmePool.Resources(4, 0, 2, 1));
    assertThat(nvme.secondaries(name())).hasSize(4);
    assertThat(share(3)).isEqualTo(NvmeShare.none());
  }

  @Test
  void keepsWhatItIsToldFromItsResetOn() throws KernelRefusal, NvmeRefusal {
    int own = nvme.primary(name()).controller();
    nvme.change(name(), new NvmeChange(Action.KEEP, Resource.QUEUES, own, 5));
    assertThat(nvme.primary(name()).pool().kept()).isEqualTo(new NvmePool.Kept(0, 0));
    reset();
    assertThat(nvme.primary(name()).pool().kept()).isEqualTo(new NvmePool.Kept(5, 0));
    assertThat(refused(() -> keepQueues(own, 9))).contains("Invalid Number");
    assertThat(refused(() -> keepQueues(own + 1, 1))).contains("Invalid Controller Identifier");
  }

  private void keepQueues(int controller, int count) throws NvmeRefusal {
    nvme.change(name(), new NvmeChange(Action.KEEP, Resource.QUEUES, controller, count));
  }

  @Test
  void givesAVfNoMoreThanIsFree() throws KernelRefusal, NvmeRefusal {
    kernel.write(pf + "/sriov_numvfs", "3");
    give(0, 4, 2);
    give(1, 3, 1);
    assertThat(share(1)).isEqualTo(new NvmeShare(3, 1, false));
    assertThat(refused(() -> give(2, 2, 1))).contains("Invalid Resource Identifier");
    assertThat(refused(() -> give(2, 5, 1))).contains("Invalid Number");
    offline(0);
    assertThat(share(0)).isEqualTo(NvmeShare.none());
    give(2, 2, 1);
    assertThat(share(2)).isEqualTo(new NvmeShare(2, 1, false));
  }

  @Test
  void aVfGoesOnlineOnlyWithTwoQueuesAndAnInterrupt() throws KernelRefusal, NvmeRefusal {
    give(0, 2, 1);
    assertThat(refused(() -> online(0))).as("before it is made").contains(INVALID_STATE);
    kernel.write(pf + "/sriov_numvfs", "2");
    give(0, 1, 1);
    assertThat(refused(() -> online(0))).contains(INVALID_STATE);
    give(0, 2, 0);
    assertThat(refused(() -> online(0))).contains(INVALID_STATE);
    give(0, 2, 1);
    online(0);
    online(0);
    assertThat(share(0)).isEqualTo(new NvmeShare(2, 1, true));
    assertThat(refused(() -> give(0, 3, 1))).contains(INVALID_STATE);
  }

  @Test
  void itsDriverTakesAVfOnlyWhileItIsOnline() throws KernelRefusal, NvmeRefusal {
    kernel.write(pf + "/sriov_numvfs", "2");
    give(0, 2, 1);
    online(0);
    for (int vf = 0; vf < 2; vf++) {
      kernel.write(DEVICES + vf(vf) + "/driver_override", "nvme");
      kernel.write(PROBE, vf(vf));
    }
    bench.await("the first has its driver", () -> driver(vf(0)).equals("nvme"));
    bench.await("the second has none", () -> driver(vf(1)).isEmpty());
    release(vf(0));
    assertThat(share(0).online()).isTrue();
  }

  @Test
  void aVfStaysOnlineOverItsResetAndAGuest() throws KernelRefusal, NvmeRefusal {
    kernel.write(pf + "/sriov_numvfs", "1");
    give(0, 2, 1);
    online(0);
    kernel.write(DEVICES + vf(0) + "/reset", "1");
    assertThat(share(0).online()).isTrue();
    lend(vf(0));
    bench.hold(vf(0)).close();
    assertThat(share(0)).isEqualTo(new NvmeShare(2, 1, true));
  }

  @Test
  void allGoOfflineWithTheirVfs() throws KernelRefusal, NvmeRefusal {
    kernel.write(pf + "/sriov_numvfs", "2");
    give(1, 2, 1);
    online(1);
    kernel.write(pf + "/sriov_numvfs", "0");
    assertThat(share(1)).isEqualTo(NvmeShare.none());
    kernel.write(pf + "/sriov_numvfs", "2");
    assertThat(share(1)).isEqualTo(NvmeShare.none());
  }

  @Test
  void aControllerWithoutVfsHasNothingToHandOut() {
    List<String> names = kernel.list(DEVICES + site.disk() + "/nvme").or(List.of());
    String plain = names.stream().filter(name -> name.startsWith("nvme")).findFirst().orElseThrow();
    NvmeRefusal refusal = catchThrowableOfType(NvmeRefusal.class, () -> nvme.primary(plain));
    assertThat(refusal).isNotNull();
    assertThat(refusal.unsupported()).isTrue();
  }
}
