package dev.lend.sysfs;

import dev.lend.sysfs.KernelRefusal.Reason;
import dev.lend.sysfs.SimTree.Access;
import java.util.List;

/** Finds the attribute that a write goes to, and calls what stands behind it. */
final class SimStores {
  static final String MODULES = "sys/module/";

  private final SimState state;
  private final SimBus bus;

  SimStores(SimState state, SimBus bus) {
    this.state = state;
    this.bus = bus;
  }

  void store(String path, String value) throws Errno {
    if (path.startsWith(MODULES)) {
      load(value);
      return;
    }
    String canonical = state.tree.canonical(path).orElseThrow(() -> new Errno(Reason.ENOENT));
    if (!(state.tree.node(canonical).orElse(null) instanceof SimTree.Text node)) {
      throw new Errno(Reason.OTHER);
    }
    if (node.access() == Access.READ) {
      // fs/kernfs/file.c, kernfs_fop_open: not even root may.
      throw new Errno(Reason.EACCES);
    }
    if (value.isEmpty()) {
      return;
    }
    String owner = node.owner();
    switch (node.hook()) {
      case NONE, CONFIG -> {}
      case PLAIN -> state.tree.text(canonical, value);
      case BIND -> bus.bind(owner, value);
      case UNBIND -> bus.unbind(owner, value);
      case NEW_ID -> bus.newId(owner, value);
      case PROBE -> bus.probe(value);
      case OVERRIDE -> bus.override(owner, value);
      case NUMVFS -> bus.sriov().numVfs(owner, value);
      case AUTOPROBE -> bus.sriov().autoprobe(owner, value);
      case RESET_METHOD -> resetMethod(canonical, owner, value);
      case RESET -> {
        SimBus.notLocked(state.named(owner));
        if (number(value) != 1) {
          throw new Errno(Reason.EINVAL);
        }
        new SimReset(state).reset(state.named(owner));
      }
      case RESCAN -> {
        if (number(value) != 0) {
          bus.rescan();
        }
      }
      case REMOVE -> {
        if (number(value) != 0) {
          bus.remove(owner);
        }
      }
    }
  }

  private static int number(String text) throws Errno {
    try {
      return Integer.parseUnsignedInt(text.strip());
    } catch (NumberFormatException notANumber) {
      throw new Errno(Reason.EINVAL);
    }
  }

  /** {@code reset_method_store} (kernel: {@code drivers/pci/pci.c}). */
  private void resetMethod(String path, String owner, String value) throws Errno {
    String offered = state.named(owner).spec.resets();
    String asked = value.strip();
    if (asked.equals("default")) {
      asked = offered;
    }
    List<String> methods = List.of(offered.split(" ", -1));
    for (String method : asked.split(" ", -1)) {
      if (!method.isEmpty() && !methods.contains(method)) {
        throw new Errno(Reason.EINVAL);
      }
    }
    state.tree.text(path, asked + "\n");
  }

  private void load(String name) throws Errno {
    if (!name.replace('-', '_').equals("vfio_pci")) {
      if (!state.tree.canonical("sys/module/" + name.replace('-', '_')).isPresent()) {
        throw new Errno(Reason.ENOENT);
      }
      return;
    }
    if (state.modules.add("vfio_pci")) {
      state.modules.addAll(List.of("vfio_pci_core", "vfio_iommu_type1", "vfio"));
      StringBuilder lines = new StringBuilder();
      for (String module : state.modules) {
        lines.append(module).append(" 16384 0 - Live 0x0000000000000000\n");
      }
      state.tree.file("proc/modules", lines.toString());
      state.tree.file("dev/vfio/vfio", "");
      bus.register(SimDriver.VFIO_PCI);
    }
  }
}
