package dev.lend.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One of the two files that hold the journal's lines. */
final class JournalCopy {
  private final Path file;

  /** As it was read. */
  private byte[] bytes = {};

  /** Where the next line goes: the end of the last one that is whole on disk. */
  private long end;

  JournalCopy(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  /** Reads the file; one that is not there is empty. */
  List<String> read() throws IOException {
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      bytes = new byte[0];
    }
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      boolean last = i == bytes.length;
      if (last ? i > start : bytes[i] == '\n') {
        lines.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return lines;
  }

  /** Makes the file hold these lines and nothing else; what else was in it goes to another file. */
  void mend(List<String> lines, List<String> others, Path aside) throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    byte[] wanted = text.toString().getBytes(StandardCharsets.UTF_8);
    end = wanted.length;
    if (Arrays.equals(bytes, wanted) && Files.exists(file)) {
      return;
    }
    if (!others.isEmpty()) {
      try (FileChannel channel =
          FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        write(channel, (String.join("\n", others) + "\n").getBytes(StandardCharsets.UTF_8));
        channel.force(true);
      }
    }
    if (bytes.length > wanted.length
        && Arrays.equals(Arrays.copyOf(bytes, wanted.length), wanted)) {
      // Needs no room on a full disk.
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(end);
        channel.force(true);
      }
      return;
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      write(channel, wanted);
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    FileJournalLog.syncFolder(file.toAbsolutePath().resolveSibling("."));
  }

  /** Adds a line, on disk when this returns; where that fails, tries to leave none of it. */
  void append(byte[] line) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      // What an append left behind that failed must not become the start of this line.
      channel.truncate(end);
      try {
        channel.position(end);
        write(channel, line);
        channel.force(false);
      } catch (IOException full) {
        takeBack(channel, end);
        throw full;
      }
    }
    end += line.length;
  }

  /** Takes the last line back: the other file could not take it. */
  void takeBack(byte[] line) throws IOException {
    end -= line.length;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      takeBack(channel, end);
    }
  }

  private static void takeBack(FileChannel channel, long end) {
    try {
      channel.truncate(end);
    } catch (IOException alsoFailed) {
      // What stays is cut off before the next append, or when the journal is opened next.
      return;
    }
  }

  private static void write(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
