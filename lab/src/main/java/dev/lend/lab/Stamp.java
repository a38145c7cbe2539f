package dev.lend.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Says that a built folder is complete, what recipe it was made by, and what its files must be.
 * Written last, so a folder without one is not finished.
 *
 * <p>On disk, one line each: {@code lend-lab-stamp 1}, {@code recipe HEX}, then {@code file SIZE
 * CRC PATH} with the CRC32C in hex.
 *
 * @param recipe hash of all that the folder was made from
 * @param files what must be in the folder
 */
record Stamp(String recipe, List<Entry> files) {
  static final String NAME = "stamp";
  private static final String HEADER = "lend-lab-stamp 1";
  private static final int CHUNK = 1 << 20;

  /**
   * One file.
   *
   * @param path relative to the folder
   * @param size in bytes
   * @param crc CRC32C of the content: finds rot and half-written files; no defence against malice
   */
  record Entry(String path, long size, long crc) {}

  Stamp {
    files = List.copyOf(files);
  }

  /** Reads the files as they are now. */
  static Stamp of(String recipe, Path folder, List<Path> paths) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path path : paths) {
      Path file = folder.resolve(path);
      entries.add(new Entry(path.toString(), Files.size(file), crc(file)));
    }
    return new Stamp(recipe, entries);
  }

  /** The folder's stamp; empty when it has none that can be read. */
  static Optional<Stamp> read(Path folder) {
    try {
      List<String> lines = Files.readAllLines(folder.resolve(NAME));
      if (lines.size() < 2
          || !lines.getFirst().equals(HEADER)
          || !lines.get(1).startsWith("recipe ")) {
        return Optional.empty();
      }
      List<Entry> entries = new ArrayList<>();
      for (String line : lines.subList(2, lines.size())) {
        String[] parts = line.split(" ", 4);
        if (parts.length != 4 || !parts[0].equals("file")) {
          return Optional.empty();
        }
        entries.add(new Entry(parts[3], Long.parseLong(parts[1]), Long.parseLong(parts[2], 16)));
      }
      return Optional.of(new Stamp(lines.get(1).substring("recipe ".length()), entries));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Writes it into the folder, to the disk. */
  void write(Path folder) throws IOException {
    StringBuilder text = new StringBuilder(HEADER + "\nrecipe " + recipe + "\n");
    for (Entry entry : files) {
      text.append(
          "file %d %s %s%n".formatted(entry.size(), Long.toHexString(entry.crc()), entry.path()));
    }
    Files.writeString(
        folder.resolve(NAME),
        text,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
  }

  /**
   * The first file that is not as it was built, with what is wrong with it; empty when all are
   * whole.
   */
  Optional<String> damage(Path folder) {
    for (Entry entry : files) {
      Path file = folder.resolve(entry.path());
      try {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          return Optional.of(entry.path() + " is missing");
        }
        if (Files.size(file) != entry.size()) {
          return Optional.of(
              "%s has %d bytes instead of %d"
                  .formatted(entry.path(), Files.size(file), entry.size()));
        }
        if (crc(file) != entry.crc()) {
          return Optional.of(entry.path() + " has another content than was built");
        }
      } catch (IOException e) {
        return Optional.of("%s cannot be read: %s".formatted(entry.path(), e.getMessage()));
      }
    }
    return Optional.empty();
  }

  private static long crc(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(buffer) >= 0) {
        crc.update(buffer.flip());
        buffer.clear();
      }
    }
    return crc.getValue();
  }
}
