package dev.lend.sysfs;

/** What appears on the host when a driver binds, and goes with it. */
final class SimEffects {
  private final SimTree tree;
  private final SimVfio vfio;
  private final SimNets nets;
  private final SimDisks disks;

  SimEffects(SimState state, SimVfio vfio) {
    this.tree = state.tree;
    this.vfio = vfio;
    nets = new SimNets(state);
    disks = new SimDisks(tree);
  }

  void appear(SimDriver driver, SimDevice device) {
    if (driver.isVfio()) {
      vfio.registered(device);
      return;
    }
    if (driver.sriov()) {
      tree.text(device.dir + "/sriov_totalvfs", device.totalVfs(true) + "\n");
    }
    for (FunctionSpec.Net net : device.spec.nets()) {
      nets.add(netParent(driver, device), device.asBooted ? net : net.bare());
    }
    device.spec.disks().forEach(disk -> disks.add(device, driver.name(), disk));
  }

  private static String netParent(SimDriver driver, SimDevice device) {
    return driver.name().equals("virtio-pci") ? device.dir + "/virtio0" : device.dir;
  }

  void disappear(SimDriver driver, SimDevice device) {
    if (!device.spec.nets().isEmpty()) {
      nets.removeBelow(netParent(driver, device));
    }
    device.spec.disks().forEach(disk -> disks.remove(device, driver.name(), disk));
  }
}
