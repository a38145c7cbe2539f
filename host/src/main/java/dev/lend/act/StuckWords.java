package dev.lend.act;

import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.model.TaskEvidence;
import dev.lend.sysfs.KernelRefusal;
import java.util.ArrayList;
import java.util.List;

/** Says for a person what a stuck write is, what the kernel shows of it, and what to do. */
public final class StuckWords {
  private StuckWords() {}

  static String timedOut(PendingWrite write, TaskEvidence evidence, KernelRefusal refusal) {
    return name(write)
        + " is stuck: "
        + refusal.getMessage()
        + " ("
        + write.shell()
        + ")"
        + heldBy(evidence)
        + ".";
  }

  /** Why a function cannot be touched now. */
  public static String holdsUp(PciAddress address, StuckWrite stuck) {
    String about =
        stuck.write().device().map(address::equals).orElse(false)
            ? ""
            : " by a write to " + name(stuck.write());
    return address.brief()
        + " is held up"
        + about
        + ": the kernel has not answered "
        + stuck.write().shell()
        + " since "
        + stuck.since().truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
        + " ("
        + stuck.evidence().describe(stuck.write().task())
        + ")"
        + heldBy(stuck.evidence())
        + ". "
        + advice(stuck);
  }

  private static String heldBy(TaskEvidence evidence) {
    return evidence.holders().isEmpty()
        ? ""
        : "; it is held by " + String.join(" and ", evidence.holders());
  }

  private static String name(PendingWrite write) {
    return write.device().map(PciAddress::brief).orElse("the module " + write.value());
  }

  /** What to do about it. */
  public static String advice(StuckWrite stuck) {
    return (stuck.evidence().holders().isEmpty()
            ? "What it waits for must end first"
            : "Stop that, or have it let the device go")
        + "; then: lend recover";
  }

  /** What the kernel shows of it, a line for each piece. */
  public static List<String> evidence(StuckWrite stuck) {
    TaskEvidence evidence = stuck.evidence();
    List<String> lines = new ArrayList<>();
    lines.add("write: " + stuck.write().shell());
    lines.add("task: " + evidence.describe(stuck.write().task()));
    if (!evidence.stack().isEmpty()) {
      lines.add("stack: " + String.join(" < ", evidence.stack()));
    }
    evidence.log().forEach(line -> lines.add("kernel log: " + line));
    evidence.holders().forEach(holder -> lines.add("held by: " + holder));
    return lines;
  }
}
