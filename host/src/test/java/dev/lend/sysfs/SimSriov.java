package dev.lend.sysfs;

import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import dev.lend.sysfs.KernelRefusal.Reason;
import dev.lend.sysfs.SimState.Pending;
import java.util.List;
import java.util.Optional;

/** The SR-IOV attributes of a PF (kernel: {@code drivers/pci/iov.c}). */
final class SimSriov {
  private final SimState state;
  private final SimTree tree;
  private final SimBus bus;
  private final SimFunctions functions;

  SimSriov(SimState state, SimBus bus, SimFunctions functions) {
    this.state = state;
    this.tree = state.tree;
    this.bus = bus;
    this.functions = functions;
  }

  /** {@code sriov_numvfs_store}, its checks in the kernel's order. */
  void numVfs(String address, String text) throws Errno {
    SimDevice pf = state.named(address);
    int asked = number(text);
    SimDriver driver = state.driverOf(pf).orElse(null);
    if (asked > pf.totalVfs(driver != null && driver.sriov())) {
      throw new Errno(Reason.ERANGE);
    }
    SimBus.notLocked(pf);
    if (asked == pf.vfs) {
      return;
    }
    if (driver == null || !driver.sriov()) {
      throw new Errno(Reason.ENOENT);
    }
    if (asked == 0) {
      bus.blocking(pf, new Pending.DisableVfs(address), () -> disable(pf));
      return;
    }
    if (pf.vfs > 0) {
      throw new Errno(Reason.EBUSY);
    }
    enable(pf, asked);
  }

  /** As {@code kstrtou16} with base 0 reads it; its own ERANGE comes out as EINVAL. */
  private static int number(String text) throws Errno {
    String digits = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    try {
      if (digits.startsWith("-")) {
        throw new Errno(Reason.EINVAL);
      }
      int value = Integer.decode(digits);
      if (value > 0xffff) {
        throw new Errno(Reason.EINVAL);
      }
      return value;
    } catch (NumberFormatException notANumber) {
      throw new Errno(Reason.EINVAL);
    }
  }

  /** {@code sriov_drivers_autoprobe_store}: what {@code kstrtobool} takes. */
  void autoprobe(String address, String text) throws Errno {
    SimDevice pf = state.named(address);
    if (text.isEmpty() || "yYtT1nNfF0".indexOf(text.charAt(0)) < 0) {
      throw new Errno(Reason.EINVAL);
    }
    pf.autoprobe = "yYtT1".indexOf(text.charAt(0)) >= 0;
    tree.text(pf.dir + "/sriov_drivers_autoprobe", pf.autoprobe ? "1\n" : "0\n");
  }

  private void enable(SimDevice pf, int asked) throws Errno {
    FunctionSpec.Sriov sriov = pf.spec.sriov().orElseThrow();
    pf.vfs = Math.min(asked, sriov.enables());
    PciAddress at = PciAddress.parse(pf.address()).orElseThrow();
    int first = (at.bus() << 8 | at.device() << 3 | at.function()) + sriov.offset();
    for (int i = 0; i < pf.vfs; i++) {
      int id = first + i * sriov.stride();
      PciAddress address = new PciAddress(at.domain(), id >> 8, id >> 3 & 31, id & 7);
      SimDevice vf =
          functions.add(vf(pf, address.toString(), sriov.vf(), i), Optional.of(pf.address()), i);
      tree.link(pf.dir + "/virtfn" + i, vf.dir);
      tree.link(vf.dir + "/physfn", pf.dir);
      pf.vfSettings.put(i, SimNetwork.fresh());
      bus.probe(vf);
    }
    tree.text(pf.dir + "/sriov_numvfs", pf.vfs + "\n");
  }

  private static FunctionSpec vf(SimDevice pf, String address, PciId id, int index) {
    FunctionSpec spec = pf.spec;
    List<FunctionSpec.Net> nets =
        spec.nets().stream()
            .map(net ->
                new FunctionSpec.Net(
                    net.name() + "v" + index,
                    net.mac().substring(0, 15) + "f" + Integer.toHexString(index & 15),
                    false,
                    List.of(),
                    Optional.empty()))
            .toList();
    return new FunctionSpec(
        address,
        spec.pciClass(),
        id,
        spec.subsystem(),
        spec.revision(),
        spec.under(),
        spec.group() == FunctionSpec.NO_GROUP ? FunctionSpec.NO_GROUP : FunctionSpec.LOWEST_FREE,
        "flr",
        spec.numaNode(),
        Optional.empty(),
        nets,
        List.of());
  }

  /**
   * {@code sriov_disable}: the VFs go one by one, and the kernel does not ask whether a guest has
   * one ({@code pci_vfs_assigned} does not count VFIO): it waits for that guest, half done.
   */
  void disable(SimDevice pf) throws Errno {
    for (SimDevice vf : state.vfsOf(pf)) {
      tree.remove(pf.dir + "/virtfn" + vf.vfIndex);
      tree.remove(vf.dir + "/physfn");
      bus.detach(vf);
      functions.remove(vf);
      pf.vfSettings.remove(vf.vfIndex);
    }
    pf.vfs = 0;
    new SimNvme(state).vfsGone(pf);
    tree.text(pf.dir + "/sriov_numvfs", "0\n");
  }
}
