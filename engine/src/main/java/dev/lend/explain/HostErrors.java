package dev.lend.explain;

import static dev.lend.explain.Phrase.says;

import java.util.List;

/** What the host's firmware, IOMMU and kernel lack for lending. */
final class HostErrors {
  static final List<KnownError> ALL =
      List.of(
          new KnownError(
              "no-interrupt-remapping",
              Topic.HOST,
              List.of(says("No interrupt remapping"), says("interrupts are not remapped")),
              "vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the "
                  + "module param \"allow_unsafe_interrupts\" to enable VFIO IOMMU support on "
                  + "this platform",
              "The IOMMU does not remap interrupts, so that a guest could send any "
                  + "interrupt to the host, and VFIO refuses.",
              "lend check, and dmesg | grep -i remapping: it has to say that IRQ remapping "
                  + "is enabled.",
              "Switch interrupt remapping (VT-d, x2APIC) on in the firmware, and take "
                  + "intremap=off or nointremap off the kernel's command line. "
                  + "vfio_iommu_type1.allow_unsafe_interrupts=1 does without, and lets a guest "
                  + "attack the host.",
              "kernel: drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_attach_group"),
          new KnownError(
              "rmrr",
              Topic.HOST,
              List.of(says("ineligible for IOMMU domain attach"), says("1:1 IOMMU mapping")),
              "vfio-pci 0000:03:00.0: Device is ineligible for IOMMU domain attach due to "
                  + "platform RMRR requirement.  Contact your platform vendor.",
              "The firmware keeps a piece of memory for this device (RMRR), and the kernel "
                  + "does not hand such a device to a guest.",
              "cat /sys/bus/pci/devices/DEVICE/iommu_group/reserved_regions: a line ends in "
                  + "direct.",
              "Look in the firmware's set-up or in the vendor's tools for what uses the "
                  + "memory (on HP servers: shared memory features of the slot), or use another "
                  + "slot or card. A firmware update may drop it.",
              "kernel: drivers/iommu/iommu.c, iommu_group_claim_dma_owner and "
                  + "iommu_create_device_direct_mappings; Documentation/arch/x86/intel-iommu.rst"),
          new KnownError(
              "iommu-refuses-group",
              Topic.HOST,
              List.of(
                  says("Failed to set iommu for container * operation not permitted"),
                  says("Failed to set VFIO IOMMU type"),
                  says("failed to select IOMMU type"),
                  says("error attach * to id=")),
              "vfio 0000:03:00.0: failed to setup container for group 15: Failed to set "
                  + "iommu for container: Operation not permitted",
              "The kernel does not let the IOMMU take the group: interrupt remapping is "
                  + "missing, or the firmware keeps memory for the device (RMRR).",
              "dmesg | lend explain -: the kernel's own line says which of the two.",
              "See no-interrupt-remapping and rmrr: lend explain no-interrupt-remapping",
              "kernel: drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_attach_group"),
          new KnownError(
              "no-iommu",
              Topic.HOST,
              List.of(
                  says("VFIO device assignment is currently not supported on this system"),
                  says("host doesn't support passthrough of host PCI devices"),
                  says("host doesn't support VFIO PCI passthrough"),
                  says("host doesn't support legacy PCI passthrough"),
                  says("no iommu_group found"),
                  says("has no IOMMU group")),
              "error: unsupported configuration: host doesn't support passthrough of host "
                  + "PCI devices",
              "The kernel has put no device into an IOMMU group: the IOMMU is off, or "
                  + "missing.",
              "ls /sys/kernel/iommu_groups: empty means off. lend check says why and what "
                  + "to switch on.",
              "Switch VT-d or AMD-Vi on in the firmware and, where lend check says so, "
                  + "intel_iommu=on on the kernel's command line; then boot again.",
              "libvirt: src/hypervisor/virhostdev.c; QEMU: hw/vfio/helpers.c; kernel: "
                  + "Documentation/driver-api/vfio.rst"),
          new KnownError(
              "vfio-module-missing",
              Topic.HOST,
              List.of(
                  says("open /dev/vfio/vfio * no such"),
                  says("open '/dev/vfio/vfio' * no such"),
                  says("Could not open '/dev/vfio/vfio'"),
                  says("module vfio * not found in directory"),
                  says("No available IOMMU models"),
                  says("module vfio * cannot be loaded")),
              "modprobe: FATAL: Module vfio-pci not found in directory "
                  + "/lib/modules/6.12.48-cloud-amd64",
              "The kernel's VFIO modules are not loaded, or this kernel was built or "
                  + "packaged without them.",
              "modprobe -n -v vfio-pci vfio_iommu_type1: it names the files, or says that "
                  + "there are none.",
              "modprobe vfio-pci. Where there are none, install the kernel's full package "
                  + "(Debian: linux-image-amd64 instead of the cloud kernel; Ubuntu: "
                  + "linux-modules-extra), or boot into the kernel that is installed.",
              "kernel: drivers/vfio/Kconfig; QEMU: hw/vfio/container.c, "
                  + "vfio_connect_container"),
          new KnownError(
              "qemu-without-vfio",
              Topic.HOST,
              List.of(
                  says("vfio-pci' is not a valid device model name"),
                  says("VFIO PCI device assignment is not supported by this version of qemu")),
              "qemu-system-x86_64: -device vfio-pci,host=01:00.0: 'vfio-pci' is not a valid "
                  + "device model name",
              "This QEMU was built without VFIO, or for another kind of host.",
              "qemu-system-x86_64 -device help | grep vfio-pci: it has to be listed.",
              "Install the distribution's full QEMU package, or build it with --enable-vfio "
                  + "on Linux.",
              "QEMU: system/qdev-monitor.c, qdev_get_device_class; hw/vfio/Kconfig"),
          new KnownError(
              "numa-far",
              Topic.HOST,
              List.of(
                  says("a guest on another node reaches it more slowly"),
                  says("Unknown NUMA node; performance will be reduced"),
                  says("Resources cannot be allocated with Topology locality"),
                  says("NUMA topology together with requested PCI devices cannot fit"),
                  says("instance NUMA topology cannot fit")),
              "pci_bus 0000:00: Unknown NUMA node; performance will be reduced",
              "The device is near one NUMA node, and the guest's processors and memory are on "
                  + "another, or nobody knows where the device is: it works, and slower.",
              "cat /sys/bus/pci/devices/DEVICE/numa_node: the node, or -1 where the firmware does "
                  + "not say it; numastat -p PID-OF-QEMU: where the guest's memory is.",
              "Start the guest on the device's node: numactl --cpunodebind=NODE --membind=NODE, "
                  + "in libvirt vcpupin and numatune. For -1, update the firmware, or ask its "
                  + "maker for the _PXM of the root bridge.",
              "kernel: drivers/pci/probe.c, pci_register_host_bridge; "
                  + "Documentation/ABI/testing/sysfs-bus-pci, numa_node"),
          new KnownError(
              "kernel-lockdown",
              Topic.HOST,
              List.of(says("Lockdown: * is restricted")),
              "Lockdown: setpci: direct PCI access is restricted; see man kernel_lockdown.7",
              "Secure Boot has locked the kernel down, and programs may no longer write to "
                  + "devices past their drivers.",
              "cat /sys/kernel/security/lockdown: the word in brackets is not none.",
              "VFIO works in lockdown; what does not is setpci, and tools that map device "
                  + "memory. Use the kernel's attributes instead, or boot without Secure Boot.",
              "man page kernel_lockdown(7); kernel: security/lockdown/lockdown.c"),
          new KnownError(
              "dma-fault",
              Topic.HOST,
              List.of(says("DMAR: * fault addr"), says("IO_PAGE_FAULT")),
              "DMAR: [DMA Read NO_PASID] Request device [03:00.0] fault addr 0xcf7e0000 "
                  + "[fault reason 0x06] PTE Read access is not set",
              "The device reads or writes memory that it was not given: it was not stopped "
                  + "or reset, its firmware uses memory of its own, or a guest's driver is wrong.",
              "dmesg | grep -e DMAR -e IO_PAGE_FAULT: the address in brackets is the device.",
              "The IOMMU stopped it, so no harm was done. After a guest ended: reset the "
                  + "device or restart the host before somebody else gets it. If it comes back, "
                  + "look for new firmware of the device, and at lend show for reserved memory.",
              "kernel: drivers/iommu/intel/dmar.c, dmar_fault_do_one; "
                  + "drivers/iommu/amd/iommu.c"));

  private HostErrors() {}
}
