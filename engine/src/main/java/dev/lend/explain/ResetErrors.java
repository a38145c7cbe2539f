package dev.lend.explain;

import static dev.lend.explain.Phrase.says;

import java.util.List;

/** Devices that do not reset or do not wake up. */
final class ResetErrors {
  static final List<KnownError> ALL =
      List.of(
          new KnownError(
              "no-reset-method",
              Topic.RESET,
              List.of(
                  says("no available reset mechanism"),
                  says("no FLR, PM reset or bus reset available"),
                  says("/reset: No such file"),
                  says("/reset: Inappropriate ioctl"),
                  says("All device reset methods disabled by user")),
              "error: internal error: Unable to reset PCI device 0000:04:02.0: no FLR, PM "
                  + "reset or bus reset available",
              "The device has no way to be reset by itself, so that the next user gets it "
                  + "as the last one left it.",
              "cat /sys/bus/pci/devices/DEVICE/reset_method: empty or missing means none.",
              "Lend it to one guest only, and restart the host between guests. For some "
                  + "graphics cards a module adds a method (vendor-reset for AMD).",
              "kernel: drivers/pci/pci.c, pci_reset_function; libvirt: src/util/virpci.c, "
                  + "virPCIDeviceReset"),
          new KnownError(
              "reset-hits-others",
              Topic.RESET,
              List.of(
                  says("Cannot reset device * depends on"),
                  says("devices on bus with * not doing bus reset")),
              "vfio: Cannot reset device 0000:01:00.0, depends on group 2 which is not " + "owned.",
              "The only reset that the device has also resets others on its bus, and QEMU "
                  + "does not have those.",
              "lend show DEVICE: its reset methods, and who else is on its bus.",
              "Lend all devices of the slot to the same guest, or none of the others to "
                  + "anybody. Where the guest works all the same, the message does no harm until "
                  + "the device is given on.",
              "QEMU: hw/vfio/container.c, vfio_legacy_pci_hot_reset; kernel: "
                  + "drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_pci_hot_reset"),
          new KnownError(
              "reset-never-ready",
              Topic.RESET,
              List.of(
                  says("not ready * after * giving up"),
                  says("not ready after * giving up"),
                  says("Failed to return from FLR"),
                  says("still not ready after")),
              "vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up",
              "The device did not come back after a reset or from sleep.",
              "lspci -s DEVICE -x: only ff means that it does not answer at all.",
              "Do not lend it again. Taking it off the bus and looking for it (echo 1 > "
                  + "/sys/bus/pci/devices/DEVICE/remove, then echo 1 > /sys/bus/pci/rescan) helps "
                  + "at times; else the machine has to be switched off, not just restarted.",
              "kernel: drivers/pci/pci.c, pci_dev_wait"),
          new KnownError(
              "device-does-not-wake",
              Topic.RESET,
              List.of(
                  says("device inaccessible"),
                  says("power on device, stuck in D"),
                  says("Refused to change power state"),
                  says("Unknown header type 7f"),
                  says("config space inaccessible")),
              "vfio-pci 0000:01:00.0: Unable to change power state from D3cold to D0, "
                  + "device inaccessible",
              "The device was put to sleep, or has fallen off the bus, and does not answer "
                  + "any more.",
              "lspci -s DEVICE -x: only ff, and Unknown header type 7f.",
              "Switch the machine off and on. Then keep the device awake: echo 0 > "
                  + "/sys/bus/pci/devices/DEVICE/d3cold_allowed before it is lent, and vfio-pci's "
                  + "option disable_idle_d3=1.",
              "kernel: drivers/pci/pci.c, pci_power_up; QEMU: hw/vfio/pci.c, "
                  + "vfio_pci_pre_reset"),
          new KnownError(
              "reset-failed",
              Topic.RESET,
              List.of(
                  says("/reset: Input/output error"),
                  says("/reset: Connection timed out"),
                  says("/reset: Device or resource busy"),
                  says("/reset: failed"),
                  says("timed out waiting for pending transaction")),
              "tee: /sys/bus/pci/devices/0000:01:00.0/reset: Connection timed out",
              "The kernel tried to reset the device, and that did not work.",
              "dmesg | tail: the kernel says by which method, and what happened. cat "
                  + "/sys/bus/pci/devices/DEVICE/reset_method lists the others.",
              "Try another method (write its name to reset_method, then 1 to reset), with "
                  + "nobody using the device. A device that could not be reset should not go to "
                  + "another guest before the host was restarted.",
              "kernel: drivers/pci/pci.c, __pci_reset_function_locked"));

  private ResetErrors() {}
}
