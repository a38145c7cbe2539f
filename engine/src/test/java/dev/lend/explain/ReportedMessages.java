package dev.lend.explain;

/** Messages as people pasted them into public issues, or as the programs' sources have them. */
final class ReportedMessages {
  /** The name of the error, and the message. */
  static final String ALL =
      """
      group-not-viable qemu-system-x86_64: -device vfio-pci,host=01:00.0,multifunction=on: vfio error: 0000:01:00.0: group 1 is not viable
      group-not-viable LibvirtError(Code=1, Domain=10, Message='internal error: qemu unexpectedly closed the monitor: 2021-11-03T08:06:48.563014Z qemu-kvm: -device vfio-pci,host=0000:01:00.0,id=ua-gpu1,bus=pci.5,addr=0x0: vfio 0000:01:00.0: group 1 is not viable\\nPlease ensure all devices within the iommu_group are bound to their vfio bus driver.')
      group-not-viable Please ensure all devices within the iommu_group are bound to their vfio bus driver.
      group-not-viable EAL: 0000:44:00.3 VFIO group is not viable! Not all devices in IOMMU group bound to VFIO or unbound
      group-in-two-address-spaces QMP command failed: vfio 0000:01:00.1: group 1 used in multiple address spaces: unknown
      no-interrupt-remapping vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module param "allow_unsafe_interrupts" to enable VFIO IOMMU support on this platform
      rmrr vfio-pci 0000:00:02.0: Firmware has requested this device have a 1:1 IOMMU mapping, rejecting configuring the device without a 1:1 mapping. Contact your platform vendor.
      iommu-refuses-group qemu-system-x86_64: -device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:03:00.0: vfio 0000:03:00.0: failed to setup container for group 15: Failed to set iommu for container: Operation not permitted
      no-iommu error: VFIO device assignment is currently not supported on this system
      no-iommu vfio 0000:01:00.0: no iommu_group found: No such file or directory
      vfio-module-missing Could not open '/dev/vfio/vfio': No such file or directory
      vfio-module-missing vfio 0000:01:00.0: failed to setup container for group 1: No available IOMMU models
      vfio-module-missing The kernel module vfio-pci cannot be loaded: /sys/module/vfio-pci: Operation not permitted. It belongs to the kernel's own package.
      device-not-on-vfio vfio 0000:01:00.0: error getting device from group 14: No such device
      device-not-on-vfio Verify all devices in group 14 are bound to vfio-<bus> or pci-stub and not already in use
      vfio-files-forbidden qemu-system-x86_64: -device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:03:00.0: vfio 0000:03:00.0: failed to open /dev/vfio/15: Permission denied
      group-held Error: unable to start guest: could not open '/dev/vfio/15': Device or resource busy
      group-held error: Requested operation is not valid: PCI device 0000:03:10.1 is in use by driver QEMU, domain vm1
      group-held 0000:02:00.0 is still held by qemu-system-x86 (pid 812): stop it, or have it let the device go, then try again.
      unbind-waits-for-guest vfio-pci 0000:01:10.0: No device request channel registered, blocked until released by user
      unbind-waits-for-guest vfio-pci 0000:01:10.0: Relaying device request to user (#10)
      kernel-does-not-answer [  242.1] INFO: task kworker/0:2:88 blocked for more than 241 seconds.
      kernel-does-not-answer 02:00.0 is stuck: /sys/bus/pci/drivers/e1000e/unbind: no answer from the kernel in 30000 ms (echo 0000:02:00.0 > /sys/bus/pci/drivers/e1000e/unbind).
      kernel-does-not-answer 02:00.0 is held up: the kernel has not answered echo 0000:02:00.0 > /sys/bus/pci/drivers/e1000e/unbind since 2026-11-22T12:00:00Z (process 812, state D (waits and cannot be killed)).
      unbind-waits-for-guest 01:10.0 is stuck: /sys/bus/pci/drivers/vfio-pci/unbind: no answer from the kernel in 30000 ms (echo 0000:01:10.0 > /sys/bus/pci/drivers/vfio-pci/unbind); it is held by qemu-system-x86 (pid 812).
      sysfs-forbidden The kernel refused a change to 0000:02:00.0: /sys/bus/pci/devices/0000:02:00.0/driver_override: Read-only file system. Run as root, outside of any container.
      not-on-that-driver The kernel refused a change to 0000:02:00.0: /sys/bus/pci/drivers/e1000e/unbind: No such device.
      new-id-exists ./bind.sh: line 7: /sys/bus/pci/drivers/vfio-pci/new_id: File exists
      host-driver-failed nouveau: probe of 0000:01:00.0 failed with error -12
      host-driver-failed amdgpu 0000:07:00.0: probe with driver amdgpu failed with error -22
      bar-reserved vfio-pci 0000:c3:00.0: BAR 0: can't reserve [mem 0x2800000000-0x2fffffffff 64bit pref]
      device-gone error: Device 0000:01:00.0 not found: could not access /sys/bus/pci/devices/0000:01:00.0/config: No such file or directory
      vf-count-not-zero write /sys/class/net/ens5f0/device/sriov_numvfs: device or resource busy
      vf-count-not-zero igb 0000:01:00.0: 4 VFs already enabled. Disable before enabling 7 VFs
      vf-count-too-high i40e 0000:02:00.0: Unable to enable 128 VFs. Limited to 64 VFs due to device resource constraints.
      vf-count-too-high ice 0000:17:00.0: Can't enable 300 VFs, max VFs supported is 256
      vf-driver-missing vfio-pci 0000:01:00.0: driver does not support SR-IOV configuration via sysfs
      vf-no-address-space write /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs: cannot allocate memory
      vf-no-bus-numbers ixgbe 0000:03:00.0: SR-IOV: bus number out of range
      vfs-in-guests i40e 0000:02:00.0: Unable to free VFs because some are assigned to VMs.
      vfs-in-guests igb 0000:01:00.0: Cannot deallocate SR-IOV virtual functions while they are assigned - VFs will not be deallocated
      pf-down ixgbe 0000:03:00.0: PF still in reset state. Is the PF interface up?
      pf-down error: internal error: Unable to configure VF 3 of PF 'p4p1' because the PF is not online. Please change host network config to put the PF online.
      pf-down igb 0000:01:00.0: The VF MAC address has been set, but the PF device is not up.
      vf-not-trusted ice 0000:17:00.0: Can't add more MAC addresses, because VF-3 is not trusted, switch the VF to trusted mode in order to add more functionalities
      vf-still-in-reset i40e 0000:02:00.0: VF 0 still in reset. Try again.
      vf-setting-unsupported RTNETLINK answers: Operation not supported
      vf-setting-unsupported ixgbe 0000:03:00.0: NDO set VF 2 link state 1 - not supported
      vf-mac-fixed-by-host i40e 0000:02:00.0: VF attempting to override administratively set MAC address, bring down and up the VF interface to resume normal operation
      vf-mac-missing iavf 0000:02:02.0: Invalid MAC address 00:00:00:00:00:00, using random
      vf-spoofing ixgbe 0000:03:00.0 eth2: 3 Spoofed packets detected
      memlock vfio_pin_pages_remote: RLIMIT_MEMLOCK (65536) exceeded
      memlock vfio_pin_page_external: Task qemu-system-x86 (2296) RLIMIT_MEMLOCK (65536) exceeded
      memlock qemu-system-x86_64: -device vfio-pci,host=0000:07:00.0,id=hostdev0,bus=pci.2,addr=0x0: VFIO_MAP_DMA failed: Cannot allocate memory
      memlock Region ram-node0: vfio_container_dma_map(0x5581, 0x0, 0x80000000, 0x7f00) = -12 (Cannot allocate memory)
      memlock cannot limit locked memory of process to 18253611008: Operation not permitted
      dma-mapping-refused VFIO_MAP_DMA failed: Bad address
      bar-no-room NVRM: This PCI I/O region assigned to your NVIDIA device is invalid:
      bar-no-room Failed moving device BAR: failed allocating new MMIO range: 0xe7f00000->0x0(0x80000)
      no-reset-method vfio: Cannot reset device 0000:04:02.0, no available reset mechanism.
      reset-hits-others vfio: Cannot reset device 0000:01:00.0, depends on device 0000:01:00.1 which is not owned.
      reset-hits-others error: internal error: Unable to reset PCI device 0000:01:00.0: internal error: Active 0000:01:00.1 devices on bus with 0000:01:00.0, not doing bus reset
      reset-never-ready nvidia 0000:01:00.0: not ready 65535ms after resume; giving up
      device-does-not-wake vfio: Unable to power on device, stuck in D3
      device-does-not-wake vfio-pci 0000:0a:00.0: Refused to change power state, currently in D3
      no-hotplug-slot Bus 'pcie.0' does not support hotplugging
      no-free-slot PCI: no slot/function available for vfio-pci, all in use or reserved
      no-free-slot error: internal error: No more available PCI slots
      qemu-ended error: Failed to create domain: internal error: qemu unexpectedly closed the monitor
      qemu-ended virError(Code=38, Domain=0, Message='Domain not found: monitor closed')
      qemu-ended nobody listens at /run/web1/qmp.sock
      monitor-busy error: Timed out during operation: cannot acquire state change lock (held by monitor=qemuProcessEventHandler)
      unplug-refused Guest qmp:/run/web1/qmp.sock refused to let 0000:01:10.0 go: its driver or a program in it is using the device.
      guest-busy internal error: unable to execute QEMU command 'device_del': Hot-unplug failed: guest is busy\\n(power indicator blinking)
      migration-blocked 0000:00:02.1: VFIO migration is not supported in kernel
      dma-fault vfio-pci 0000:0c:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0015 address=0xfffffffdf8030000 flags=0x0020]
      """;

  private ReportedMessages() {}
}
