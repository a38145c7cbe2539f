package dev.lend.sysfs;

import dev.lend.model.KernelTask;
import dev.lend.sysfs.SimState.Pending;
import java.util.ArrayList;
import java.util.List;

/** The children that write, as {@code /proc} shows those that wait in the kernel. */
final class SimTasks {
  static final String BOOT = "3f1c6f0e-0000-4000-8000-5eedf00dcafe";

  private SimTasks() {}

  static KernelTask task(long pid) {
    return new KernelTask(pid, pid * 7, BOOT);
  }

  /** What {@code /proc/PID/stat} shows of a process that sleeps. */
  static String stat(long pid, String command) {
    String zeros = " 0".repeat(18);
    return pid + " (" + command + ") S" + zeros + " " + task(pid).started() + " 0 0\n";
  }

  /** The child stays for what came to wait since {@code before}; it is gone where nothing did. */
  static void waits(SimState state, long pid, List<Pending> before) {
    List<Pending> since = new ArrayList<>(state.pending);
    before.forEach(since::remove);
    if (since.isEmpty()) {
      return;
    }
    state.tasks.put(pid, List.copyOf(since));
    String proc = "proc/" + pid;
    state.tree.file(proc + "/comm", "dd\n");
    state.tree.file(proc + "/stat", stat(pid, "dd"));
    String in =
        since.stream().allMatch(SimTasks::elsewhere) ? "msleep" : "vfio_unregister_group_dev";
    state.tree.file(proc + "/wchan", in);
    state.tree.file(
        proc + "/stack", "[<0>] " + in + "+0x10a/0x120\n[<0>] unbind_store+0x5c/0x90\n");
  }

  /** Children whose writes have returned end. */
  static void end(SimState state) {
    state
        .tasks
        .entrySet()
        .removeIf(task -> {
          boolean returned = task.getValue().stream().noneMatch(state.pending::contains);
          if (returned) {
            state.tree.remove("proc/" + task.getKey());
          }
          return returned;
        });
  }

  /** True where it is another driver than VFIO's that does not come to an end. */
  private static boolean elsewhere(Pending pending) {
    return pending instanceof Pending.Late late && !late.path().contains("vfio");
  }
}
