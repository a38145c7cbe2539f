package dev.lend.explain;

import static dev.lend.explain.Phrase.says;

import java.util.List;

/** Devices that cannot be kept apart, or that somebody else has. */
final class SharingErrors {
  static final List<KnownError> ALL =
      List.of(
          new KnownError(
              "group-not-viable",
              Topic.SHARING,
              List.of(
                  says("group * is not viable"),
                  says("devices within the iommu_group are bound to their vfio bus driver"),
                  says("group * not viable"),
                  says("shares its IOMMU group with")),
              "qemu-system-x86_64: -device vfio-pci,host=01:00.0: vfio 0000:01:00.0: group "
                  + "1 is not viable",
              "Another device of the same IOMMU group is still on a driver of the host, and "
                  + "the IOMMU cannot keep the two apart.",
              "ls -ld /sys/bus/pci/devices/DEVICE/iommu_group/devices/*/driver: every "
                  + "function in the group that is no bridge has to be on vfio-pci or on no "
                  + "driver.",
              "Let the whole group go: lend reserve DEVICE --with-group. lend show DEVICE "
                  + "says who the others are and why they share a group; where one of them has to "
                  + "stay, put the card into another slot.",
              "kernel: drivers/iommu/iommu.c, iommu_group_claim_dma_owner; QEMU: "
                  + "hw/vfio/container.c, vfio_get_group"),
          new KnownError(
              "host-needs-it",
              Topic.SHARING,
              List.of(
                  says("carries this host's default route"),
                  says("carries your own SSH session"),
                  says("the host would be cut off"),
                  says("the host cannot live without"),
                  says("would be lost to those who use it")),
              "lend: 00:03.0 (enp0s3, virtio-pci) carries this host's default route (enp0s3): "
                  + "the host would be cut off.",
              "The host itself lives on this device: its way into the network, your own session, "
                  + "or a disk in use, and the kernel would take it away without a word.",
              "lend show DEVICE: all that would stop, as far as the bridge, bond, volume or file "
                  + "system at the end of it.",
              "Take another device, or a VF of this card (lend vf create). If it has to be this "
                  + "one, move what is there first. For a network card with something else to log "
                  + "in by: --accept NAME, with --confirm-within 60s, so that it comes back by "
                  + "itself.",
              "Lend's own refusal; kernel: drivers/base/dd.c, device_release_driver asks nobody"),
          new KnownError(
              "disk-taken-from-host",
              Topic.SHARING,
              List.of(
                  says("EXT4-fs * I/O error while writing superblock"),
                  says("EXT4-fs * shut down requested"),
                  says("shutdown of filesystem"),
                  says("log I/O error -5"),
                  says("nvme * Device shutdown incomplete"),
                  says("rejecting I/O to offline device"),
                  says("Buffer I/O error on dev * lost sync page write")),
              "EXT4-fs (nvme0n1): I/O error while writing superblock",
              "A disk went away underneath a mounted file system: it was unplugged, it died, or "
                  + "its controller was taken for a guest, and what had not been written is lost.",
              "lend status, and lsblk: is the controller lent, and is the disk there?",
              "Do not write to it from a guest: the file system is half written. Take the "
                  + "controller back (lend detach DEVICE, or lend return DEVICE), unmount the old "
                  + "mount, run fsck, mount again. Lend refuses to take a disk that is in use.",
              "kernel: fs/ext4/super.c, ext4_commit_super; fs/buffer.c, buffer_io_error"),
          new KnownError(
              "group-in-two-address-spaces",
              Topic.SHARING,
              List.of(says("used in multiple address spaces")),
              "QMP command failed: vfio 0000:01:00.1: group 1 used in multiple address " + "spaces",
              "Two devices of one IOMMU group go to places in the guest that its virtual "
                  + "IOMMU keeps apart.",
              "ls /sys/bus/pci/devices/DEVICE/iommu_group/devices: these have to be "
                  + "together in the guest as well.",
              "Plug all devices of the group behind one pcie-to-pci-bridge of the guest, or "
                  + "as functions of one slot, or run the guest without a virtual IOMMU.",
              "QEMU: hw/vfio/container.c, vfio_get_group"),
          new KnownError(
              "not-isolated-by-acs",
              Topic.SHARING,
              List.of(
                  says("PCI device * is not assignable"),
                  says("is not kept apart from"),
                  says("could talk to each other behind the IOMMU's back")),
              "error: internal error: PCI device 0000:01:00.0 is not assignable",
              "A bridge above the device lacks ACS, so that the device could reach its "
                  + "neighbours without the IOMMU seeing it, and libvirt refuses that.",
              "lend show DEVICE: it names the bridge that lacks ACS.",
              "Use a slot below a root port with ACS, or lend all devices below that bridge "
                  + "to the same guest.",
              "libvirt: src/util/virpci.c, virPCIDeviceIsAssignable"),
          new KnownError(
              "acs-override-in-use",
              Topic.SHARING,
              List.of(says("PCIe ACS overrides enabled")),
              "Warning: PCIe ACS overrides enabled; This may allow non-IOMMU protected "
                  + "peer-to-peer DMA",
              "The kernel was told by pcie_acs_override to claim a separation between "
                  + "devices that the hardware does not give.",
              "cat /proc/cmdline: pcie_acs_override is set there.",
              "A guest can then reach devices of other guests and of the host: use it only "
                  + "where you trust every guest. A slot with real ACS, or lending the whole "
                  + "group to one guest, needs no override.",
              "the kernel patch that adds pcie_acs_override, which is not in mainline; "
                  + "kernel: Documentation/driver-api/vfio.rst on why groups exist"),
          new KnownError(
              "bridge-not-assignable",
              Topic.SHARING,
              List.of(says("Non-endpoint PCI devices cannot be assigned")),
              "error: unsupported configuration: Non-endpoint PCI devices cannot be "
                  + "assigned to guests",
              "The device is a bridge or a port, and those stay with the host.",
              "lspci -s DEVICE: it says PCI bridge or Host bridge.",
              "Lend the devices below it instead: lend tree shows them. A bridge in the "
                  + "IOMMU group does no harm and needs no driver of VFIO.",
              "libvirt: src/hypervisor/virhostdev.c; kernel: "
                  + "drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_register_device"),
          new KnownError(
              "group-held",
              Topic.SHARING,
              List.of(
                  says("open /dev/vfio/ * device or resource busy"),
                  says("could not open '/dev/vfio/ * device or resource busy"),
                  says("/dev/vfio/ * device or resource busy"),
                  says("is still held by * stop it"),
                  says("PCI device * is in use by driver"),
                  says("PCI device * allocated from network * is already in use"),
                  says("PCI device * is already in use by")),
              "vfio 0000:01:10.0: failed to open /dev/vfio/21: Device or resource busy",
              "Another process, most often another guest, has the device or one of its "
                  + "IOMMU group.",
              "lend status: it says who holds which group, guests that Lend did not start "
                  + "included. Without Lend: fuser -v /dev/vfio/*",
              "Take the device back from that guest first (lend detach DEVICE, or stop the "
                  + "guest). Never unbind it underneath a running guest.",
              "kernel: drivers/vfio/group.c, vfio_group_fops_open; libvirt: "
                  + "src/hypervisor/virhostdev.c"),
          new KnownError(
              "device-not-on-vfio",
              Topic.SHARING,
              List.of(
                  says("open /dev/vfio/ * no such file or directory"),
                  says("could not open '/dev/vfio/ * no such file or directory"),
                  says("error getting device from group"),
                  says("Verify all devices in group"),
                  says("failed to find vfio-dev/vfioX/dev")),
              "vfio 0000:01:00.0: failed to open /dev/vfio/14: No such file or directory",
              "The device is not on vfio-pci, so VFIO has no file for its group.",
              "lspci -ks DEVICE: Kernel driver in use has to be vfio-pci.",
              "Put it there: lend reserve DEVICE, or lend attach DEVICE --guest GUEST in "
                  + "one go. Where another tool had bound it, something has given it back to its "
                  + "driver since.",
              "QEMU: hw/vfio/container.c, vfio_get_group and vfio_get_device"),
          new KnownError(
              "vfio-files-forbidden",
              Topic.SHARING,
              List.of(
                  says("open /dev/vfio/ * permission denied"),
                  says("open /dev/vfio/ * operation not permitted"),
                  says("/dev/vfio/ * permission denied")),
              "vfio 0000:03:00.0: failed to open /dev/vfio/15: Permission denied",
              "The user that QEMU runs as may not open the group's file, or its container "
                  + "does not show it.",
              "ls -l /dev/vfio/: the user that QEMU runs as needs to read and write the "
                  + "group's file.",
              "Give that user the file by a udev rule for SUBSYSTEM==\"vfio\". libvirt does "
                  + "so by itself; in a container, pass /dev/vfio and the device cgroup's "
                  + "permission in.",
              "kernel: Documentation/driver-api/vfio.rst, usage example"),
          new KnownError(
              "vfio-denylist",
              Topic.SHARING,
              List.of(
                  says("exists in vfio-pci device denylist"), says("in vfio-pci device blacklist")),
              "vfio-pci 0000:3d:00.0: 8086:37c8 exists in vfio-pci device denylist, driver "
                  + "probing disallowed.",
              "vfio-pci refuses this kind of device, because a guest that has it can harm "
                  + "the host.",
              "dmesg | grep denylist: it names the device.",
              "Lend a VF of it instead. vfio-pci's option disable_denylist lifts the "
                  + "refusal, and with it the protection: not for guests that you do not trust.",
              "kernel: drivers/vfio/pci/vfio_pci.c, vfio_pci_dev_in_denylist"),
          new KnownError(
              "vf-token-needed",
              Topic.SHARING,
              List.of(
                  says("VF token required to access device"),
                  says("Incorrect VF token"),
                  says("VF token incorrectly provided")),
              "vfio-pci 0000:01:10.0: VF token required to access device",
              "The PF is on vfio-pci as well, and its owner and those who use VFs have to "
                  + "show that they trust each other.",
              "lspci -ks PF-ADDRESS: Kernel driver in use is vfio-pci.",
              "Start both QEMUs with the same vf-token=UUID, or give the PF back to its "
                  + "host driver (lend return PF-ADDRESS) and make the VFs from there.",
              "kernel: drivers/vfio/pci/vfio_pci_core.c, vfio_pci_validate_vf_token"),
          new KnownError(
              "pf-has-vfs",
              Topic.SHARING,
              List.of(says("Cannot bind to PF with SR-IOV enabled")),
              "vfio-pci 0000:01:00.0: Cannot bind to PF with SR-IOV enabled",
              "The device is a PF with VFs, and vfio-pci takes a PF only without them.",
              "cat /sys/bus/pci/devices/DEVICE/sriov_numvfs: it is not 0.",
              "Lend a VF instead. If it has to be the whole card, take the VFs back from "
                  + "their guests, write 0 to sriov_numvfs, then try again.",
              "kernel: drivers/vfio/pci/vfio_pci_core.c, vfio_pci_vf_init"));

  private SharingErrors() {}
}
