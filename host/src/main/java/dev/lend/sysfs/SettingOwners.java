package dev.lend.sysfs;

import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.model.SettingOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds who else sets the number of a PF's VFs, or its VFs: in the files where the programs that do
 * so are told to. Only reads, and does not ask whether these programs run: a file that is there is
 * obeyed at the next boot at the latest.
 *
 * <p>Not looked into: units and rules that packages bring ({@code /usr/lib}), programs that a
 * script calls, and what other hosts order (Ansible, Puppet).
 */
public final class SettingOwners {
  private final KernelReader kernel;

  /** Reads through {@code kernel}. */
  public SettingOwners(KernelReader kernel) {
    this.kernel = kernel;
  }

  /**
   * The other owners of a PF.
   *
   * @param permanentMac the permanent address of its interface, where it is known
   */
  public SettingOwner.Found of(HostSnapshot host, PciFunction pf, Optional<String> permanentMac) {
    ConfigFiles files = new ConfigFiles(kernel);
    OwnedPf owned = OwnedPf.of(host, pf, permanentMac);
    List<SettingOwner> found = new ArrayList<>();
    found.addAll(new NetworkManagerOwners(files, owned).find());
    found.addAll(new NetplanOwners(files, owned).find());
    found.addAll(new SystemdNetOwners(files, owned).find());
    found.addAll(new ScriptOwners(files, owned).find());
    found.addAll(new ModuleOwners(files, owned).find());
    found.addAll(new UdevOwners(files, owned).find());
    return new SettingOwner.Found(found, files.unseen());
  }

  /** An owner; none where it is about another PF. */
  static Optional<SettingOwner> owner(
      Fit fit, SettingOwner.Kind kind, ConfigFile file, int line, String what, String advice) {
    return fit == Fit.NO
        ? Optional.empty()
        : Optional.of(
            new SettingOwner(
                kind,
                fit == Fit.YES ? SettingOwner.Concern.THIS : SettingOwner.Concern.MAYBE,
                file.place(),
                line,
                what,
                advice));
  }
}
