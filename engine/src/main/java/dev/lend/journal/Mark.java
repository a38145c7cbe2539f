package dev.lend.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A small file in the state folder that says what lists show beside what the host says itself. */
final class Mark {
  private Mark() {}

  /**
   * Makes a file say this, all at once; nothing to say means no file. That it cannot be written
   * costs nobody but who reads lists.
   */
  static void write(Path folder, String name, String lines) {
    Path file = folder.resolve(name);
    try {
      if (lines.isEmpty()) {
        Files.deleteIfExists(file);
      } else if (!Files.exists(file) || !Files.readString(file).equals(lines)) {
        Path fresh = folder.resolve(name + ".new");
        Files.writeString(fresh, lines);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException full) {
      return;
    }
  }
}
