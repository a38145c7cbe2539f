package dev.lend.cli;

import dev.lend.journal.FileJournalLog;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.model.PciAddress;
import dev.lend.model.StuckWrite;
import dev.lend.sysfs.CarefulReader;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.Tasks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Keeps commands that look closely from touching what a stuck write holds up. */
final class Careful {
  private Careful() {}

  /**
   * The host without what would hang, as far as Lend knows of it and the person may see that.
   *
   * @param state Lend's state folder
   */
  static KernelReader reader(FileKernel kernel, Path state) {
    if (kernel.isConfined() || !mentionsStuck(state.resolve("journal"))) {
      return kernel;
    }
    Set<PciAddress> heldUp = new HashSet<>();
    try {
      Tasks tasks = new Tasks(kernel);
      for (StuckWrite stuck : Journal.read(FileJournalLog.readOnly(state)).unanswered().stuck()) {
        if (tasks.lives(stuck.write().task())) {
          stuck.write().device().ifPresent(heldUp::add);
        }
      }
    } catch (JournalException damaged) {
      // Said by the commands that work with it.
      return kernel;
    }
    return heldUp.isEmpty() ? kernel : new CarefulReader(kernel, heldUp);
  }

  /** Most journals never do, and taking one apart costs more than everything else here. */
  private static boolean mentionsStuck(Path journal) {
    try {
      return Files.readString(journal, StandardCharsets.ISO_8859_1)
          .contains("\"record\":\"stuck\"");
    } catch (IOException noneOrNotForThisPerson) {
      return false;
    }
  }
}
