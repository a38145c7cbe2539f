package dev.lend.sysfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A host as files in a directory, laid out as sysfs and proc lay it out, with their relative links.
 */
public final class HostTree {
  private final Path root;

  /** An empty host in an empty directory. */
  public HostTree(Path root) {
    this.root = root;
    directory("sys/bus/pci/devices");
    directory("proc");
  }

  /** The directory. */
  public Path root() {
    return root;
  }

  /** Makes a directory and those above it. */
  public HostTree directory(String path) {
    try {
      Files.createDirectories(root.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Makes a file; attributes end with a line end, which is added. */
  public HostTree file(String path, String content) {
    return bytes(path, (content + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Makes a file of these bytes and no more. */
  public HostTree bytes(String path, byte[] content) {
    Path file = root.resolve(path);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Makes a link with this target as it is. */
  public HostTree link(String path, String target) {
    Path link = root.resolve(path);
    try {
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Makes a relative link to a path of the host. */
  public HostTree linkTo(String path, String target) {
    return link(path, Path.of(parent(path)).relativize(Path.of(target)).toString());
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  /**
   * Adds a function.
   *
   * @param parent where it hangs: {@code pci0000:00}, or below that a bridge
   * @param classCode six digits
   * @param id as {@code 8086:10c9}
   */
  public Device function(String parent, String address, String classCode, String id) {
    return new Device(this, "sys/devices/" + parent + "/" + address, address, classCode, id);
  }

  /** A function of the host; each method adds files. */
  public static final class Device {
    private final HostTree host;
    private final String path;
    private final String address;
    private final String uevent;

    private Device(HostTree host, String path, String address, String classCode, String id) {
      this.host = host;
      this.path = path;
      this.address = address;
      this.uevent =
          "PCI_CLASS="
              + classCode.replaceFirst("^0", "").toUpperCase(java.util.Locale.ROOT)
              + "\nPCI_ID="
              + id.toUpperCase(java.util.Locale.ROOT)
              + "\nPCI_SUBSYS_ID=0000:0000\nPCI_SLOT_NAME="
              + address;
      host.file(path + "/uevent", uevent)
          .file(path + "/class", "0x" + classCode)
          .file(path + "/vendor", "0x" + id.substring(0, 4))
          .file(path + "/device", "0x" + id.substring(5))
          .linkTo("sys/bus/pci/devices/" + address, path);
    }

    /** Where it is, from the root. */
    public String path() {
      return path;
    }

    /** Binds it. */
    public Device driver(String name) {
      host.directory("sys/bus/pci/drivers/" + name)
          .file(path + "/uevent", "DRIVER=" + name + "\n" + uevent)
          .linkTo(path + "/driver", "sys/bus/pci/drivers/" + name);
      return this;
    }

    /** Puts it into an IOMMU group. */
    public Device group(int number) {
      String group = "sys/kernel/iommu_groups/" + number;
      host.linkTo(group + "/devices/" + address, path).linkTo(path + "/iommu_group", group);
      return this;
    }

    /** Says its NUMA node. */
    public Device node(int number) {
      host.directory("sys/devices/system/node/node" + number)
          .file(path + "/numa_node", Integer.toString(number));
      return this;
    }

    /** Makes it a PF. */
    public Device sriov(int total) {
      host.file(path + "/sriov_totalvfs", Integer.toString(total));
      return this;
    }

    /** Makes {@code vf} its VF of that number. */
    public Device vf(int index, Device vf) {
      host.linkTo(path + "/virtfn" + index, vf.path).linkTo(vf.path + "/physfn", path);
      return this;
    }

    /**
     * Adds a network interface.
     *
     * @param below {@code net} or, for example, {@code virtio0/net}
     */
    public Device net(String below, String name, String mac, boolean up) {
      String net = path + "/" + below + "/" + name;
      host.file(net + "/address", mac)
          .file(net + "/flags", up ? "0x1003" : "0x1002")
          .file(net + "/operstate", up ? "up" : "down")
          .linkTo(net + "/device", parent(parent(net)))
          .linkTo("sys/class/net/" + name, net);
      return this;
    }

    /**
     * Adds a disk.
     *
     * @param below the directory that it is in, such as {@code nvme/nvme0}
     * @param number major:minor
     */
    public Device disk(String below, String name, String number, long bytes) {
      String disk = path + "/" + below + "/" + name;
      host.disk(disk, name, number, bytes);
      return this;
    }
  }

  /** Adds a disk at a path of its own. */
  public HostTree disk(String path, String name, String number, long bytes) {
    return file(path + "/dev", number)
        .file(path + "/size", Long.toString(bytes / 512))
        .directory(path + "/holders")
        .linkTo("sys/block/" + name, path)
        .linkTo("sys/class/block/" + name, path);
  }

  /** Adds a partition to a disk. */
  public HostTree partition(String disk, String name, String number) {
    String path = "sys/block/" + disk + "/" + name;
    return file(path + "/partition", "1")
        .file(path + "/dev", number)
        .directory(path + "/holders")
        .linkTo("sys/class/block/" + name, path);
  }

  /** Adds a device-mapper device over a disk or partition. */
  public HostTree mapped(String over, String name, String mapped, String number) {
    String path = "sys/devices/virtual/block/" + name;
    return disk(path, name, number, 1 << 20)
        .file(path + "/dm/name", mapped)
        .directory(path + "/slaves/" + over.substring(over.lastIndexOf('/') + 1))
        .linkTo("sys/block/" + over + "/holders/" + name, path);
  }

  /** Adds a software interface over others. */
  public HostTree upper(String name, String mac, String... lowers) {
    String path = "sys/devices/virtual/net/" + name;
    file(path + "/address", mac)
        .file(path + "/flags", "0x1003")
        .linkTo("sys/class/net/" + name, path);
    for (String lower : lowers) {
      linkTo("sys/class/net/" + lower + "/upper_" + name, path);
      linkTo(path + "/lower_" + lower, "sys/class/net/" + lower);
    }
    return this;
  }
}
