package dev.lend.explain;

import static dev.lend.explain.Phrase.says;

import java.util.List;

/** Plugging into a running guest. */
final class GuestErrors {
  static final List<KnownError> ALL =
      List.of(
          new KnownError(
              "no-hotplug-slot",
              Topic.PLUGGING,
              List.of(
                  says("does not support hotplugging"),
                  says("can not be hotplugged on this machine"),
                  says("Hot-plug failed: unsupported by the port"),
                  says("has no free PCI Express root port")),
              "Error: Bus 'pcie.0' does not support hotplugging",
              "That place in the guest takes devices only when the guest starts: a q35 "
                  + "guest plugs into empty PCIe root ports and nowhere else.",
              "lend attach DEVICE --guest GUEST --dry-run: it looks for a free root port. "
                  + "In QEMU's monitor: info qtree",
              "Start the guest with spare ports (-device pcie-root-port,id=spare1,slot=1), "
                  + "in libvirt with more controllers of model pcie-root-port; ports cannot be "
                  + "added while it runs.",
              "QEMU: system/qdev-monitor.c, qdev_device_add_from_qdict; docs/pcie.txt"),
          new KnownError(
              "no-free-slot",
              Topic.PLUGGING,
              List.of(
                  says("no slot/function available"),
                  says("function * not available for"),
                  says("No more available PCI slots"),
                  says("a PCI slot is needed to connect"),
                  says("PCI: slot * already occupied"),
                  says("is not valid for * parent device only allows"),
                  says("Bus '* is full")),
              "PCI: slot 0 function 0 not available for vfio-pci, in use by "
                  + "vfio-pci,id=lend-0000-01-10-0",
              "The guest has no free PCI slot of the kind that the device needs, or that "
                  + "one is taken.",
              "lend attach DEVICE --guest GUEST --dry-run: it says which root port is free, "
                  + "if any.",
              "Unplug something, or start the guest with more root ports. A script that "
                  + "names the slot has to name a free one.",
              "QEMU: hw/pci/pci.c, do_pci_register_device; libvirt: src/conf/domain_addr.c"),
          new KnownError(
              "no-such-bus",
              Topic.PLUGGING,
              List.of(says("Bus '* not found")),
              "Bus 'pcie.1' not found",
              "The guest has no bus or port of that name.",
              "info qtree in QEMU's monitor: bus and dev lines name what there is.",
              "Name the id of a root port that the guest was started with. Lend looks for a "
                  + "free one by itself.",
              "QEMU: system/qdev-monitor.c, qbus_find"),
          new KnownError(
              "device-id-taken",
              Topic.PLUGGING,
              List.of(says("Duplicate device ID"), says("Duplicate ID")),
              "Duplicate device ID 'hostdev0'",
              "The guest has a device of that name: the same device was plugged before, or "
                  + "its unplugging has not come to an end.",
              "lend status: is the device in the guest already? In QEMU's monitor: info pci",
              "If it is there, nothing is to be done. If the guest is still letting it go, "
                  + "wait for that, or restart the guest.",
              "QEMU: system/qdev-monitor.c, qdev_set_id"),
          new KnownError(
              "qemu-ended",
              Topic.PLUGGING,
              List.of(
                  says("unexpectedly closed the monitor"),
                  says("monitor was closed"),
                  says("Domain not found: monitor closed"),
                  says("nobody listens at"),
                  says("it closed the connection"),
                  says("the connection broke")),
              "error: internal error: QEMU unexpectedly closed the monitor (vm='win10')",
              "QEMU has ended; its own last words, and not this message, say why.",
              "tail /var/log/libvirt/qemu/GUEST.log, or where QEMU was started: its last lines.",
              "Give those words to lend explain (lend explain - < FILE). If it was killed, "
                  + "journalctl -k says whether the host ran out of memory.",
              "libvirt: src/qemu/qemu_monitor.c, qemuMonitorIO"),
          new KnownError(
              "monitor-busy",
              Topic.PLUGGING,
              List.of(
                  says("no QMP greeting within"),
                  says("other programs may be using this monitor"),
                  says("another program may be using this monitor"),
                  says("it takes no commands"),
                  says("no answer to * within"),
                  says("cannot acquire state change lock")),
              "no QMP greeting within 20 s; another program may be using this monitor (it "
                  + "serves one at a time)",
              "Another program talks to the guest's monitor, and QEMU serves one program "
                  + "for each monitor; or QEMU hangs.",
              "ss -xp | grep qmp: who is connected.",
              "Give the guest one more monitor for Lend (-qmp "
                  + "unix:/run/GUEST/lend.sock,server=on,wait=off), or wait until the other "
                  + "program is done. Guests of libvirt keep theirs to libvirt.",
              "QEMU: docs/interop/qmp-spec.rst; chardev/char-socket.c"));

  private GuestErrors() {}
}
