package dev.lend.plan;

import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import java.util.ArrayList;
import java.util.List;

/** What is done to NVMe VFs, in words and as the commands of nvme-cli. */
final class NvmeWords {
  private NvmeWords() {}

  static String describe(VfStep.Pool pool) {
    return "have "
        + pool.pf()
        + " keep "
        + pool.to().queues()
        + " of its flexible queues and "
        + pool.to().interrupts()
        + " interrupts, and reset it";
  }

  static String describe(VfStep.Share share) {
    List<String> each = new ArrayList<>();
    for (VfStep.NvmeChange change : share.changes()) {
      each.add("VF " + change.index() + " " + words(change.to()));
    }
    return "of " + share.pf() + ", take " + String.join(", ", each);
  }

  private static String words(NvmeShare share) {
    return share.online()
        ? "online with " + share.queues() + " queues and " + share.interrupts() + " interrupts"
        : "offline";
  }

  static List<String> shell(VfStep.Pool pool) {
    String device = Step.DEVICES + pool.pf();
    return List.of(
        kept(device, 0, pool.to().queues()),
        kept(device, 1, pool.to().interrupts()),
        "echo 1 > " + device + "/reset");
  }

  private static String kept(String device, int resource, int count) {
    return manage(device, "$(cat " + device + "/nvme/nvme*/cntlid)", 1, resource, count);
  }

  static List<String> shell(VfStep.Share share) {
    String device = Step.DEVICES + share.pf();
    List<String> lines = new ArrayList<>();
    for (VfStep.NvmeChange change : share.changes()) {
      String controller = "$vf" + change.index();
      lines.add(
          "vf"
              + change.index()
              + "=$(nvme list-secondary "
              + node(device)
              + " -o json | jq '.[\"secondary-controllers\"][]"
              + " | select(.[\"virtual-function-number\"] == "
              + (change.index() + 1)
              + ")[\"secondary-controller-identifier\"]')");
      lines.add(manage(device, controller, 7, 0, 0));
      if (change.to().queues() > 0) {
        lines.add(manage(device, controller, 8, 0, change.to().queues()));
        lines.add(manage(device, controller, 8, 1, change.to().interrupts()));
      }
      if (change.to().online()) {
        lines.add(manage(device, controller, 9, 0, 0));
      }
    }
    return lines;
  }

  private static String manage(String device, String controller, int act, int of, int count) {
    return "nvme virt-mgmt "
        + node(device)
        + " -c "
        + controller
        + " -a "
        + act
        + " -r "
        + of
        + " -n "
        + count;
  }

  /** A controller's device is named as it comes. */
  private static String node(String device) {
    return "/dev/$(ls " + device + "/nvme)";
  }

  /** What a controller keeps, for a person. */
  static String words(NvmePool.Kept kept) {
    return kept.queues() + " queues and " + kept.interrupts() + " interrupts";
  }
}
