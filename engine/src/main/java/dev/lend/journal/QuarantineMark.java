package dev.lend.journal;

import dev.lend.ledger.Quarantine;
import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * A file that says which functions are in quarantine, an address and an id on each line, so that
 * lists can show it without reading the journal. Only a copy: plans go by the journal.
 */
public final class QuarantineMark {
  private static final String NAME = "quarantined";

  private QuarantineMark() {}

  /** What the file says; nothing where there is none, or it cannot be read. */
  public static Map<PciAddress, PciId> read(Path folder) {
    Map<PciAddress, PciId> found = new HashMap<>();
    try {
      for (String line : Mark.lines(folder, NAME)) {
        int space = line.indexOf(' ');
        if (space > 0) {
          PciAddress.parse(line.substring(0, space))
              .ifPresent(address -> found.put(address, ResetCodec.id(line.substring(space + 1))));
        }
      }
    } catch (RuntimeException damaged) {
      return found;
    }
    return found;
  }

  /** Makes the file say so. That it cannot be written costs nobody but who reads lists. */
  static void write(Path folder, Collection<Quarantine> quarantines) {
    StringBuilder lines = new StringBuilder();
    for (Quarantine quarantine : quarantines) {
      lines.append(quarantine.address()).append(' ').append(quarantine.id()).append('\n');
    }
    Mark.write(folder, NAME, lines.toString());
  }
}
