package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.GuestMemory;
import dev.lend.model.KernelTask;
import dev.lend.model.LockLimit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How a host stands to the memory of a guest (proc(5); kernel: admin-guide/cgroup-v2.rst). */
public final class MemoryReader {
  private static final String HOST = "this host";
  private static final String GROUPS = "sys/fs/cgroup";
  private static final long KIB = 1024;

  /** The bit of {@code CAP_IPC_LOCK} (kernel: {@code include/uapi/linux/capability.h}). */
  private static final long IPC_LOCK = 1L << 14;

  /** That of {@code CAP_SYS_RESOURCE}. */
  private static final long RESOURCE = 1L << 24;

  private final KernelReader kernel;

  /** Reads through that port. */
  public MemoryReader(KernelReader kernel) {
    this.kernel = kernel;
  }

  /** For the guest of a process; empty where the process or the host's memory cannot be seen. */
  public Optional<GuestMemory.Place> of(long pid) {
    String status = kernel.read("proc/" + pid + "/status").or("");
    String host = kernel.read("proc/meminfo").or("");
    OptionalLong resident = kib(status, "VmRSS");
    OptionalLong available = kib(host, "MemAvailable");
    if (resident.isEmpty() || available.isEmpty()) {
      return Optional.empty();
    }
    // Huge pages are counted apart, of the process and of the host.
    long huge = kib(status, "HugetlbPages").orElse(0);
    long freeHuge =
        number(line(host, "HugePages_Free")).orElse(0) * kib(host, "Hugepagesize").orElse(0);
    return Optional.of(
        bounded(
            pid,
            new GuestMemory.Place(
                resident.getAsLong() + huge,
                // By VFIO's containers, or by iommufd.
                Math.max(kib(status, "VmLck").orElse(0), kib(status, "VmPin").orElse(0)),
                available.getAsLong() + (huge > 0 ? freeHuge : 0),
                HOST,
                lockable(pid, status),
                pid,
                raisable(pid))));
  }

  /**
   * For a guest that this process is about to start.
   *
   * @param lockable how much it may lock; empty where any amount
   */
  public Optional<GuestMemory.Place> ofNew(OptionalLong lockable) {
    long self = ProcessHandle.current().pid();
    boolean any = unheeding(read("proc/" + self + "/status"));
    OptionalLong limit = any ? OptionalLong.empty() : lockable;
    OptionalLong available = kib(kernel.read("proc/meminfo").or(""), "MemAvailable");
    return available.isEmpty()
        ? Optional.empty()
        : Optional.of(
            bounded(self, new GuestMemory.Place(0, 0, available.getAsLong(), HOST, limit, 0)));
  }

  /** The least that any of the control groups around a process leaves. */
  private GuestMemory.Place bounded(long pid, GuestMemory.Place place) {
    String group = "";
    for (String line : kernel.read("proc/" + pid + "/cgroup").or("").split("\n", -1)) {
      group = line.startsWith("0::/") ? line.substring(3) : group;
    }
    GuestMemory.Place least = place;
    while (group.length() > 1) {
      OptionalLong most = number(read(GROUPS + group + "/memory.max"));
      OptionalLong now = number(read(GROUPS + group + "/memory.current"));
      if (most.isPresent() && now.isPresent()) {
        long left = Math.max(0, most.getAsLong() - now.getAsLong());
        least = left < least.available() ? least.within(left, "its control group " + group) : least;
      }
      group = group.substring(0, group.lastIndexOf('/'));
    }
    return least;
  }

  /** Its limit, where this process may raise that: as root, outside most containers. */
  private Optional<GuestMemory.Raisable> raisable(long pid) {
    String line = limits(pid);
    List<String> words = Facts.words(line);
    Optional<KernelTask> task = new Tasks(kernel).find(pid);
    if (!capable(read("proc/self/status"), RESOURCE) || words.size() < 2 || task.isEmpty()) {
      return Optional.empty();
    }
    LockLimit limit =
        new LockLimit(
            number(words.get(0)).orElse(LockLimit.NONE),
            number(words.get(1)).orElse(LockLimit.NONE));
    return Optional.of(new GuestMemory.Raisable(task.get(), limit));
  }

  /** The soft limit, the hard one, and the unit. */
  private String limits(long pid) {
    String name = "Max locked memory";
    for (String line : read("proc/" + pid + "/limits").split("\n", -1)) {
      if (line.startsWith(name)) {
        return line.substring(name.length());
      }
    }
    return "";
  }

  /** The soft limit, which a process with {@code CAP_IPC_LOCK} need not heed. */
  private OptionalLong lockable(long pid, String status) {
    if (unheeding(status)) {
      return OptionalLong.empty();
    }
    return number(limits(pid));
  }

  /** True for a process that no limit of locked memory holds. */
  private static boolean unheeding(String status) {
    return capable(status, IPC_LOCK);
  }

  private static boolean capable(String status, long capability) {
    Optional<Long> all = Facts.hex(line(status, "CapEff").strip());
    return all.isPresent() && (all.get() & capability) != 0;
  }

  private String read(String path) {
    return kernel.read(path) instanceof Fact.Known<String>(String text) ? text : "";
  }

  /** {@code VmRSS: 1234 kB}, in bytes. */
  private static OptionalLong kib(String text, String name) {
    OptionalLong value = number(line(text, name));
    return value.isEmpty() ? value : OptionalLong.of(value.getAsLong() * KIB);
  }

  /** The number that a text begins with; empty for {@code max}, {@code unlimited} and nothing. */
  private static OptionalLong number(String text) {
    List<String> words = Facts.words(text);
    Optional<Long> value = words.isEmpty() ? Optional.empty() : Facts.decimal(words.getFirst());
    return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
  }

  private static String line(String text, String name) {
    for (String line : text.split("\n", -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1);
      }
    }
    return "";
  }
}
