package dev.lend.explain;

import static dev.lend.explain.Phrase.says;

import java.util.List;

/** Taking a device out of a running guest, and moving the guest. */
final class UnplugErrors {
  static final List<KnownError> ALL =
      List.of(
          new KnownError(
              "unplug-unanswered",
              Topic.UNPLUGGING,
              List.of(
                  says("did not answer within * when asked to let"),
                  says("failed and no event arrived"),
                  says("Failed to wait on unplug condition"),
                  says("Timed out waiting for device * to be detached"),
                  says("device detach request * timed out")),
              "Guest qmp:/run/web1/qmp.sock did not answer within 60 s when asked to let "
                  + "0000:01:10.0 go. It stays lent.",
              "The guest was asked to let the device go and says nothing: it is paused, "
                  + "still booting, in its boot loader, or has no hot-plug driver.",
              "echo '{\"execute\":\"qmp_capabilities\"}{\"execute\":\"query-status\"}' | "
                  + "socat -t2 - UNIX-CONNECT:SOCKET: is it running?",
              "Let the guest run (cont, virsh resume) or finish booting, then try again. In "
                  + "a Linux guest, modprobe pciehp or acpiphp. The request stands: a reset of "
                  + "the guest completes it. Or have the guest stopped: lend detach DEVICE --force.",
              "QEMU: qapi/qdev.json, device_del; hw/pci/pcie.c"),
          new KnownError(
              "unplug-refused",
              Topic.UNPLUGGING,
              List.of(
                  says("refused to let * go"),
                  says("rejected by the guest"),
                  says("DEVICE_UNPLUG_GUEST_ERROR")),
              "error: operation failed: unplug of device was rejected by the guest",
              "The guest's system does not give the device up, because something in it uses "
                  + "the device.",
              "In the guest: ip link, mount, lsof on the device. Windows lists the cause in "
                  + "the event log (Kernel-PnP).",
              "In the guest, take the interface down or unmount the disk, then try again. "
                  + "Or shut the guest down: the device is free then. lend detach DEVICE --force "
                  + "stops it at once.",
              "QEMU: qapi/qdev.json, DEVICE_UNPLUG_GUEST_ERROR"),
          new KnownError(
              "unplug-under-way",
              Topic.UNPLUGGING,
              List.of(says("in the process of unplug")),
              "Device lend-0000-01-10-0 is already in the process of unplug",
              "The guest was asked before and has not answered yet.",
              "lend status: is the device still in the guest?",
              "Wait for the guest, or reset it: that completes the request. lend detach "
                  + "DEVICE waits for the earlier request instead of asking again.",
              "QEMU: system/qdev-monitor.c, qmp_device_del"),
          new KnownError(
              "guest-busy",
              Topic.UNPLUGGING,
              List.of(says("Hot-unplug failed: guest is busy")),
              "Hot-unplug failed: guest is busy (power indicator blinking)",
              "The guest is still taking the device in: its slot's power indicator blinks "
                  + "for some seconds after it was plugged.",
              "dmesg | tail in the guest: pciehp says what it does.",
              "Wait five seconds and try again; Lend does so by itself. If it blinks for "
                  + "ever, the guest has no driver for its hot-plug slots, or hangs.",
              "QEMU: hw/pci/pcie.c, pcie_cap_slot_unplug_request_cb"),
          new KnownError(
              "no-such-device-in-guest",
              Topic.UNPLUGGING,
              List.of(says("Device '* not found")),
              "Device 'hostdev0' not found",
              "The guest has no device of that name: it let it go already, or knows it by "
                  + "another name.",
              "info pci in QEMU's monitor: what the guest has.",
              "If it is not there, it is free: lend detach DEVICE takes it off the books "
                  + "and back to its driver.",
              "QEMU: system/qdev-monitor.c, find_device_state"),
          new KnownError(
              "guest-ended-with-device",
              Topic.UNPLUGGING,
              List.of(
                  says("the guest has let it go, or has ended"),
                  says("and not on vfio-pci: somebody else changed it"),
                  says("Timeout expired while shutting down domains"),
                  says("Shutdown of guest * failed to complete in time"),
                  says("A stop job is running for * libvirt guests")),
              "Timeout expired while shutting down domains",
              "The host goes down, or went down, under running guests: a guest with a device "
                  + "cannot be saved or migrated, so it is ended, and the device is on its old "
                  + "driver, or on none, after the restart.",
              "lend status before maintenance: which guests have which devices. After a restart: "
                  + "which loans no longer hold.",
              "Before: lend detach DEVICE for each, then move those guests, or shut them down "
                  + "from inside. After: lend detach DEVICE clears the loan, then lend it again. "
                  + "lend boot install has the host end by itself what was cut off.",
              "libvirt: tools/libvirt-guests.sh.in; QEMU: docs/devel/migration/vfio.rst"),
          new KnownError(
              "migration-blocked",
              Topic.UNPLUGGING,
              List.of(
                  says("VFIO migration is not supported"),
                  says("Migration is disabled for VFIO device"),
                  says("non-migratable device"),
                  says("cannot migrate a domain with <hostdev"),
                  says("Migration is currently not supported with vIOMMU"),
                  says("Outgoing migration blocked"),
                  says("doesn't support device and IOMMU dirty tracking"),
                  says("Multiple VFIO devices migration is supported only"),
                  says("cannot migrate domain with assigned host devices")),
              "error: Requested operation is not valid: cannot migrate a domain with "
                  + "<hostdev mode='subsystem' type='pci'>",
              "The guest has a host device whose state cannot be moved to another host.",
              "lspci -ks DEVICE: only a driver of the vendor's own (mlx5_vfio_pci, "
                  + "hisi_acc_vfio_pci and so on) can move a device's state; plain vfio-pci "
                  + "cannot.",
              "Take the device out (lend detach DEVICE), migrate, and lend one on the other "
                  + "host. A virtio interface as standby (failover=on, the same MAC) keeps the "
                  + "guest on the network meanwhile.",
              "QEMU: docs/devel/migration/vfio.rst, hw/vfio/migration.c"),
          new KnownError(
              "failover-not-paired",
              Topic.UNPLUGGING,
              List.of(
                  says("failover will not work"),
                  says("Cannot attach more than one primary device"),
                  says("failover_pair_id needs"),
                  says("primary device * failover"),
                  says("failover: primary device must be in its own PCI slot")),
              "Virtio-net failover will not work. Make sure primary device has parameter "
                  + "failover_pair_id=net1",
              "The standby interface and the VF do not know of each other, so the VF would "
                  + "stay in the guest during migration.",
              "info qtree in QEMU's monitor: failover_pair_id of the VF has to be the id of "
                  + "the virtio interface, with the same MAC on both.",
              "Plug the VF with failover_pair_id=ID of the virtio interface (libvirt: "
                  + "teaming type='transient' persistent='ua-ID'), one VF for each standby.",
              "QEMU: docs/system/virtio-net-failover.rst, hw/net/virtio-net.c"));

  private UnplugErrors() {}
}
