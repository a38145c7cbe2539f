package dev.lend.explain;

import static dev.lend.explain.Phrase.says;

import java.util.List;

/** Devices that do not leave a driver, or that no driver takes. */
final class DriverErrors {
  static final List<KnownError> ALL =
      List.of(
          new KnownError(
              "unbind-waits-for-guest",
              Topic.DRIVERS,
              List.of(
                  says("blocked until device is released"),
                  says("blocked until released by user"),
                  says("Relaying device request to user"),
                  says("vfio_unregister_group_dev"),
                  says("/drivers/vfio-pci/unbind: no answer from the kernel")),
              "vfio-pci 0000:01:10.0: Device is currently in use, task \"bash\" (4711) "
                  + "blocked until device is released",
              "Something tries to take the device from vfio-pci while a guest has it open: "
                  + "the kernel waits for the guest, and QEMU pulls the device out of it.",
              "lend status: it says which guest has the device open. Without Lend: fuser -v "
                  + "/dev/vfio/*",
              "Take the device out of that guest (lend detach DEVICE, or stop the guest): "
                  + "the task that waits then goes on by itself. Killing it does not help.",
              "kernel: drivers/vfio/vfio_main.c, vfio_unregister_group_dev; "
                  + "drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_request"),
          new KnownError(
              "kernel-does-not-answer",
              Topic.DRIVERS,
              List.of(
                  says("no answer from the kernel in"),
                  says("blocked for more than * seconds"),
                  says("the kernel has not answered")),
              "INFO: task bash:4711 blocked for more than 120 seconds.",
              "A change to a device waits inside the kernel, most often for a driver that "
                  + "waits for programs to close the device or for the hardware to answer.",
              "cat /proc/PID/stack of the task, and dmesg: they say in which driver it "
                  + "waits. fuser -v /dev/dri/* /dev/nvidia* /dev/vfio/* says who has devices "
                  + "open.",
              "Close what has the device open; the change then happens by itself, and lend "
                  + "status shows it. Where the driver or the hardware has died, only a restart "
                  + "of the host frees it. Leave the device alone until then: everything else "
                  + "goes on.",
              "kernel: kernel/hung_task.c; drivers/base/dd.c takes the device's lock for a "
                  + "bind and an unbind"),
          new KnownError(
              "gpu-still-open",
              Topic.DRIVERS,
              List.of(
                  says("Attempting to remove device * with non-zero usage count"),
                  says("Attempting to remove minor device")),
              "NVRM: Attempting to remove device 0000:01:00.0 with non-zero usage count!",
              "A program still has the graphics card open, and the driver waits for it "
                  + "without an end.",
              "fuser -v /dev/nvidia* /dev/dri/*: these programs have it open.",
              "Stop the display manager, nvidia-persistenced and every program that is "
                  + "shown; the unbind that waits then goes on. Best put cards for guests on "
                  + "vfio-pci before the graphics driver starts (lend reserve DEVICE early at "
                  + "boot).",
              "NVIDIA open-gpu-kernel-modules: kernel-open/nvidia/nv-pci.c, "
                  + "nv_pci_remove_helper"),
          new KnownError(
              "not-on-that-driver",
              Topic.DRIVERS,
              List.of(
                  says("/unbind: No such device"),
                  says("/bind: No such device"),
                  says("/unbind * write error: No such device"),
                  says("/bind * write error: No such device")),
              "tee: /sys/bus/pci/drivers/vfio-pci/bind: No such device",
              "The driver does not have the device, or does not take it: somebody moved it "
                  + "meanwhile, or its driver_override names another driver.",
              "lspci -ks DEVICE, and cat /sys/bus/pci/devices/DEVICE/driver_override: who "
                  + "has it, and who may take it.",
              "Look again with lend list, then repeat the change. Two tools (driverctl, "
                  + "libvirt's managed='yes', scripts) that bind the same device fight each "
                  + "other: leave it to one.",
              "kernel: drivers/base/bus.c, bind_store and unbind_store"),
          new KnownError(
              "new-id-exists",
              Topic.DRIVERS,
              List.of(says("/new_id: File exists"), says("/new_id * write error: File exists")),
              "tee: /sys/bus/pci/drivers/vfio-pci/new_id: File exists",
              "vfio-pci was told of this kind of device before; the file takes each kind "
                  + "only once.",
              "lspci -nnk -d VENDOR:DEVICE: all devices of that kind that had no driver are "
                  + "on vfio-pci now.",
              "Do not use new_id: it takes every device of the kind, and those that come "
                  + "later, VFs included. driver_override takes the one that you mean: lend "
                  + "reserve DEVICE",
              "kernel: drivers/pci/pci-driver.c, new_id_store"),
          new KnownError(
              "driver-did-not-take",
              Topic.DRIVERS,
              List.of(says("after a probe for")),
              "0000:02:00.0 is on no driver after a probe for e1000e. The kernel log "
                  + "(dmesg) says why the driver did not take it.",
              "The kernel was asked to bind the device, and the driver refused it or is not "
                  + "loaded.",
              "dmesg | tail -50 | lend explain -: the driver says there why it did not take "
                  + "the device.",
              "Load the driver (modprobe) where it is missing. After a guest, the device "
                  + "may need a reset before its driver works with it: a restart of the host does "
                  + "that in any case. Then: lend return DEVICE",
              "kernel: drivers/pci/pci-driver.c, drivers_probe_store; its success says "
                  + "nothing about the driver's"),
          new KnownError(
              "host-driver-failed",
              Topic.DRIVERS,
              List.of(
                  says("probe with driver * failed with error"),
                  says("probe of * failed with error")),
              "e1000e 0000:02:00.0: probe with driver e1000e failed with error -2",
              "The host's driver looked at the device and gave up, often because the device "
                  + "was not reset after its last user.",
              "dmesg | grep DEVICE: the lines before this one say what the driver missed.",
              "Reset the device (echo 1 > /sys/bus/pci/devices/DEVICE/reset) and probe "
                  + "again (lend return DEVICE). If it fails again, restart the host; if it fails "
                  + "then too, it is the card or its firmware.",
              "kernel: drivers/base/dd.c, call_driver_probe"),
          new KnownError(
              "bar-reserved",
              Topic.DRIVERS,
              List.of(says("BAR * can't reserve")),
              "vfio-pci 0000:05:00.0: BAR 0: can't reserve [mem 0xd0000000-0xdfffffff 64bit "
                  + "pref]",
              "Something of the host uses the device's memory, most often the console on "
                  + "the boot display (efifb, simpledrm).",
              "grep -i -e BOOTFB -e fb -e simpledrm /proc/iomem: the range of the device "
                  + "has a user below it.",
              "Let another card or none show the console: choose the other card in the "
                  + "firmware, or boot with video=efifb:off (older kernels) or "
                  + "initcall_blacklist=sysfb_init (newer ones, unless simpledrm is built in). "
                  + "Then start the guest again.",
              "kernel: drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_setup_barmap; "
                  + "drivers/firmware/sysfb.c"),
          new KnownError(
              "device-gone",
              Topic.DRIVERS,
              List.of(
                  says("no such host device"),
                  says("host pci device * not found"),
                  says("is gone from this host"),
                  says("Device * not found: could not access /sys/bus/pci/devices")),
              "qemu-system-x86_64: -device vfio-pci,host=0000:01:10.0: vfio 0000:01:10.0: "
                  + "no such host device: No such file or directory",
              "There is no device at this address (any more): addresses change with cards, "
                  + "slots and firmware settings, and VFs vanish at every boot.",
              "lend list: where is the device now?",
              "Name the device anew in the guest's configuration; look at its serial number "
                  + "or MAC (lend show) rather than at its address. If it was a VF, make it again "
                  + "(sriov_numvfs of its PF).",
              "QEMU: hw/vfio/pci.c, vfio_realize; libvirt: src/util/virpci.c, "
                  + "virPCIDeviceNew"),
          new KnownError(
              "sysfs-forbidden",
              Topic.DRIVERS,
              List.of(
                  says("/sys/ * permission denied"),
                  says("/sys/ * operation not permitted"),
                  says("/sys/ * read-only file system")),
              "sh: 1: cannot create /sys/bus/pci/drivers_probe: Permission denied",
              "Only root may change devices, and only outside of containers, which see /sys "
                  + "read-only; or the device has no such file.",
              "id -u, findmnt -no OPTIONS /sys, and ls of the file: 0, rw, and it is there.",
              "Run the command on the host itself as root (sudo). Root is told the same about a "
                  + "file that is not there: then the device has no such attribute (no reset, no "
                  + "VFs).",
              "kernel: Documentation/filesystems/sysfs.rst"));

  private DriverErrors() {}
}
