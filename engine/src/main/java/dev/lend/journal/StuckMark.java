package dev.lend.journal;

import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.StuckWrite;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * A file that says which functions a write holds up, and which process writes, one to a line, so
 * that lists can show it without reading the journal. Only a copy: plans go by the journal, and
 * whoever reads this asks whether that process is still there.
 */
public final class StuckMark {
  private static final String NAME = "stuck";

  private StuckMark() {}

  /** What the file says; nothing where there is none, or it cannot be read. */
  public static Map<PciAddress, KernelTask> read(Path folder) {
    Map<PciAddress, KernelTask> found = new HashMap<>();
    try {
      for (String line : Mark.lines(folder, NAME)) {
        String[] word = line.split(" ", -1);
        if (word.length == 4 && PciAddress.parse(word[0]).isPresent()) {
          found.put(
              PciAddress.parse(word[0]).get(),
              new KernelTask(Long.parseLong(word[1]), Long.parseLong(word[2]), word[3]));
        }
      }
    } catch (RuntimeException damaged) {
      return found;
    }
    return found;
  }

  /** Makes the file say so. That it cannot be written costs nobody but who reads lists. */
  static void write(Path folder, Collection<StuckWrite> writes) {
    StringBuilder lines = new StringBuilder();
    for (StuckWrite stuck : writes) {
      KernelTask task = stuck.write().task();
      if (stuck.write().device().isPresent()) {
        lines
            .append(stuck.write().device().get())
            .append(' ')
            .append(task.pid())
            .append(' ')
            .append(task.started())
            .append(' ')
            .append(task.boot())
            .append('\n');
      }
    }
    Mark.write(folder, NAME, lines.toString());
  }
}
