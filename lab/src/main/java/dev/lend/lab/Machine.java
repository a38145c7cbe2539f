package dev.lend.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments that make QEMU the lab host. Device addresses are given, not left to QEMU, so that
 * documentation and tests can name them.
 */
final class Machine {
  /** Sparse files that {@link Boot} makes for the emulated disks, in {@link #disks}. */
  static final List<String> DISKS = List.of("nvme.img", "hba.img", "sharing.img");

  /** The kernel's word for the lab's first program: what is written stays. */
  static final String KEEP_WORD = "lend.keep";

  private static final String MANAGEMENT_MAC = "52:54:00:1a:b0:01";
  private static final String PEER_MAC = "52:54:00:1a:b0:02";

  private static final String KERNEL_WORDS =
      "console=ttyS0 intel_iommu=on iommu=pt mitigations=off panic=-1 quiet tsc=reliable no_timer_check"
          + " cryptomgr.notests nokaslr modprobe.blacklist=iTCO_wdt,lpc_ich,sg,pcspkr";

  private static final int SCALE_CONTROLLERS = 8;

  private final LabOptions options;
  private final List<String> arguments = new ArrayList<>();
  private int wires;

  private Machine(LabOptions options) {
    this.options = options;
  }

  /**
   * Where the disks' files lie, relative to the run folder: those of a kept lab outlive a start.
   */
  static Path disks(LabOptions options) {
    return options.keep() ? Kept.FOLDER : Path.of("");
  }

  /**
   * The arguments after the program's name. Relative paths in them are in the lab's run folder,
   * which must be QEMU's working folder.
   *
   * @param run the lab's run folder, absolute
   * @param aot folder with the JVM's start-up cache; may be empty of files
   */
  static List<String> arguments(LabOptions options, Image image, Path run, Path aot) {
    Machine machine = new Machine(options);
    machine.board(image, run);
    switch (options.profile()) {
      case STANDARD -> machine.standard();
      case SCALE -> machine.scale();
    }
    machine.share("boot", image.boot());
    machine.share("aot", aot);
    options.dist().ifPresent(folder -> machine.share("dist", folder));
    options.share().ifPresent(folder -> machine.share("share", folder));
    machine.arguments.addAll(options.extraQemu());
    return List.copyOf(machine.arguments);
  }

  private void board(Image image, Path run) {
    Path data = image.tree().resolve("usr/share");
    add("-L", data.resolve("qemu").toString(), "-L", data.resolve("seabios").toString());
    add("-name", "lend-lab-" + options.name(), "-nodefaults", "-display", "none", "-no-reboot");
    add("-daemonize", "-pidfile", "qemu.pid");
    // Left out because they only cost time at each start: system management mode, and the chipset's
    // SATA and SMBus.
    add("-machine", "q35,accel=tcg,kernel-irqchip=split,smm=off,sata=off,smbus=off", "-cpu", "max");
    add("-smp", Integer.toString(options.cpus()), "-m", Integer.toString(options.memoryMiB()));
    add("-kernel", escaped(image.kernel()), "-initrd", image.initrd().toString());
    add("-append", options.keep() ? KERNEL_WORDS + " " + KEEP_WORD : KERNEL_WORDS);
    // A reboot is a new QEMU; what the console said before stays readable.
    add(
        "-chardev",
        "socket,id=console,path=console.sock,server=on,wait=off,logfile=console.log,logappend=on");
    add("-serial", "chardev:console");
    add("-qmp", "unix:qmp.sock,server=on,wait=off");
    for (String key : List.of("host_key", "authorized_keys")) {
      add("-fw_cfg", "name=opt/lend/" + key + ",file=" + escaped(run.resolve(key)));
    }
    // The disk is read-only and shared by all labs; QEMU's own lock would let only one use it.
    add(
        "-drive",
        "if=none,id=root,format=raw,readonly=on,file.locking=off,file=" + escaped(image.disk()));
    add("-device", "virtio-blk-pci,drive=root,addr=0x2");
    if (options.keep()) {
      disk("kept", Kept.DISK);
      // The second of its kind, and where no other device's address changes for it.
      add("-device", "virtio-blk-pci,drive=kept,addr=0x1a");
    }
    add("-netdev", "user,id=management,hostfwd=tcp:127.0.0.1:0-:22");
    add("-device", "virtio-net-pci,netdev=management,mac=" + MANAGEMENT_MAC + ",addr=0x3,romfile=");
  }

  private void standard() {
    // intremap: without interrupt remapping vfio refuses a device.
    add("-device", "intel-iommu,intremap=on,caching-mode=on");
    nic("virtio-net-pci", "addr=0x4", PEER_MAC);
    port(1, 0x10);
    port(2, 0x11);
    nic("igb", "bus=rp" + options.cardSlot(), "52:54:00:1a:b1:01");
    nic("e1000e", "bus=rp" + (3 - options.cardSlot()), "52:54:00:1a:b2:01");
    port(3, 0x12);
    add("-device", "pcie-pci-bridge,bus=rp3,id=bridge");
    nic("rtl8139", "bus=bridge,addr=1", "52:54:00:1a:b3:01");
    nic("e1000", "bus=bridge,addr=2", "52:54:00:1a:b4:01");
    port(4, 0x13);
    disk("nvme", "nvme.img");
    add("-device", "nvme,bus=rp4,drive=nvme,serial=lend-nvme");
    port(5, 0x14);
    add("-device", "megasas,id=hba,bus=rp5");
    disk("hba", "hba.img");
    add("-device", "scsi-hd,bus=hba.0,drive=hba");
    port(6, 0x15);
    add("-device", "qemu-xhci,id=usb,bus=rp6", "-device", "usb-kbd,bus=usb.0");
    add("-audiodev", "none,id=quiet", "-device", "ich9-intel-hda,id=sound,addr=0x1b");
    add("-device", "hda-output,bus=sound.0,audiodev=quiet");
    // The display that the firmware starts with; its ROM would only cost time.
    add("-device", "VGA,id=display,addr=0x1c,romfile=");
    port(7, 0x16);
    sharingController();
  }

  /** An NVMe controller with VFs, which reach the same namespace as it does. */
  private void sharingController() {
    add("-device", "nvme-subsys,id=subsystem");
    // What the VFs are given comes from the flexible queues (vq) and interrupts (vi): two queue
    // pairs, with the admin queue, and one interrupt for each, or twice that for two of them. The
    // others are the controller's own.
    add(
        "-device",
        "nvme,id=sharing,bus=rp7,subsys=subsystem,serial=lend-nvme-sriov,sriov_max_vfs=4,"
            + "sriov_vq_flexible=8,sriov_vi_flexible=4,sriov_max_vq_per_vf=4,sriov_max_vi_per_vf=2,"
            + "max_ioqpairs=12,msix_qsize=10");
    disk("namespace", "sharing.img");
    add("-device", "nvme-ns,bus=sharing,drive=namespace,nsid=1,shared=on");
  }

  /**
   * A disk's file. Writes are in the file once the lab host has flushed its disk, and the machine's
   * kernel then has them on its own: what is synced in there survives a power cut, here and there.
   */
  private void disk(String id, String file) {
    add(
        "-drive",
        "if=none,id=%s,format=raw,cache=writeback,file=%s"
            .formatted(id, disks(options).resolve(file)));
  }

  private void scale() {
    add("-device", "virtio-iommu-pci,addr=0x1");
    for (int i = 1; i <= SCALE_CONTROLLERS; i++) {
      port(i, 0xf + i);
      add("-device", "nvme-subsys,id=subsystem" + i);
      // Each VF takes two queues and one interrupt from these pools.
      add(
          "-device",
          ("nvme,bus=rp%d,subsys=subsystem%d,serial=lend-nvme%d,sriov_max_vfs=127,"
                  + "sriov_vq_flexible=254,sriov_vi_flexible=127,max_ioqpairs=256,msix_qsize=130")
              .formatted(i, i, i));
    }
  }

  /** A PCIe root port; what is behind it is alone in its IOMMU group. */
  private void port(int number, int slot) {
    add(
        "-device",
        "pcie-root-port,id=rp%d,chassis=%d,slot=%d,addr=0x%x"
            .formatted(number, number, number, slot));
  }

  /** A NIC on the lab's one switch. romfile= keeps its boot ROM out, which costs seconds. */
  private void nic(String model, String where, String mac) {
    int wire = wires++;
    add("-netdev", "hubport,hubid=1,id=wire" + wire);
    add("-device", "%s,%s,netdev=wire%d,mac=%s,romfile=".formatted(model, where, wire, mac));
  }

  private void share(String tag, Path folder) {
    add(
        "-fsdev",
        "local,id=%s,path=%s,security_model=none,readonly=on,multidevs=remap"
            .formatted(tag, escaped(folder.toAbsolutePath())));
    add("-device", "virtio-9p-pci,fsdev=%s,mount_tag=%s".formatted(tag, tag));
  }

  /** QEMU splits option values at commas; a doubled one is a comma. */
  private static String escaped(Path path) {
    return path.toString().replace(",", ",,");
  }

  private void add(String... words) {
    arguments.addAll(List.of(words));
  }
}
