package dev.lend.sysfs;

import dev.lend.model.Dependent;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SettingOwner;
import dev.lend.model.SriovRole;
import dev.lend.sysfs.RecordingKernel.Use;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * Packs the part of a host that Lend's reading commands look at, so that they say the same of it
 * somewhere else with {@code --root}. Which files these are is found by running the commands'
 * reading halves and recording what they ask for: no list that could fall behind.
 *
 * <p>Serial numbers, the card's half of hardware addresses, unknown parts of configuration space,
 * other programs' command lines, remote mounts and the list of packages stay out (see {@link
 * Redaction}). Network addresses, names of interfaces, disks and guests, and mount points are kept.
 *
 * <p>Files in which other programs are told to set VFs stay out as a whole, for they hold passwords
 * of networks and what else people write into scripts. Only what Lend found in them is kept, in its
 * own words (see {@link CapturedOwners}); of the kernel's log, only lines about VFs.
 */
public final class Capture {
  /** As the kernel's own limit (kernel: {@code include/linux/namei.h}, MAXSYMLINKS). */
  private static final int MOST_LINKS = 40;

  private final RecordingKernel recording;
  private final KernelReader kernel;
  private final Redaction redaction;
  private final Set<String> nodes = new HashSet<>();
  private final SortedMap<String, Entry> entries = new TreeMap<>();
  private final Map<String, Fact<String>> links = new HashMap<>();

  /** What a path holds in the archive. */
  private sealed interface Entry {
    record Directory() implements Entry {}

    record Link(String target) implements Entry {}

    record Content(byte[] bytes) implements Entry {}
  }

  /** What is read and kept besides what this package reads: what netlink tells. */
  public interface More {
    /**
     * Reads what other commands read, through a kernel that remembers what it is asked. Only what
     * it asks of the kernel is kept, not of other programs' files.
     */
    void read(KernelReader kernel, HostSnapshot host);

    /** What is kept that the kernel has in no file, by path in the archive. */
    Map<String, byte[]> kept(HostSnapshot host);

    /** Nothing more. */
    static More none() {
      return new More() {
        @Override
        public void read(KernelReader kernel, HostSnapshot host) {}

        @Override
        public Map<String, byte[]> kept(HostSnapshot host) {
          return Map.of();
        }
      };
    }
  }

  private Capture(RecordingKernel recording, boolean serials) {
    this.recording = recording;
    this.kernel = recording.kernel();
    this.redaction = new Redaction(serials);
  }

  /**
   * Writes a gzipped tar archive of a host.
   *
   * @param serials true to keep serial numbers and whole hardware addresses, and to read vital
   *     product data
   * @param more what else is read and kept
   * @return how many entries it has
   * @throws IOException {@code out} could not be written
   */
  public static int write(KernelReader kernel, boolean serials, More more, OutputStream out)
      throws IOException {
    RecordingKernel recording = new RecordingKernel(kernel);
    HostReader reader = new HostReader(recording);
    HostSnapshot read = reader.read(Scope.uses());
    HostSnapshot host = reader.around(read, read.functions().keySet(), Scope.uses());
    Readiness.examine(recording, host);
    PathFacts.vhostNet(recording);
    PathFacts.postsInterrupts(recording);
    DetailReader details = new DetailReader(recording);
    TrustReader trust = new TrustReader(recording);
    SriovReader vfs = new SriovReader(recording);
    for (PciFunction function : host.functions().values()) {
      trust.read(details.detail(host, function, serials));
      vfs.concerns(function);
      vfs.read(function);
    }
    RecordingKernel further = new RecordingKernel(kernel);
    more.read(further, host);
    further
        .asked()
        .forEach((path, use) -> {
          if (path.startsWith("sys/") || path.startsWith("proc/sys/")) {
            recording.note(path, use);
          }
        });
    Capture capture = new Capture(recording, serials);
    capture.vfs(host, more);
    for (PciAddress address : host.functions().keySet()) {
      for (Dependent dependent : host.surroundings().of(address)) {
        if (dependent instanceof Dependent.OpenFile file) {
          capture.nodes.add("/dev/" + file.node());
        }
      }
    }
    capture.collect();
    GZIPOutputStream zipped = new GZIPOutputStream(out);
    capture.pack(new TarWriter(zipped));
    zipped.finish();
    return capture.entries.size();
  }

  /** What others set of VFs, the log about VFs, and what netlink tells. */
  private void vfs(HostSnapshot host, More more) {
    SriovReader reader = new SriovReader(kernel);
    SortedMap<PciAddress, List<SettingOwner>> owners = new TreeMap<>();
    for (PciFunction function : host.functions().values()) {
      if (function.sriov() instanceof SriovRole.Physical) {
        owners.put(function.address(), reader.owners(host, function).owners());
      }
    }
    keep(CapturedOwners.PATH, CapturedOwners.write(owners));
    reader
        .said()
        .asOptional()
        .ifPresent(
            log -> keep(FileKernel.LOG, String.join("\n", log).getBytes(StandardCharsets.UTF_8)));
    more.kept(host).forEach(this::keep);
  }

  private void keep(String path, byte[] content) {
    for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      entries.putIfAbsent(path.substring(0, at), new Entry.Directory());
    }
    entries.put(path, new Entry.Content(content));
  }

  private void collect() {
    Set<String> holders = holders();
    for (Map.Entry<String, Use> asked : recording.asked().entrySet()) {
      String path = asked.getKey();
      if (!wanted(path, holders)) {
        continue;
      }
      place(path, asked.getValue());
      if (asked.getValue() == Use.LISTED && !path.startsWith("proc")) {
        for (String name : kernel.list(path).or(List.of())) {
          place(path + "/" + name, Use.LOOKED);
        }
      }
    }
  }

  /** Processes that hold devices; of the others nothing is kept. */
  private Set<String> holders() {
    Set<String> pids = new HashSet<>();
    for (String path : recording.asked().keySet()) {
      if (path.startsWith("proc/") && path.contains("/fd/") && device(path)) {
        pids.add(path.split("/")[1]);
      }
    }
    return pids;
  }

  private boolean device(String path) {
    return kernel.link(path) instanceof Fact.Known<String>(String target)
        && (target.startsWith("/dev/vfio/") || nodes.contains(target));
  }

  /** Who is logged in from where, what this host is called, and where its storage is. */
  private static boolean personal(String path) {
    return path.equals("etc/hosts")
        || path.equals("proc/sys/kernel/hostname")
        || path.startsWith("proc/net/tcp")
        || path.startsWith("proc/1/net/tcp")
        || path.startsWith("sys/class/iscsi_connection")
        || path.startsWith("sys/bus/rbd/")
        || path.startsWith("sys/class/nvme/") && path.endsWith("/address");
  }

  private boolean wanted(String path, Set<String> holders) {
    if (personal(path)) {
      return false;
    }
    if (!path.startsWith("proc/") || path.length() < 6 || !Character.isDigit(path.charAt(5))) {
      return true;
    }
    String[] parts = path.split("/");
    // Process 1 stands in for this host where /proc/self is missing.
    return parts[1].equals("1") && !parts[parts.length - 1].equals("cmdline")
        ? !path.contains("/fd") && !path.endsWith("/comm")
        : holders.contains(parts[1]) && (!path.contains("/fd/") || device(path));
  }

  /** Puts a path in, with the links and directories that lead to it. */
  private void place(String path, Use use) {
    List<String> rest = new ArrayList<>(List.of(path.split("/")));
    String at = "";
    int hops = 0;
    while (!rest.isEmpty()) {
      String name = rest.removeFirst();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      String next = at.isEmpty() ? name : at + "/" + name;
      if (links.computeIfAbsent(next, kernel::link) instanceof Fact.Known<String>(String target)) {
        entries.put(next, new Entry.Link(target));
        if (++hops > MOST_LINKS || rest.isEmpty() && use == Use.LOOKED && !follows(target)) {
          return;
        }
        at = target.startsWith("/") ? "" : at;
        rest.addAll(0, List.of(target.split("/")));
        continue;
      }
      at = next;
      if (!rest.isEmpty() && !entries.containsKey(at)) {
        if (!kernel.exists(at)) {
          return;
        }
        entries.putIfAbsent(at, new Entry.Directory());
      }
    }
    if (!at.isEmpty()) {
      leaf(at, use);
    }
  }

  /** Device nodes and anonymous files are named by a link and never opened. */
  private static boolean follows(String target) {
    return !target.startsWith("/dev/") && !target.contains(":[") && !target.contains(":/");
  }

  private void leaf(String path, Use use) {
    if (!kernel.exists(path)) {
      return;
    }
    if (use == Use.READ) {
      kernel
          .bytes(path)
          .asOptional()
          .ifPresent(bytes -> entries.put(path, new Entry.Content(redaction.clean(path, bytes))));
      return;
    }
    Entry shell =
        kernel.list(path) instanceof Fact.Known<List<String>>
            ? new Entry.Directory()
            : new Entry.Content(new byte[0]);
    entries.putIfAbsent(path, shell);
  }

  private void pack(TarWriter tar) throws IOException {
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      switch (entry.getValue()) {
        case Entry.Directory() -> tar.directory(entry.getKey());
        case Entry.Link(String target) -> tar.link(entry.getKey(), target);
        case Entry.Content(byte[] bytes) -> tar.file(entry.getKey(), bytes);
      }
    }
    tar.finish();
  }
}
