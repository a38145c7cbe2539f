package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.VfOrder;
import dev.lend.model.NetOrigin;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.plan.Step;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.KernelReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has a PF hold a VF to what it held it to before. */
final class VfRestore {
  private final KernelReader kernel;
  private final InterfaceNames names;
  private final Net net;
  private final Patience patience;

  VfRestore(KernelReader kernel, Net net, Patience patience) {
    this.kernel = kernel;
    this.names = new InterfaceNames(kernel);
    this.net = net;
    this.patience = patience;
  }

  /**
   * Puts back what can be.
   *
   * @return what could not be, for a person; empty where all is as it was
   */
  List<String> restore(Step.RestoreVf step) {
    NetOrigin.Vf vf = step.vf();
    String name = "VF " + vf.index() + " of " + vf.pf().brief();
    try {
      List<String> own = names.of(vf.pf());
      Optional<Link> pf =
          own.isEmpty()
              ? Optional.empty()
              : net.links().stream().filter(link -> link.name().equals(own.getFirst())).findFirst();
      Optional<VfSettings> now =
          pf.isEmpty()
              ? Optional.empty()
              : Optional.ofNullable(net.vfs(pf.get().index()).get(vf.index()));
      if (pf.isEmpty() || now.isEmpty()) {
        return List.of(name + " is not set up as before: there is no such VF now");
      }
      PfDriver driver = new PfDriver(kernel, net, patience, pf.get());
      List<String> left = new ArrayList<>();
      for (VfSetting setting : VfSetting.between(now.get(), vf.settings())) {
        driver
            .refusal(List.of(new VfOrder(vf.index(), List.of(setting))))
            .forEach(refusal -> left.add("could not be put back: " + refusal.getMessage()));
      }
      Optional<VfSettings> after = Optional.ofNullable(net.vfs(pf.get().index()).get(vf.index()));
      if (left.isEmpty() && !after.map(vf.settings()::equals).orElse(false)) {
        left.add("its PF's driver took the settings and does not keep to them");
      }
      return left.stream().map(text -> name + ": " + text).toList();
    } catch (NetRefusal refusal) {
      return List.of(name + " could not be set up as before: " + refusal.getMessage());
    }
  }
}
