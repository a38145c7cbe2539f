package dev.lend.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel shows of a task that waits in it. Nothing of it is needed: what could not be read
 * is empty.
 *
 * @param state one letter as {@code ps} has it, D or S for instance (proc(5))
 * @param waitsIn the function of the kernel that it waits in ({@code /proc/PID/wchan})
 * @param stack the functions of the kernel that it is in, the innermost first
 * @param log lines of the kernel log about the task, or about the function since the task began
 * @param holders the processes that have the function open through VFIO
 */
public record TaskEvidence(
    String state, String waitsIn, List<String> stack, List<String> log, List<String> holders) {
  /** Copies the lists. */
  public TaskEvidence {
    stack = List.copyOf(stack);
    log = List.copyOf(log);
    holders = List.copyOf(holders);
  }

  /** Nothing is known. */
  public static TaskEvidence none() {
    return new TaskEvidence("", "", List.of(), List.of(), List.of());
  }

  /**
   * For a person: {@code dd (pid 812), state S (waits, can be interrupted), waits in
   * vfio_unregister_group_dev}.
   */
  public String describe(KernelTask task) {
    List<String> parts = new ArrayList<>();
    parts.add("process " + task.pid());
    switch (state) {
      case "" -> {}
      case "D" -> parts.add("state D (waits and cannot be killed)");
      case "S" -> parts.add("state S (waits)");
      default -> parts.add("state " + state);
    }
    if (!waitsIn.isEmpty()) {
      parts.add("waits in " + waitsIn);
    }
    return String.join(", ", parts);
  }
}
