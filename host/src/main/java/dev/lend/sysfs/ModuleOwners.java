package dev.lend.sysfs;

import dev.lend.model.SettingOwner;
import dev.lend.model.SettingOwner.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Module options that make VFs when the driver is loaded, in files (modprobe.d(5)) and on the
 * kernel's command line (kernel: {@code Documentation/admin-guide/kernel-parameters.rst}: {@code
 * module.parameter=value}).
 */
final class ModuleOwners {
  private static final List<String> DIRECTORIES =
      List.of(
          "etc/modprobe.d",
          "run/modprobe.d",
          "usr/local/lib/modprobe.d",
          "usr/lib/modprobe.d",
          "lib/modprobe.d");

  /**
   * What drivers call it: {@code max_vfs} igb, ixgbe, sfc and makers' own i40e; {@code num_vfs}
   * mlx4_core, be2net, bnx2x; {@code lpfc_sriov_nr_virtfn} lpfc.
   */
  private static final Set<String> OPTIONS =
      Set.of("max_vfs", "num_vfs", "num_vf", "lpfc_sriov_nr_virtfn");

  private final ConfigFiles files;
  private final OwnedPf pf;

  ModuleOwners(ConfigFiles files, OwnedPf pf) {
    this.files = files;
    this.pf = pf;
  }

  List<SettingOwner> find() {
    List<SettingOwner> found = new ArrayList<>();
    for (ConfigFile file : files.layered(".conf", DIRECTORIES)) {
      for (int i = 0; i < file.lines().size(); i++) {
        int line = i + 1;
        List<String> words = Facts.words(file.lines().get(i));
        if (words.size() > 2 && words.getFirst().equals("options")) {
          for (String word : words.subList(2, words.size())) {
            option(words.get(1), word)
                .flatMap(what ->
                    SettingOwners.owner(
                        pf.module(words.get(1)),
                        Kind.MODULE_OPTION,
                        file,
                        line,
                        what,
                        "take "
                            + word
                            + " out of "
                            + file.place()
                            + "; it is in the initramfs too"))
                .ifPresent(found::add);
          }
        }
      }
    }
    files.file("proc/cmdline").ifPresent(file -> commandLine(file, found));
    return found;
  }

  private void commandLine(ConfigFile file, List<SettingOwner> into) {
    for (String word : Facts.words(String.join(" ", file.lines()))) {
      int dot = word.indexOf('.');
      if (dot > 0) {
        option(word.substring(0, dot), word.substring(dot + 1))
            .flatMap(what ->
                SettingOwners.owner(
                    pf.module(word.substring(0, dot)),
                    Kind.KERNEL_COMMAND_LINE,
                    file,
                    1,
                    what,
                    "take " + word + " off the kernel's command line, and reboot"))
            .ifPresent(into::add);
      }
    }
  }

  /** What an option does; nothing where it makes no VFs. */
  private static Optional<String> option(String module, String word) {
    int equals = word.indexOf('=');
    if (equals < 0 || !OPTIONS.contains(word.substring(0, equals))) {
      return Optional.empty();
    }
    String value = word.substring(equals + 1);
    boolean none = value.replace("0", "").replace(",", "").isEmpty();
    return none
        ? Optional.empty()
        : Optional.of("makes VFs when " + module + " is loaded (" + word + ")");
  }
}
