package dev.lend.journal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A small file in the state folder that says what lists show beside what the host says itself. */
final class Mark {
  private Mark() {}

  /** The lines of a file; none where there is no such file, or it cannot be read. */
  static List<String> lines(Path folder, String name) {
    File file = new File(folder.toString(), name);
    if (!file.exists()) {
      return List.of();
    }
    try {
      return Files.readAllLines(file.toPath(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      return List.of();
    }
  }

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
