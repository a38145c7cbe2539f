package dev.lend.sysfs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Takes out of captured files what tells this machine, its owner or its secrets, and leaves what
 * Lend reads. What is not known to be harmless in a command line is left out, not the other way
 * round.
 */
final class Redaction {
  /** Kernel parameters that bear on devices, by name or, with a dot, by module. */
  private static final Set<String> PARAMETERS =
      Set.of(
          "amd_iommu",
          "default_hugepagesz",
          "efi",
          "hugepages",
          "hugepagesz",
          "initcall_blacklist",
          "intel_iommu",
          "intremap",
          "iommu",
          "kvm",
          "lockdown",
          "mem_encrypt",
          "mitigations",
          "module_blacklist",
          "modprobe.blacklist",
          "noapic",
          "nointremap",
          "nolapic",
          "nomodule",
          "nox2apic",
          "pci",
          "pcie_acs_override",
          "pcie_aspm",
          "pcie_port_pm",
          "vfio-pci",
          "vfio_pci",
          "vfio_iommu_type1",
          "video");

  private static final Set<String> IDENTITIES =
      Set.of(
          "serial",
          "wwid",
          "wwn",
          "uuid",
          "nguid",
          "eui",
          "product_uuid",
          "product_serial",
          "board_serial",
          "chassis_serial",
          "phys_switch_id",
          "phys_port_id");

  private static final Set<String> REMOTE_FILE_SYSTEMS =
      Set.of("nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "afs", "lustre", "glusterfs");

  private final boolean serials;

  /**
   * @param serials true to keep serial numbers and whole hardware addresses
   */
  Redaction(boolean serials) {
    this.serials = serials;
  }

  /** What goes into the archive for a file. */
  byte[] clean(String path, byte[] content) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (path.startsWith("sys/")) {
      return attribute(path, name, content);
    }
    if (path.startsWith("run/udev/data/")) {
      return contents(new String(content, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }
    if (!path.startsWith("proc/") && !path.equals("var/lib/dpkg/status")) {
      return content;
    }
    String text = new String(content, StandardCharsets.UTF_8);
    String clean =
        switch (name) {
          case "cmdline" -> path.equals("proc/cmdline") ? kernelWords(text) : guestWords(text);
          case "cpuinfo" -> serials ? text : withoutLines(text, "Serial");
          case "if_inet6", "ipv6_route" -> serials ? text : interfaceIds(text);
          case "mountinfo" -> mounts(text);
          case "mounts" -> "";
          case "status" -> packages(text);
          default -> text;
        };
    return clean.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] attribute(String path, String name, byte[] content) {
    if (name.equals("config")) {
      return new ConfigSpace(path, content).withoutIdentity(serials);
    }
    if (serials) {
      return content;
    }
    if (name.equals("address") && path.contains("/net/")) {
      return hardwareAddress(new String(content, StandardCharsets.UTF_8))
          .getBytes(StandardCharsets.UTF_8);
    }
    return IDENTITIES.contains(name) || name.equals("vpd") ? new byte[0] : content;
  }

  /** The first three octets tell the maker, the rest the one card (IEEE 802, OUI). */
  private static String hardwareAddress(String text) {
    StringBuilder clean = new StringBuilder(text);
    for (int i = 8; i < clean.length(); i++) {
      if (Character.digit(clean.charAt(i), 16) >= 0) {
        clean.setCharAt(i, '0');
      }
    }
    return clean.toString();
  }

  /**
   * An IPv6 address made from a hardware address has ff:fe in its middle (RFC 4291, appendix A).
   */
  private static String interfaceIds(String text) {
    StringBuilder clean = new StringBuilder(text);
    int start = 0;
    for (int i = 0; i <= clean.length(); i++) {
      if (i == clean.length() || Character.digit(clean.charAt(i), 16) < 0) {
        if (i - start == 32 && clean.substring(start + 22, start + 26).equals("fffe")) {
          clean.replace(start + 26, start + 32, "000000");
        }
        start = i + 1;
      }
    }
    return clean.toString();
  }

  private static String kernelWords(String text) {
    List<String> kept = new ArrayList<>();
    for (String word : Facts.words(text)) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      int dot = name.indexOf('.');
      if (PARAMETERS.contains(name) || dot > 0 && PARAMETERS.contains(name.substring(0, dot))) {
        kept.add(word);
      }
    }
    return String.join(" ", kept) + "\n";
  }

  /** Of a guest's process: what runs, and the guest's name. */
  private static String guestWords(String text) {
    List<String> words = List.of(text.split("\0", -1));
    StringBuilder kept = new StringBuilder(words.getFirst()).append('\0');
    for (int i = 1; i + 1 < words.size(); i++) {
      if (words.get(i).equals("-name") || words.get(i).equals("--name")) {
        kept.append("-name\0").append(words.get(i + 1)).append('\0');
      }
    }
    return kept.toString();
  }

  private static String withoutLines(String text, String start) {
    StringBuilder kept = new StringBuilder(text.length());
    for (String line : text.split("\n", -1)) {
      if (!line.startsWith(start)) {
        kept.append(line).append('\n');
      }
    }
    return kept.toString();
  }

  /**
   * Mount options can hold names and secrets of servers; only an overlay's are read (see
   * proc_pid_mountinfo(5) for the fields).
   */
  private static String mounts(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (String line : text.split("\n", -1)) {
      int dash = line.indexOf(" - ");
      List<String> tail = dash < 0 ? List.of() : Facts.words(line.substring(dash + 3));
      if (tail.size() < 2) {
        continue;
      }
      String type = tail.getFirst();
      boolean remote = REMOTE_FILE_SYSTEMS.contains(type) || type.startsWith("fuse");
      boolean overlay = type.equals("overlay") && tail.size() > 2;
      kept.append(line, 0, dash)
          .append(" - ")
          .append(type)
          .append(' ')
          .append(remote ? "none" : tail.get(1))
          .append(' ')
          .append(overlay ? tail.get(2) : "rw")
          .append('\n');
    }
    return kept.toString();
  }

  /** Of all that udev knows of a disk, such as its serial number, only what lies on it. */
  private static String contents(String text) {
    StringBuilder kept = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("E:ID_FS_TYPE=") || line.startsWith("E:ID_FS_LABEL=")) {
        kept.append(line).append('\n');
      }
    }
    return kept.toString();
  }

  /** Of all installed packages, the virtualization ones. */
  private static String packages(String text) {
    StringBuilder kept = new StringBuilder();
    for (String stanza : text.split("\n\n", -1)) {
      if (stanza.startsWith("Package: qemu-system-")
          || stanza.startsWith("Package: pve-qemu-kvm\n")) {
        kept.append(stanza).append("\n\n");
      }
    }
    return kept.toString();
  }
}
