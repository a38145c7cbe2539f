package dev.lend.act;

import dev.lend.gen.Gen;
import dev.lend.linux.NetChange;
import dev.lend.linux.VfOrder;
import dev.lend.model.LockLimit;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.sysfs.HostBuilder;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A made-up host on which things will go wrong.
 *
 * @param house the host before Lend has done anything, with two guests
 * @param lendable what may be lent
 * @param guarded what must never be touched: bridges, the way out, mounted disks, what somebody
 *     else's guest has
 * @param home how each function is before Lend has done anything
 * @param vfs the PF of each VF that is there then
 * @param booted the host after a start, when nobody has done anything yet
 */
record Estate(
    House house,
    List<PciAddress> lendable,
    List<PciAddress> guarded,
    Map<PciAddress, String> home,
    Map<PciAddress, PciAddress> vfs,
    House booted) {
  private static final String DEVICES = "sys/bus/pci/devices/";
  private static final long STRANGER = 7_777;

  /** Any host; some have VFs, shared groups, mounted disks, or a guest that is not Lend's. */
  static Estate any(Gen gen) {
    return new Maker(gen).make();
  }

  /** The functions that share an IOMMU group with one, itself included. */
  int together(PciAddress address) {
    return house.kernel.list(DEVICES + address + "/iommu_group/devices").or(List.of()).size();
  }

  /** A person has a PF hold a VF to something. */
  static void settle(SimulatedKernel kernel, PciAddress pf, int vf, Gen gen) {
    int link = kernel.index(new InterfaceNames(kernel).of(pf).getFirst());
    List<VfSetting> settings = new ArrayList<>();
    if (gen.flag()) {
      settings.add(new VfSetting.Mac("52:54:00:82:57:%02x".formatted(gen.between(1, 99))));
    }
    if (gen.flag()) {
      int id = gen.between(0, 99);
      settings.add(new VfSetting.Vlan(new VfSettings.Vlan(id, id == 0 ? 0 : 2, 0x8100)));
    }
    if (gen.flag()) {
      settings.add(new VfSetting.SpoofCheck(gen.flag()));
    }
    if (gen.flag()) {
      settings.add(new VfSetting.Trust(gen.flag()));
    }
    if (!settings.isEmpty()) {
      kernel.byHand(new NetChange.SetVfs(link, List.of(new VfOrder(vf, settings))));
    }
  }

  /** A person changes what a function is held to, if it is a VF. */
  static void resettle(SimulatedKernel kernel, PciAddress address, Gen gen) {
    String physfn = kernel.link(DEVICES + address + "/physfn").or("");
    PciAddress.parse(physfn.substring(physfn.lastIndexOf('/') + 1))
        .ifPresent(pf -> {
          int vf = 0;
          while (!kernel.link(DEVICES + pf + "/virtfn" + vf).or("").endsWith("/" + address)) {
            vf++;
          }
          settle(kernel, pf, vf, gen);
        });
  }

  private static final class Maker {
    private final Gen gen;
    private final HostBuilder host = SimulatedKernel.host();
    private final List<PciAddress> lendable = new ArrayList<>();
    private final List<PciAddress> guarded = new ArrayList<>();
    private final List<PciAddress> alone = new ArrayList<>();
    private final List<PciAddress> pfs = new ArrayList<>();

    Maker(Gen gen) {
      this.gen = gen;
    }

    Estate make() {
      host.function("0000:00:00.0", 0x060000, 0x8086, 0x29c0)
          .function("0000:00:02.0", 0x010000, 0x1af4, 0x1001)
          .disk("vda", 4096)
          .mount("/")
          .function("0000:00:03.0", 0x020000, 0x1af4, 0x1000)
          .net("enp0s3")
          .address("10.0.2.15/24")
          .defaultRoute("10.0.2.2");
      List.of("00:00.0", "00:02.0", "00:03.0").forEach(it -> guarded.add(at(it)));
      int slots = gen.between(1, 4);
      for (int slot = 0; slot < slots; slot++) {
        slot(slot);
      }
      if (lendable.isEmpty()) {
        nic(slots, "0", "flr bus");
      }
      if (gen.flag()) {
        host.vfioPci();
      }
      if (gen.oneIn(4)) {
        host.lockingOverride();
      }
      return finished();
    }

    private Estate finished() {
      House house = new House(host.build());
      house.guests.start(SimulatedGuests.OTHER, SimulatedGuests.PID + 1, "web2");
      // It may lock less than it has, until Lend allows it more.
      house.guests.limit(SimulatedGuests.OTHER, new LockLimit(8 << 20, 8 << 20));
      House booted = house.copy();
      for (PciAddress pf : pfs) {
        virtualFunctions(house.kernel, pf);
      }
      if (alone.size() > 1 && gen.oneIn(4)) {
        stranger(house.kernel, alone.getFirst());
      }
      Map<PciAddress, String> home = new HashMap<>();
      for (String name :
          house.kernel.list(DEVICES.substring(0, DEVICES.length() - 1)).or(List.of())) {
        home.put(at(name), house.state(at(name)));
      }
      Map<PciAddress, PciAddress> vfs = new HashMap<>();
      for (PciAddress pf : pfs) {
        PfReader.vfs(house.kernel, pf).values().forEach(vf -> vfs.put(vf, pf));
      }
      house.before = house.kernel.writes().size();
      return new Estate(
          house,
          List.copyOf(lendable),
          List.copyOf(guarded),
          Map.copyOf(home),
          Map.copyOf(vfs),
          booted);
    }

    private void slot(int slot) {
      String port = "00:1" + slot + ".0";
      host.rootPort("0000:" + port);
      guarded.add(at(port));
      String resets = gen.oneOf("flr bus", "flr", "pm", "bus", "");
      switch (gen.between(0, 6)) {
        case 0, 1 -> alone.add(nic(slot, "0", resets));
        case 2 -> physical(slot, resets);
        case 3 -> behindABridge(slot, resets);
        case 4 -> {
          nic(slot, "0", resets);
          host.group(40 + slot);
          nic(slot, "1", resets);
          host.group(40 + slot);
        }
        case 5 -> storage(slot);
        default -> {
          host.function(bus(slot, 1) + "00.0", 0x0c0330, 0x1b36, 0x000d)
              .under("0000:" + port)
              .resets(resets);
          lendable.add(at(bus(slot, 1) + "00.0"));
        }
      }
    }

    private static String bus(int slot, int nth) {
      return "0000:0" + (2 * slot + nth) + ":";
    }

    private PciAddress nic(int slot, String function, String resets) {
      String address = bus(slot, 1) + "00." + function;
      host.nic(address, "e1000e").under("0000:00:1" + slot + ".0").resets(resets);
      if (gen.oneIn(6)) {
        host.driverless();
      } else {
        host.net("eth" + slot + function);
        used("192.0.2." + (2 * slot + function.charAt(0)));
      }
      lendable.add(at(address));
      return at(address);
    }

    private void used(String address) {
      if (gen.oneIn(4)) {
        host.up();
      } else if (gen.oneIn(4)) {
        host.address(address + "/24");
      }
    }

    private void physical(int slot, String resets) {
      String address = bus(slot, 1) + "00.0";
      host.nic(address, "igb").under("0000:00:1" + slot + ".0").net("pf" + slot).up();
      host.pf(8, 7, 7).resets(resets.isEmpty() ? "flr" : resets);
      if (gen.oneIn(4)) {
        lendable.add(at(address));
      } else {
        pfs.add(at(address));
        guarded.add(at(address));
      }
    }

    private void behindABridge(int slot, String resets) {
      int group = 40 + slot;
      String bridge = bus(slot, 1) + "00.0";
      host.pciBridge(bridge).under("0000:00:1" + slot + ".0").group(group);
      guarded.add(at(bridge));
      List<String> drivers = List.of("8139cp", "e1000", "e1000");
      for (int i = 0; i < gen.between(2, 3); i++) {
        String address = bus(slot, 2) + "0" + (i + 1) + ".0";
        host.nic(address, drivers.get(i)).under(bridge).group(group).resets(i == 0 ? resets : "");
        if (gen.oneIn(5)) {
          host.driverless();
        } else {
          host.net("ens" + slot + i);
        }
        lendable.add(at(address));
      }
    }

    private void storage(int slot) {
      String address = bus(slot, 1) + "00.0";
      String port = "0000:00:1" + slot + ".0";
      if (gen.flag()) {
        host.nvme(address).under(port).disk("nvme" + slot + "n1", 64);
      } else {
        host.hba(address).under(port).disk("sd" + (char) ('a' + slot), 64);
      }
      switch (gen.between(0, 3)) {
        case 0 -> host.mount("/data" + slot);
        case 1 -> host.swap();
        default -> {
          lendable.add(at(address));
          return;
        }
      }
      guarded.add(at(address));
    }

    private void virtualFunctions(SimulatedKernel kernel, PciAddress pf) {
      int count = gen.between(1, 3);
      try {
        kernel.write(DEVICES + pf + "/sriov_numvfs", "" + count);
        for (int i = 0; i < count; i++) {
          settle(kernel, pf, i, gen.aside("VF " + pf + i));
        }
      } catch (KernelRefusal never) {
        throw new IllegalStateException(never);
      }
      for (int i = 0; i < count; i++) {
        String vf = kernel.resolve(DEVICES + pf + "/virtfn" + i).or("");
        lendable.add(at(vf.substring(vf.lastIndexOf('/') + 1)));
      }
    }

    /** A guest that Lend knows nothing of has a function. */
    private void stranger(SimulatedKernel kernel, PciAddress address) {
      try {
        kernel.loadModule("vfio-pci");
        kernel.write(DEVICES + address + "/driver_override", "vfio-pci");
        if (kernel.exists(DEVICES + address + "/driver")) {
          kernel.write(DEVICES + address + "/driver/unbind", address.toString());
        }
        kernel.write("sys/bus/pci/drivers_probe", address.toString());
        kernel.startGuest(STRANGER, "stranger", false);
        kernel.guestTakes(STRANGER, address.toString());
      } catch (KernelRefusal never) {
        throw new IllegalStateException(never);
      }
      lendable.remove(address);
      guarded.add(address);
    }

    private static PciAddress at(String address) {
      return PciAddress.parse(address).orElseThrow();
    }
  }
}
