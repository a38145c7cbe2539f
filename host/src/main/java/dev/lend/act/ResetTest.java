package dev.lend.act;

import dev.lend.ledger.ResetTrial;
import dev.lend.ledger.ResetTrial.Result;
import dev.lend.model.Fact;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import dev.lend.plan.Step;
import dev.lend.sysfs.ConfigCompare;
import dev.lend.sysfs.Kernel;
import dev.lend.sysfs.KernelRefusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Resets a function and looks what that did. Writing to {@code reset} makes the kernel save
 * configuration space, reset, and restore it (kernel: {@code drivers/pci/pci.c}, {@code
 * pci_reset_function}), so that what differs afterwards was lost.
 */
final class ResetTest {
  private static final String DEVICES = "sys/bus/pci/devices/";

  private final Kernel kernel;
  private final Kernel.Witness witness;
  private final Consumer<KernelTask> onSilence;

  /**
   * @param witness told of each reset before it is made
   * @param onSilence told of one that the kernel did not answer in time
   */
  ResetTest(Kernel kernel, Kernel.Witness witness, Consumer<KernelTask> onSilence) {
    this.kernel = kernel;
    this.witness = witness;
    this.onSilence = onSilence;
  }

  /** Resets as often as the step says; the first failure ends it. */
  ResetTrial run(Step.Reset step, Instant at) {
    Fact<byte[]> before = config(step.address());
    if (!step.wake() && silent(before)) {
      return trial(step, Result.GONE, "before the reset", at);
    }
    for (int i = 1; i <= step.times(); i++) {
      String which = step.times() > 1 ? "the " + (i == 1 ? "first" : i + ".") + " time" : "";
      try {
        kernel.write(DEVICES + step.address() + "/reset", "1", witness);
      } catch (KernelRefusal refusal) {
        refusal.task().ifPresent(onSilence);
        String why = joined(which, String.valueOf(refusal.getMessage()));
        if (refusal.reason() == KernelRefusal.Reason.TIMEOUT) {
          return trial(step, Result.NO_ANSWER, why, at);
        }
        return harm(step, before, which, at).orElseGet(() -> trial(step, Result.REFUSED, why, at));
      }
      Optional<ResetTrial> harm = harm(step, before, which, at);
      if (harm.isPresent()) {
        return harm.get();
      }
    }
    return trial(step, Result.CLEAN, "", at);
  }

  /**
   * What a reset did to the function that it should not; one that failed may have done that too.
   */
  private Optional<ResetTrial> harm(
      Step.Reset step, Fact<byte[]> before, String which, Instant at) {
    Fact<byte[]> after = config(step.address());
    if (silent(after)) {
      return Optional.of(trial(step, Result.GONE, which, at));
    }
    List<String> lost = lost(step.address(), before, after);
    return lost.isEmpty()
        ? Optional.empty()
        : Optional.of(trial(step, Result.CHANGED, joined(which, String.join("; ", lost)), at));
  }

  private static String joined(String which, String detail) {
    return which.isEmpty() ? detail : which + ": " + detail;
  }

  private List<String> lost(PciAddress address, Fact<byte[]> before, Fact<byte[]> after) {
    if (!(after instanceof Fact.Known<byte[]>(byte[] now))) {
      return List.of("configuration space cannot be read any more");
    }
    List<String> lost =
        before instanceof Fact.Known<byte[]>(byte[] then) && !silent(before)
            ? ConfigCompare.differences(then, now)
            : List.of();
    return lost.isEmpty() ? ConfigCompare.strangeTo(kernel, address, now) : lost;
  }

  private Fact<byte[]> config(PciAddress address) {
    return kernel.bytes(DEVICES + address + "/config");
  }

  private static boolean silent(Fact<byte[]> config) {
    return config instanceof Fact.Known<byte[]>(byte[] bytes) && ConfigCompare.silent(bytes);
  }

  private ResetTrial trial(Step.Reset step, Result result, String detail, Instant at) {
    PciAddress address = step.address();
    return new ResetTrial(
        address,
        new PciId(number(address, "vendor"), number(address, "device")),
        step.method(),
        result,
        detail,
        at,
        kernel.read("proc/sys/kernel/osrelease").or(""));
  }

  private int number(PciAddress address, String attribute) {
    String text = kernel.read(DEVICES + address + "/" + attribute).or("0x0");
    try {
      return Integer.decode(text.strip());
    } catch (NumberFormatException noNumber) {
      return 0;
    }
  }
}
