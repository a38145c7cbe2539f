package dev.lend.sysfs;

import dev.lend.model.BlockDevice;
import dev.lend.model.RemoteStorage;
import dev.lend.sysfs.Mounts.Mount;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the storage of other machines that this host uses, and where these are. */
final class NetStorage {
  private static final String BLOCK = "sys/block/";
  private static final String CONNECTIONS = "sys/class/iscsi_connection";
  private static final String CONTROLLERS = "sys/class/nvme/";

  /** File systems whose mount says {@code addr=} (nfs(5), mount.cifs(8)). */
  private static final Set<String> WITH_ADDRESS = Set.of("nfs", "nfs4", "cifs", "smb3");

  private final KernelReader kernel;
  private final Routes routes;
  private final List<RemoteStorage> found = new ArrayList<>();

  NetStorage(KernelReader kernel, Routes routes) {
    this.kernel = kernel;
    this.routes = routes;
  }

  /**
   * @param disks all of this host, of which those of other machines have no function
   */
  List<RemoteStorage> read(List<BlockDevice> disks) {
    mounts();
    for (BlockDevice disk : disks) {
      if (disk.function().isEmpty()) {
        disk(disk);
      }
    }
    return found;
  }

  private void mounts() {
    Mounts mounts = Mounts.read(kernel);
    Set<String> seen = new HashSet<>();
    for (Mount mount : mounts.all()) {
      for (String server : servers(mount)) {
        if (seen.add(mount.number() + " " + server)) {
          List<BlockDevice.What> uses = new ArrayList<>();
          mounts.pointsOf(mount).forEach(point -> uses.add(new BlockDevice.Mounted(point)));
          add(mount.type() + " " + mount.source(), server, uses);
        }
      }
    }
  }

  /** The addresses at which a mounted file system is; none for one of this machine. */
  private static List<String> servers(Mount mount) {
    List<String> servers = new ArrayList<>();
    if (WITH_ADDRESS.contains(mount.type())) {
      address(option(mount, "addr")).ifPresent(servers::add);
    } else if (mount.type().equals("ceph")) {
      // Old style: its monitors and a path. New style: they are an option (mount.ceph(8)).
      int path = mount.source().lastIndexOf(":/");
      String monitors = option(mount, "mon_addr").replace('/', ',');
      if (monitors.isEmpty() && path > 0) {
        monitors = mount.source().substring(0, path);
      }
      for (String monitor : monitors.split(",", -1)) {
        address(withoutPort(monitor)).ifPresent(servers::add);
      }
    } else if (mount.type().startsWith("fuse.") || mount.type().equals("9p")) {
      // sshfs and gluster: [USER@]HOST:PATH; 9p over TCP: HOST.
      String source = mount.source().substring(mount.source().indexOf('@') + 1);
      int end = source.indexOf(":/") < 0 ? source.lastIndexOf(':') : source.indexOf(":/");
      Optional<String> whole = address(source);
      (whole.isPresent() || end < 0 ? whole : address(source.substring(0, end)))
          .ifPresent(servers::add);
    }
    return servers;
  }

  private static String option(Mount mount, String name) {
    for (String option : mount.options().split(",", -1)) {
      if (option.startsWith(name + "=")) {
        return option.substring(name.length() + 1);
      }
    }
    return "";
  }

  /**
   * {@code 192.0.2.9} of {@code 192.0.2.9:6789}, {@code 2001:db8::9} of {@code [2001:db8::9]:3260}.
   */
  private static String withoutPort(String text) {
    int bracket = text.indexOf(']');
    if (text.startsWith("[") && bracket > 0) {
      return text.substring(1, bracket);
    }
    int colon = text.lastIndexOf(':');
    return colon > 0 && colon == text.indexOf(':') ? text.substring(0, colon) : text;
  }

  private static Optional<String> address(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    return bare.isEmpty() || ProcNet.bytes(bare).isEmpty() ? Optional.empty() : Optional.of(bare);
  }

  private void disk(BlockDevice disk) {
    String path = kernel.link(BLOCK + disk.name()).or("");
    List<BlockDevice.What> uses = disk.uses().stream().map(BlockDevice.Use::what).toList();
    for (String part : path.split("/", -1)) {
      int session = SysPath.numberAfter("session", part);
      if (session >= 0) {
        iscsi(disk.name(), session, uses);
      } else if (SysPath.numberAfter("nvme-subsys", part) >= 0) {
        for (String entry : Facts.names(kernel, "sys/class/nvme-subsystem/" + part)) {
          fabric(disk.name(), entry, uses);
        }
      } else if (path.contains("/nvme-fabrics/")) {
        fabric(disk.name(), part, uses);
      } else if (SysPath.numberAfter("rbd", part) >= 0) {
        // The number of the disk is that of the device (kernel: drivers/block/rbd.c).
        String monitors =
            kernel.read("sys/bus/rbd/devices/" + part.substring(3) + "/config_info").or("");
        int end = monitors.indexOf(' ');
        for (String monitor : monitors.substring(0, Math.max(0, end)).split(",", -1)) {
          address(withoutPort(monitor))
              .ifPresent(server -> add("the RBD disk " + disk.name(), server, uses));
        }
      }
    }
  }

  /**
   * kernel: {@code drivers/scsi/scsi_transport_iscsi.c}; connections are named by their session.
   */
  private void iscsi(String disk, int session, List<BlockDevice.What> uses) {
    for (String connection : Facts.names(kernel, CONNECTIONS)) {
      if (connection.startsWith("connection" + session + ":")) {
        String directory = CONNECTIONS + "/" + connection;
        Optional<String> server = address(kernel.read(directory + "/address").or(""));
        if (server.isEmpty()) {
          server = address(kernel.read(directory + "/persistent_address").or(""));
        }
        server.ifPresent(at -> add("the iSCSI disk " + disk, at, uses));
      }
    }
  }

  /** kernel: {@code drivers/nvme/host/fabrics.c}, nvmf_get_address. */
  private void fabric(String disk, String controller, List<BlockDevice.What> uses) {
    if (SysPath.numberAfter("nvme", controller) < 0) {
      return;
    }
    String address = kernel.read(CONTROLLERS + controller + "/address").or("");
    for (String part : address.split(",", -1)) {
      if (part.startsWith("traddr=")) {
        address(part.substring("traddr=".length()))
            .ifPresent(server -> add("the NVMe disk " + disk, server, uses));
      }
    }
  }

  private void add(String name, String server, List<BlockDevice.What> uses) {
    String text = name.contains(server) ? name : name + " at " + server;
    RemoteStorage remote = new RemoteStorage(text, server, uses, routes.towards(server));
    if (!found.contains(remote)) {
      found.add(remote);
    }
  }
}
