package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.HostProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One walk over all processes: the device files and BPF links that they have open, and the
 * namespaces in which they live. It costs a look at every open file of the host.
 */
final class Processes {
  /** An open file of a process, by what its link in {@code /proc/PID/fd} says. */
  record Open(int pid, String fd, String target) {}

  private final KernelReader kernel;

  /** Programs by which people log in from elsewhere; OpenSSH names its parts. */
  private static final Set<String> LOGINS =
      Set.of("sshd", "sshd-session", "sshd-auth", "dropbear", "cockpit-tls", "cockpit-ws");

  /** Types of such file systems begin so. */
  private static final Set<String> SLOW =
      Set.of("nfs", "cifs", "smb", "ceph", "9p", "afs", "fuse", "virtiofs", "ocfs2", "gfs2");

  private final List<Open> opens = new ArrayList<>();
  private final Set<String> logins = new HashSet<>();
  private final Map<String, Integer> mountSpaces = new TreeMap<>();
  private final Map<String, Integer> netSpaces = new TreeMap<>();
  private final Map<String, List<String>> slow = new HashMap<>();
  private final Map<Integer, HostProcess> described = new HashMap<>();
  private int unseen;

  private Processes(KernelReader kernel) {
    this.kernel = kernel;
  }

  static Processes read(KernelReader kernel) {
    Processes processes = new Processes(kernel);
    pids(kernel).forEach(processes::process);
    return processes;
  }

  /** The numbers of all processes, in order. */
  static List<Integer> pids(KernelReader kernel) {
    List<Integer> pids = new ArrayList<>();
    for (String name : kernel.list("proc").or(List.of())) {
      int pid = SysPath.number(name, 0, name.length());
      if (pid > 0) {
        pids.add(pid);
      }
    }
    pids.sort(null);
    return pids;
  }

  private void process(int pid) {
    String directory = "proc/" + pid;
    Fact<List<String>> fds = kernel.list(directory + "/fd");
    if (fds instanceof Fact.Unreadable<List<String>>) {
      // The kernel's own threads have no command line, and nothing open.
      unseen += kernel.read(directory + "/cmdline").or("").isEmpty() ? 0 : 1;
    }
    boolean login =
        !fds.or(List.of()).isEmpty() && LOGINS.contains(kernel.read(directory + "/comm").or(""));
    for (String fd : fds.or(List.of())) {
      if (kernel.link(directory + "/fd/" + fd) instanceof Fact.Known<String>(String target)) {
        if (target.startsWith("/dev/") || target.startsWith("anon_inode:bpf")) {
          opens.add(new Open(pid, fd, target));
        } else if (target.startsWith("/")) {
          elsewhere(new Open(pid, fd, target));
        } else if (login && target.startsWith("socket:")) {
          logins.add(target);
        }
      }
    }
    space(directory + "/ns/mnt", pid, mountSpaces);
    space(directory + "/ns/net", pid, netSpaces);
  }

  /** A device file may lie in any folder: a container's, or one for a program that is shut in. */
  private void elsewhere(Open open) {
    for (String point : slow(open.pid)) {
      if (open.target.startsWith(point)) {
        return;
      }
    }
    if (kernel.deviceNumber("proc/" + open.pid + "/fd/" + open.fd) instanceof Fact.Known<String>) {
      opens.add(open);
    }
  }

  /** Where file systems are mounted that ask another machine or a process, which may not answer. */
  private List<String> slow(int pid) {
    String space = kernel.link("proc/" + pid + "/ns/mnt").or("");
    return slow.computeIfAbsent(
        space,
        any -> {
          List<String> points = new ArrayList<>();
          for (String line : kernel.read("proc/" + pid + "/mountinfo").or("").split("\n", -1)) {
            String[] field = line.split(" ", -1);
            int dash = Arrays.asList(field).indexOf("-");
            if (dash > 4
                && dash + 1 < field.length
                && SLOW.stream().anyMatch(field[dash + 1]::startsWith)) {
              points.add(field[4].equals("/") ? "/" : field[4] + "/");
            }
          }
          return points;
        });
  }

  private void space(String path, int pid, Map<String, Integer> spaces) {
    if (kernel.link(path) instanceof Fact.Known<String>(String id)) {
      spaces.putIfAbsent(id, pid);
    }
  }

  List<Open> opens() {
    return opens;
  }

  /** The sockets of programs by which people log in: {@code socket:[INODE]}. */
  Set<String> logins() {
    return logins;
  }

  /** Mount namespaces, each with the first process in it. */
  Map<String, Integer> mountSpaces() {
    return mountSpaces;
  }

  /** Network namespaces, each with the first process in it. */
  Map<String, Integer> netSpaces() {
    return netSpaces;
  }

  /** How many processes could not be looked into. */
  int unseen() {
    return unseen;
  }

  HostProcess describe(int pid) {
    return described.computeIfAbsent(
        pid,
        any ->
            new HostProcess(
                any,
                kernel.read("proc/" + any + "/comm").or("?"),
                HolderReader.guestName(kernel.read("proc/" + any + "/cmdline").or(""))));
  }

  /** A line of {@code fdinfo} after its name and colon; empty text where there is none. */
  String info(Open open, String name) {
    String text = kernel.read("proc/" + open.pid + "/fdinfo/" + open.fd).or("");
    for (String line : text.split("\n", -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return "";
  }

  /** Which device is open, as {@link KernelReader#deviceNumber} says it. */
  Fact<String> device(Open open) {
    return open.target.startsWith("/")
        ? kernel.deviceNumber("proc/" + open.pid + "/fd/" + open.fd)
        : Fact.absent();
  }

  /** True where it was opened for writing: {@code flags} are octal (proc_pid_fdinfo(5)). */
  boolean writes(Open open) {
    String flags = info(open, "flags");
    int last = flags.isEmpty() ? 0 : flags.charAt(flags.length() - 1) - '0';
    return (last & 3) != 0;
  }
}
