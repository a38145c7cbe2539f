package dev.lend.act;

import dev.lend.linux.Nvme;
import dev.lend.linux.NvmeRefusal;
import dev.lend.model.Fact;
import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import dev.lend.model.PciAddress;
import dev.lend.sysfs.KernelReader;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what an NVMe controller hands to its VFs. */
final class NvmeReader {
  private static final String DEVICES = "sys/bus/pci/devices/";

  /**
   * What was found.
   *
   * @param pool absent where the function hands out nothing
   * @param shares by the number of the VF; also of VFs that are not made
   */
  record Found(Fact<NvmePool> pool, SortedMap<Integer, NvmeShare> shares) {}

  private final KernelReader kernel;
  private final Nvme nvme;

  NvmeReader(KernelReader kernel, Nvme nvme) {
    this.kernel = kernel;
    this.nvme = nvme;
  }

  /**
   * The name of the controller that the host's driver has made of a function; empty where it has
   * made none. It appears a moment after the driver is bound.
   */
  static Optional<String> controller(KernelReader kernel, PciAddress function) {
    List<String> names = kernel.list(DEVICES + function + "/nvme").or(List.of());
    return names.stream().filter(name -> name.startsWith("nvme")).findFirst();
  }

  /** True where it takes commands (kernel: {@code drivers/nvme/host/core.c}, nvme_dev_open). */
  static boolean live(KernelReader kernel, PciAddress function) {
    return controller(kernel, function)
        .map(name -> kernel.read(DEVICES + function + "/nvme/" + name + "/state").or(""))
        .orElse("")
        .equals("live");
  }

  Found read(PciAddress function) {
    Optional<String> controller = controller(kernel, function);
    SortedMap<Integer, NvmeShare> shares = new TreeMap<>();
    if (controller.isEmpty()) {
      return new Found(Fact.absent(), shares);
    }
    try {
      NvmePool pool = nvme.primary(controller.get()).pool();
      if (!pool.shareable()) {
        return new Found(Fact.absent(), shares);
      }
      nvme.secondaries(controller.get())
          .forEach((vf, secondary) -> shares.put(vf, secondary.share()));
      return new Found(Fact.known(pool), shares);
    } catch (NvmeRefusal refusal) {
      return new Found(
          refusal.unsupported()
              ? Fact.absent()
              : new Fact.Unreadable<>(
                  "/dev/" + controller.get(), String.valueOf(refusal.getMessage())),
          shares);
    }
  }
}
