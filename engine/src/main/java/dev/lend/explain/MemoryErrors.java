package dev.lend.explain;

import static dev.lend.explain.Phrase.says;

import java.util.List;

/** Memory of the guest that a device shall reach. */
final class MemoryErrors {
  static final List<KnownError> ALL =
      List.of(
          new KnownError(
              "memlock",
              Topic.MEMORY,
              List.of(
                  says("RLIMIT_MEMLOCK * exceeded"),
                  says("VFIO_MAP_DMA failed: Cannot allocate memory"),
                  says("dma_map * cannot allocate memory"),
                  says("memory listener initialization failed * cannot allocate memory"),
                  says("cannot limit locked memory of process"),
                  says("DMA mapping failed * cannot allocate memory"),
                  says("vfio * cannot allocate memory")),
              "vfio 0000:07:00.0: failed to setup container for group 49: memory listener "
                  + "initialization failed: Region pc.ram: vfio_dma_map(0x648f08f946c0, 0x0, "
                  + "0x80000000, 0x715dc0000000) = -12 (Cannot allocate memory)",
              "A guest with a device needs all of its memory locked, and QEMU's process may "
                  + "not lock that much.",
              "grep 'locked memory' /proc/PID-OF-QEMU/limits: it has to be the guest's "
                  + "memory and 1 GiB more, for each device if the guest has a virtual IOMMU.",
              "For a running QEMU: prlimit --pid PID --memlock=unlimited, then again. For "
                  + "the next start: ulimit -l, LimitMEMLOCK= of its unit, or memtune's "
                  + "hard_limit in libvirt; in a container also its memory limit.",
              "kernel: drivers/vfio/vfio_iommu_type1.c, vfio_lock_acct; libvirt: "
                  + "src/qemu/qemu_domain.c, qemuDomainGetMemLockLimitBytes"),
          new KnownError(
              "guest-memory-missing",
              Topic.MEMORY,
              List.of(says("cannot set up guest memory")),
              "qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate "
                  + "memory",
              "The host has not as much free memory as the guest shall have, and with a "
                  + "device all of it is needed at once.",
              "free -g, and grep Huge /proc/meminfo: what is free.",
              "Give the guest less, free memory, or set up more huge pages. A guest with a "
                  + "device can be neither ballooned nor overcommitted.",
              "QEMU: system/physmem.c, ram_block_add"),
          new KnownError(
              "dma-mappings-used-up",
              Topic.MEMORY,
              List.of(
                  says("dma_map * no space left on device"), says("running out of DMA mappings")),
              "vfio_container_dma_map(0x55d0c8a2b1f0, 0x7f8000000, 0x1000, 0x7f2d4c000000) "
                  + "= -28 (No space left on device)",
              "The guest's memory is in more pieces than VFIO keeps for one guest (65,535).",
              "cat /sys/module/vfio_iommu_type1/parameters/dma_entry_limit: the limit.",
              "Use huge pages, larger blocks of virtio-mem (block-size), or a guest IOMMU "
                  + "that maps larger pieces; the limit can be raised when the module is loaded.",
              "kernel: drivers/vfio/vfio_iommu_type1.c, dma_entry_limit"),
          new KnownError(
              "dma-mapping-refused",
              Topic.MEMORY,
              List.of(
                  says("dma_map * invalid argument"),
                  says("VFIO_MAP_DMA failed: Invalid argument"),
                  says("dma_map * bad address"),
                  says("VFIO_MAP_DMA failed: Bad address")),
              "vfio_dma_map(0x561faf02cf50, 0x382000000000, 0x2000000, 0x7f5ef4000000) = "
                  + "-22 (Invalid argument)",
              "The IOMMU cannot reach an address in the guest: it lies beyond its width, or "
                  + "in a range that the platform keeps for itself.",
              "cat /sys/bus/pci/devices/DEVICE/iommu_group/reserved_regions, and dmesg | "
                  + "grep -i 'address width': what the IOMMU can reach.",
              "Start the guest with fewer physical address bits (-cpu "
                  + "...,host-phys-bits-limit=39) or a smaller 64-bit window. Where only the "
                  + "memory of another device cannot be mapped, QEMU warns and goes on: only "
                  + "transfers between the two devices are lost.",
              "kernel: drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map and "
                  + "vfio_iommu_iova_dma_valid"),
          new KnownError(
              "bar-no-room",
              Topic.MEMORY,
              List.of(
                  says("BAR * no space for"),
                  says("BAR * failed to assign"),
                  says("can't assign; no space"),
                  says("]: failed to assign"),
                  says("failed allocating new MMIO range"),
                  says("can't claim; no compatible bridge window"),
                  says("has windows without an address"),
                  says("This PCI I/O region assigned to your NVIDIA device is invalid")),
              "pci 0000:07:00.0: BAR 1: no space for [mem size 0x400000000 64bit pref]",
              "The address space that the firmware opens for devices is too small for this "
                  + "device's memory (large BARs, resizable BARs).",
              "dmesg | grep BAR, in the guest if it was seen there: which piece found no "
                  + "room.",
              "In a guest: a larger 64-bit window (OVMF: -fw_cfg "
                  + "name=opt/ovmf/X-PciMmio64Mb,string=65536) and enough address bits (-cpu "
                  + "host); for a device that is plugged into a running guest, a root port with room "
                  + "set aside (-device pcie-root-port,...,mem-reserve=32M, or pref64-reserve for "
                  + "64-bit memory). On the host: Above 4G Decoding in the firmware, or a smaller BAR "
                  + "(resourceN_resize).",
              "kernel: drivers/pci/setup-res.c, pci_assign_resource; edk2: OvmfPkg, "
                  + "PciMmio64Mb"),
          new KnownError(
              "rom-unreadable",
              Topic.MEMORY,
              List.of(
                  says("Invalid PCI ROM header signature"),
                  says("Cannot read device rom"),
                  says("Error reading device ROM"),
                  says("Invalid PCI ROM data signature")),
              "vfio-pci 0000:01:00.0: Invalid PCI ROM header signature: expecting 0xaa55, "
                  + "got 0xffff",
              "The device's boot ROM cannot be read: the host's firmware has used it up, or "
                  + "the device sleeps, or a VF has none.",
              "lspci -vs DEVICE: is there an Expansion ROM, and is it disabled?",
              "A network card does without: rombar=0. For a graphics card that the host has "
                  + "booted with, give QEMU a copy of the ROM by romfile=, or boot the host with "
                  + "another card.",
              "kernel: drivers/pci/rom.c, pci_get_rom_size; QEMU: hw/vfio/pci.c, "
                  + "vfio_pci_load_rom"));

  private MemoryErrors() {}
}
