package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.TaskEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at processes that wait in the kernel, by what {@code /proc} shows of them (proc(5)). */
public final class Tasks {
  /** The last lines of the log say what it is; a warning with its own stack has dozens. */
  private static final int MOST_LOG = 6;

  private static final int MOST_STACK = 12;

  /** The clock of {@code /proc/PID/stat} ticks a hundred times a second on every architecture. */
  private static final long MICROS_OF_TICK = 10_000;

  private final KernelReader kernel;

  /** Looks through {@code kernel}. */
  public Tasks(KernelReader kernel) {
    this.kernel = kernel;
  }

  /** A process that is there now; empty where there is none of that number. */
  public Optional<KernelTask> find(long pid) {
    return stat(pid).map(stat -> new KernelTask(pid, stat.started, boot()));
  }

  /** True while the task has not ended. */
  public boolean lives(KernelTask task) {
    Optional<Stat> stat = stat(task.pid());
    return stat.isPresent()
        && stat.get().started == task.started()
        && !stat.get().ended()
        && boot().equals(task.boot());
  }

  private String boot() {
    return kernel.read("proc/sys/kernel/random/boot_id").or("");
  }

  /** What the kernel shows of a task that does a write, without who holds the function. */
  public TaskEvidence evidence(PendingWrite write, List<String> holders) {
    String proc = "proc/" + write.task().pid() + "/";
    Optional<Stat> stat = stat(write.task().pid());
    if (stat.isEmpty() || stat.get().started != write.task().started()) {
      return new TaskEvidence("", "", List.of(), List.of(), holders);
    }
    String wchan = kernel.read(proc + "wchan").or("");
    return new TaskEvidence(
        stat.get().state,
        wchan.equals("0") ? "" : wchan,
        stack(kernel.read(proc + "stack").or("")),
        log(write),
        holders);
  }

  /** {@code [<0>] vfio_unregister_group_dev+0x10a/0x120 [vfio]}: only the function is of use. */
  private static List<String> stack(String text) {
    List<String> functions = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      int start = line.indexOf("] ");
      int end = line.indexOf('+', start + 2);
      if (start >= 0 && end > start && functions.size() < MOST_STACK) {
        functions.add(line.substring(start + 2, end));
      }
    }
    return functions;
  }

  /**
   * The lines that name the task, and those that name the function and were written since the task
   * began.
   */
  private List<String> log(PendingWrite write) {
    if (!(kernel.log() instanceof Fact.Known<List<String>>(List<String> records))) {
      return List.of();
    }
    String pid = Long.toString(write.task().pid());
    List<String> found = new ArrayList<>();
    for (String record : records) {
      int text = record.indexOf(';');
      if (text < 0) {
        continue;
      }
      String message = record.substring(text + 1);
      boolean ofTask = message.contains("(" + pid + ")") || message.contains(":" + pid + " ");
      boolean ofDevice =
          write.device().map(PciAddress::toString).filter(message::contains).isPresent();
      if ((ofTask || ofDevice) && micros(record) >= (write.task().started() - 1) * MICROS_OF_TICK) {
        found.add(message);
      }
    }
    return found.subList(Math.max(0, found.size() - MOST_LOG), found.size());
  }

  /** The third field of {@code 4,1234,5678901,-;text}: microseconds since the host started. */
  private static long micros(String record) {
    String[] fields = record.split(",", 4);
    try {
      return fields.length < 3 ? 0 : Long.parseLong(fields[2]);
    } catch (NumberFormatException notALogLine) {
      return 0;
    }
  }

  private record Stat(String state, long started) {
    boolean ended() {
      return state.equals("Z") || state.equals("X");
    }
  }

  /** The name in brackets can hold anything, brackets and blanks too. */
  private Optional<Stat> stat(long pid) {
    String text = kernel.read("proc/" + pid + "/stat").or("");
    String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
    // State is field 3 and the start field 22.
    if (fields.length < 20) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Stat(fields[0], Long.parseLong(fields[19])));
    } catch (NumberFormatException notAProcess) {
      return Optional.empty();
    }
  }
}
