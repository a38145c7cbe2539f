package dev.lend.explain;

import static dev.lend.explain.Phrase.says;

import java.util.List;

/** Making virtual functions. */
final class VfCountErrors {
  static final List<KnownError> ALL =
      List.of(
          new KnownError(
              "vf-count-not-zero",
              Topic.VFS,
              List.of(
                  says("sriov_numvfs * device or resource busy"),
                  says("VFs already enabled. Disable before enabling")),
              "failed to execute operation CreateP0VF: write "
                  + "/sys/bus/pci/devices/0000:b5:00.0/sriov_numvfs: device or resource busy",
              "The PF has VFs already, and the kernel changes their number only by way of "
                  + "0, which takes all of them away.",
              "cat /sys/bus/pci/devices/PF-ADDRESS/sriov_numvfs, and lend list: how many there are, "
                  + "and who has them.",
              "If no guest and nobody on the host uses a VF of it: write 0, then the new "
                  + "number. If one does, take it back first: the kernel does not protect a "
                  + "running guest from this.",
              "kernel: drivers/pci/iov.c, sriov_numvfs_store"),
          new KnownError(
              "vf-count-too-high",
              Topic.VFS,
              List.of(
                  says("sriov_numvfs * numerical result out of range"),
                  says("max VFs supported is"),
                  says("Limited to * VFs due to device resource"),
                  says("FW does not support more than"),
                  says("sriov_numvfs * result too large")),
              "write /sys/class/net/eth1/device/sriov_numvfs: numerical result out of range",
              "The card, or its firmware as it is set, has fewer VFs than were asked for.",
              "cat /sys/bus/pci/devices/PF-ADDRESS/sriov_totalvfs: the most that there can be.",
              "Ask for that many at most. Some cards have more when their firmware is told "
                  + "so (Mellanox: mlxconfig NUM_OF_VFS and SRIOV_EN; others in the firmware's "
                  + "set-up), from the next boot on.",
              "kernel: drivers/pci/iov.c, sriov_numvfs_store"),
          new KnownError(
              "vf-driver-missing",
              Topic.VFS,
              List.of(
                  says("sriov_numvfs * no such file or directory"),
                  says("driver does not support SR-IOV configuration via sysfs"),
                  says("no driver bound to device; cannot configure SR-IOV"),
                  says("device is not capable of SR-IOV"),
                  says("SR-IOV is not supported on this device")),
              "sh: 1: cannot create /sys/bus/pci/devices/0000:02:00.0/sriov_numvfs: No such "
                  + "file or directory",
              "The device cannot have VFs, or the driver that it is on now (or none) does "
                  + "not make them.",
              "lspci -vks PF-ADDRESS: it needs the capability Single Root I/O Virtualization, and a "
                  + "driver that supports it.",
              "Without the capability: look for SR-IOV in the firmware of the machine and "
                  + "of the card. With it: put the PF on its own driver (lend return PF-ADDRESS), not on "
                  + "vfio-pci.",
              "kernel: drivers/pci/iov.c, sriov_numvfs_store"),
          new KnownError(
              "vf-fewer-than-asked",
              Topic.VFS,
              List.of(
                  says("VFs requested; only * enabled"),
                  says("was asked for * and its driver made")),
              "ixgbe 0000:03:00.0: 64 VFs requested; only 63 enabled",
              "The driver made fewer VFs than it was asked for, and reported success.",
              "cat /sys/bus/pci/devices/PF-ADDRESS/sriov_numvfs: how many there really are.",
              "Go on with those that there are, or free what the driver lacks (queues, "
                  + "interrupts: fewer queues for the PF with ethtool -L) and go through 0 again.",
              "kernel: drivers/pci/iov.c, sriov_numvfs_store"),
          new KnownError(
              "vf-no-address-space",
              Topic.VFS,
              List.of(
                  says("not enough MMIO resources for SR-IOV"),
                  says("IOV BARS not allocated"),
                  says("sriov_numvfs * cannot allocate memory")),
              "igb 0000:01:00.0: not enough MMIO resources for SR-IOV",
              "The firmware left no room in the address space for the memory of the VFs.",
              "lspci -vvs PF-ADDRESS: below Single Root I/O Virtualization, the Regions have no "
                  + "address.",
              "Switch SR-IOV and Above 4G Decoding on in the firmware. Where that does not "
                  + "help, boot with pci=realloc on the kernel's command line.",
              "kernel: drivers/pci/iov.c, sriov_enable"),
          new KnownError(
              "vf-no-bus-numbers",
              Topic.VFS,
              List.of(
                  says("can't enable * VFs (bus * out of range"),
                  says("SR-IOV: bus number out of range"),
                  says("SR-IOV: can't enable")),
              "igb 0000:01:00.0: can't enable 7 VFs (bus 02 out of range of [bus 01])",
              "The VFs would be on a bus number that the firmware did not leave free.",
              "lspci -tv: the bus number after the PF's own belongs to somebody else.",
              "Switch ARI and SR-IOV on in the firmware, or boot with pci=assign-busses on "
                  + "the kernel's command line, or ask for fewer VFs.",
              "kernel: drivers/pci/iov.c, sriov_enable and virtfn_max_buses"),
          new KnownError(
              "vfs-in-guests",
              Topic.VFS,
              List.of(
                  says("SR-IOV while VFs are assigned"),
                  says("VFs are assigned - "),
                  says("VFs are assigned to VMs"),
                  says("some are assigned to VMs"),
                  says("while they are assigned"),
                  says("while VFs are assigned")),
              "Cannot modify SR-IOV while VFs are assigned",
              "The PF's driver knows that guests have VFs of it, and does not take them " + "away.",
              "lend status, and lend list: which VFs are lent, and to whom.",
              "Take the VFs back from their guests first (lend detach DEVICE). Guests that "
                  + "use VFIO are often not noticed by drivers, so do not rely on this refusal.",
              "kernel: drivers/pci/iov.c, pci_vfs_assigned: it does not count VFIO"),
          new KnownError(
              "pf-down",
              Topic.VFS,
              List.of(
                  says("SRIOV config request since if is down"),
                  says("Is the PF interface up?"),
                  says("not supported while PF is down"),
                  says("because the PF is not online"),
                  says("VF rings while PF is unavailable"),
                  says("but the PF device is not up")),
              "bnxt_en 0000:41:00.0 enp65s0f0np0: Reject SRIOV config request since if is "
                  + "down!",
              "The PF's network interface is down, and its driver sets up VFs only while it "
                  + "is up.",
              "ip link show PF-INTERFACE: the flags have to say UP.",
              "ip link set PF-INTERFACE up, then again. At boot, make the VFs after the "
                  + "interface is up, not from a udev rule or a .link file.",
              "kernel: drivers/net/ethernet/broadcom/bnxt/bnxt_sriov.c, "
                  + "bnxt_sriov_configure; libvirt: src/util/virnetdev.c"),
          new KnownError(
              "vf-resources-short",
              Topic.VFS,
              List.of(
                  says("MSI-X interrupts available for SR-IOV"),
                  says("Not enough resources for * VFs"),
                  says("Not enough queues to support"),
                  says("Unable to set MSI-X resources for"),
                  says("VF's as all resources are used by PF"),
                  says("Unable to reserve resources for SRIOV")),
              "ice 0000:17:00.0: Only 30 MSI-X interrupts available for SR-IOV. Not enough "
                  + "to support minimum of 2 MSI-X interrupts per VF for 32 VFs",
              "The card has not enough queues or interrupts for so many VFs, because the PF "
                  + "keeps most of them.",
              "ethtool -l PF-INTERFACE: how many queues the PF keeps.",
              "Ask for fewer VFs, or give the PF fewer queues (ethtool -L PF-INTERFACE "
                  + "combined 8), and switch off RDMA on it where it is not used.",
              "kernel: drivers/net/ethernet/intel/ice/ice_sriov.c, ice_set_per_vf_res"),
          new KnownError(
              "vf-device-not-ready",
              Topic.VFS,
              List.of(
                  says("Cannot enable SR-IOV, device not ready"),
                  says("SR-IOV cannot be configured - Device is in Safe Mode"),
                  says("other operation is pending"),
                  says("FW reset is in progress"),
                  says("SRIOV is not supported with XDP")),
              "ice 0000:17:00.0: SR-IOV cannot be configured - Device is in Safe Mode",
              "The PF's driver is not in a state to make VFs: a reset goes on, or it lacks "
                  + "its firmware package, or another feature excludes them.",
              "dmesg | grep PF-ADDRESS: the driver says there what it misses.",
              "Wait until a reset is over and try again. For Safe Mode, install the "
                  + "firmware package (linux-firmware: intel/ice/ddp) and reload the driver. Take "
                  + "XDP programs off the PF.",
              "kernel: drivers/net/ethernet/intel/ice/ice_sriov.c, ice_sriov_configure"));

  private VfCountErrors() {}
}
