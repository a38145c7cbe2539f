package dev.lend.plan;

import dev.lend.model.PciFunction;
import java.util.ArrayList;
import java.util.List;

/** What turns SR-IOV on in a card's own firmware, and says how many VFs it offers. */
final class VfFirmware {
  private static final int MELLANOX = 0x15b3;
  private static final int BROADCOM = 0x14e4;
  private static final int INTEL = 0x8086;
  private static final int QLOGIC = 0x1077;
  private static final int SOLARFLARE = 0x1924;

  private VfFirmware() {}

  /** Steps that have a card offer VFs; the last is for every machine. */
  static List<String> steps(PciFunction function) {
    String address = function.address().toString();
    List<String> steps = new ArrayList<>();
    switch (function.id().vendor()) {
      case MELLANOX -> {
        // Kernel: Documentation/networking/devlink/mlx5.rst; the tool: Mellanox/mstflint.
        steps.add("sudo mlxconfig -d " + address + " set SRIOV_EN=1 NUM_OF_VFS=8 (or mstconfig)");
        steps.add("or, with a new kernel: sudo " + devlink(address));
      }
      case BROADCOM -> {
        // Kernel: Documentation/networking/devlink/bnxt.rst.
        steps.add("sudo " + devlink(address));
        steps.add(
            "or with Broadcom's tool, bnxtnvm (later: niccli): its options enable_sriov and the"
                + " number of VFs per PF");
      }
      case SOLARFLARE ->
          // Solarflare Server Adapter User Guide, "SR-IOV Virtualization", sfboot options.
          steps.add("sudo sfboot switch-mode=sriov vf-count=8");
      case QLOGIC, INTEL ->
          steps.add(
              "look for SR-IOV in the card's own page of the firmware setup (device settings, or"
                  + " the key that the card shows when the machine starts)");
      default ->
          steps.add(
              "look for the maker's tool for the card's firmware; or try: " + devlink(address));
    }
    steps.add("turn on SR-IOV Support in the firmware setup of the machine");
    return steps;
  }

  private static String devlink(String address) {
    return "devlink dev param set pci/" + address + " name enable_sriov value true cmode permanent";
  }
}
