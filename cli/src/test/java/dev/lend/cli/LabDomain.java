package dev.lend.cli;

/** A small domain of libvirt's in the lab: a q35 with two free root ports. */
final class LabDomain {
  /** The port of the host's vsock at which its guest says that it is up. */
  static final String READY = "10900";

  private LabDomain() {}

  /**
   * Its definition.
   *
   * @param cid the guest's address on vsock, one for each that runs
   */
  static String xml(String name, int cid) {
    return """
    <domain type='kvm'>
      <name>NAME</name><memory unit='MiB'>256</memory><vcpu>1</vcpu>
      <os>
        <type arch='x86_64' machine='q35'>hvm</type>
        <kernel>/run/lab/boot/vmlinux</kernel><initrd>/run/lab/boot/guest.initrd</initrd>
        <cmdline>quiet panic=-1 tsc=reliable no_timer_check nokaslr cryptomgr.notests mitigations=off lend.name=NAME lend.ready=READY</cmdline>
      </os>
      <features><acpi/><smm state='off'/></features>
      <cpu mode='host-passthrough' check='none'/>
      <devices>
        <controller type='usb' model='none'/>
        <controller type='pci' index='0' model='pcie-root'/>
        <controller type='pci' index='1' model='pcie-root-port'/>
        <controller type='pci' index='2' model='pcie-root-port'/>
        <controller type='pci' index='3' model='pcie-root-port'/>
        <vsock model='virtio'><cid auto='no' address='CID'/></vsock>
        <memballoon model='none'/>
      </devices>
    </domain>
    """
        .replace("NAME", name)
        .replace("READY", READY)
        .replace("CID", "" + cid);
  }

  /** Shell text that starts the domain $1 with the address $2, and waits until its guest is up. */
  static String start(String how) {
    return """
    mkdir -p "/run/guest/$1"
    rm -f "/run/guest/$1/ready"
    timeout 300 socat -u VSOCK-LISTEN:READY "CREATE:/run/guest/$1/ready" &
    HOW
    wait $!
    # By these, "guest run" finds it.
    cp "/run/libvirt/qemu/$1.pid" "/run/guest/$1/pid"
    echo "$2" > "/run/guest/$1/cid"
    """
        .replace("READY", READY)
        .replace("HOW", how);
  }
}
