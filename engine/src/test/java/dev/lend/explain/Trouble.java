package dev.lend.explain;

import java.util.List;

/**
 * Something that people who lend devices report again and again, and how it shows.
 *
 * @param title in their words
 * @param errors the errors that they see, by name
 * @param silent what happens without any message, and where to look then; empty where all of it is
 *     in the errors
 */
record Trouble(String title, List<String> errors, String silent) {
  private static Trouble shows(String title, String... errors) {
    return new Trouble(title, List.of(errors), "");
  }

  private Trouble butAlso(String how) {
    return new Trouble(title, errors, how);
  }

  /** What users of virsh, QEMU, KubeVirt, Proxmox, DPDK and the SR-IOV tools ask about most. */
  static final List<Trouble> ALL =
      List.of(
          shows(
              "The IOMMU group is shared, or not viable",
              "group-not-viable",
              "group-in-two-address-spaces",
              "not-isolated-by-acs",
              "bridge-not-assignable"),
          shows(
              "Taking a device off its driver hangs, and the host has to be restarted",
              "unbind-waits-for-guest",
              "kernel-does-not-answer",
              "gpu-still-open"),
          shows(
                  "A device that the host itself needs was taken away",
                  "host-needs-it",
                  "disk-taken-from-host")
              .butAlso(
                  "The kernel obeys, and the host loses its network or its disk without a word"
                      + " before. Lend looks first at what would stop working: lend show DEVICE and"
                      + " --dry-run list it, and what carries the default route, a mounted disk or"
                      + " the session that asks is refused."),
          shows(
              "Errors that say nothing",
              "no-iommu",
              "iommu-refuses-group",
              "vfio-module-missing",
              "qemu-without-vfio",
              "qemu-ended",
              "monitor-busy",
              "vfio-files-forbidden",
              "device-not-on-vfio",
              "vfio-denylist",
              "sysfs-forbidden",
              "kernel-lockdown"),
          shows(
              "The device does not reset, and the second start fails",
              "no-reset-method",
              "reset-hits-others",
              "reset-never-ready",
              "device-does-not-wake",
              "reset-failed",
              "host-driver-failed",
              "dma-fault"),
          shows(
                  "VFs cannot be made, or are gone after a restart",
                  "vf-count-not-zero",
                  "vf-count-too-high",
                  "vf-driver-missing",
                  "vf-fewer-than-asked",
                  "vf-no-address-space",
                  "vf-no-bus-numbers",
                  "vf-resources-short",
                  "vf-device-not-ready",
                  "pf-down",
                  "pf-has-vfs",
                  "vf-token-needed")
              .butAlso(
                  "That VFs do not outlive a restart is no error to anybody: they have to be made"
                      + " anew at each boot, after the PF is up and before guests start."),
          shows(
                  "Addresses or names changed, and another device was given",
                  "device-gone",
                  "new-id-exists")
              .butAlso(
                  "Where another device sits at the old address now, nothing says so. Compare its"
                      + " serial number or MAC address: lend show DEVICE."),
          shows(
              "A VF has no MAC address, another one each time, or loses it",
              "vf-mac-missing",
              "vf-mac-fixed-by-host",
              "vf-not-on-net-driver"),
          shows(
              "One device is given to two guests",
              "group-held",
              "vfs-in-guests",
              "device-id-taken"),
          shows(
                  "A crash in the middle leaves a device on no driver",
                  "driver-did-not-take",
                  "not-on-that-driver")
              .butAlso(
                  "The device itself says nothing: it is just not there. lend status shows what is"
                      + " not as it should be, and the next change, or lend recover, ends what Lend"
                      + " had begun."),
          shows(
              "The guest does not let the device go",
              "unplug-unanswered",
              "unplug-refused",
              "unplug-under-way",
              "guest-busy",
              "no-such-device-in-guest"),
          shows(
              "A guest with a device cannot be migrated",
              "migration-blocked",
              "failover-not-paired"),
          shows(
              "Not enough memory, or it cannot be locked",
              "memlock",
              "guest-memory-missing",
              "dma-mappings-used-up",
              "dma-mapping-refused"),
          shows(
              "The group can only be split with an ACS override",
              "acs-override-in-use",
              "not-isolated-by-acs"),
          shows("A guest and its device are on different NUMA nodes", "numa-far")
              .butAlso(
                  "It works, only slower, and the kernel does not say so. lend show DEVICE names"
                      + " the node that the device is on; pin the guest's processors and memory"
                      + " there."),
          shows(
              "The device's memory has no room, or the console uses it",
              "bar-reserved",
              "bar-no-room",
              "rom-unreadable"),
          shows("The firmware keeps memory for the device", "rmrr", "iommu-refuses-group"),
          shows(
              "A VF setting does not work with this card",
              "vf-setting-unsupported",
              "vf-rate-without-link",
              "vf-not-trusted",
              "vf-still-in-reset",
              "vf-malicious",
              "pf-down"),
          shows("A bridge on the PF and a VF of it cannot talk", "bridge-beside-vf", "vf-spoofing")
              .butAlso(
                  "Mostly without a message: the card's switch does not know the MAC addresses"
                      + " behind the bridge. Tell it each of them: bridge fdb add MAC dev"
                      + " PF-INTERFACE."),
          shows(
                  "The host is taken down for maintenance under running guests",
                  "guest-ended-with-device")
              .butAlso(
                  "Mostly nothing warns of it. lend status lists which guests have which devices: take"
                      + " them back, or move those guests, first."),
          shows(
                  "The guest has no free slot, or the VF is on another network",
                  "no-free-slot",
                  "no-hotplug-slot",
                  "no-such-bus")
              .butAlso(
                  "A VF on the wrong network works in every way but that nobody answers: see which"
                      + " PF it is of (lend tree), and where that PF's cable goes."),
          shows("A card with hundreds of VFs", "vf-list-truncated"),
          shows("Interrupt remapping is missing", "no-interrupt-remapping"));
}
