package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.HostProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One walk over all processes: the device files and BPF links that they have open, and the
 * namespaces in which they live. It costs a look at every open file of the host.
 */
final class Processes {
  /** An open file of a process, by what its link in {@code /proc/PID/fd} says. */
  record Open(int pid, String fd, String target) {}

  private final KernelReader kernel;
  private final List<Open> opens = new ArrayList<>();
  private final Map<String, Integer> mountSpaces = new TreeMap<>();
  private final Map<String, Integer> netSpaces = new TreeMap<>();
  private final Map<Integer, HostProcess> described = new HashMap<>();
  private int unseen;

  private Processes(KernelReader kernel) {
    this.kernel = kernel;
  }

  static Processes read(KernelReader kernel) {
    Processes processes = new Processes(kernel);
    List<Integer> pids = new ArrayList<>();
    for (String name : kernel.list("proc").or(List.of())) {
      int pid = SysPath.number(name, 0, name.length());
      if (pid > 0) {
        pids.add(pid);
      }
    }
    pids.sort(null);
    pids.forEach(processes::process);
    return processes;
  }

  private void process(int pid) {
    String directory = "proc/" + pid;
    Fact<List<String>> fds = kernel.list(directory + "/fd");
    if (fds instanceof Fact.Unreadable<List<String>>) {
      // The kernel's own threads have no command line, and nothing open.
      unseen += kernel.read(directory + "/cmdline").or("").isEmpty() ? 0 : 1;
    }
    for (String fd : fds.or(List.of())) {
      if (kernel.link(directory + "/fd/" + fd) instanceof Fact.Known<String>(String target)
          && (target.startsWith("/dev/") || target.startsWith("anon_inode:bpf"))) {
        opens.add(new Open(pid, fd, target));
      }
    }
    space(directory + "/ns/mnt", pid, mountSpaces);
    space(directory + "/ns/net", pid, netSpaces);
  }

  private void space(String path, int pid, Map<String, Integer> spaces) {
    if (kernel.link(path) instanceof Fact.Known<String>(String id)) {
      spaces.putIfAbsent(id, pid);
    }
  }

  List<Open> opens() {
    return opens;
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
    return open.target.startsWith("/dev/")
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
