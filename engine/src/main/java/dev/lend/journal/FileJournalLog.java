package dev.lend.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The journal's lines in a file. What a power cut left half-written at the end is cut off and kept
 * aside; a line that is whole on disk is never touched again.
 */
public final class FileJournalLog implements JournalLog {
  private static final String NAME = "journal";

  private final Path file;
  private final List<String> lines = new ArrayList<>();

  /** Where the next line goes: the end of the last one that is whole on disk. */
  private long end;

  private FileJournalLog(Path file) {
    this.file = file;
  }

  /**
   * Reads the log of a state folder without changing it; a torn end is passed over, and a log that
   * was never begun is empty.
   *
   * @throws JournalException it cannot be read
   */
  public static JournalLog readOnly(Path folder) {
    FileJournalLog log = new FileJournalLog(folder.resolve(NAME));
    log.load();
    return log;
  }

  /**
   * Opens the log of a state folder for writing, and makes the file where there is none.
   *
   * @throws JournalException it cannot be read or written
   */
  public static FileJournalLog open(Path folder) {
    FileJournalLog log = new FileJournalLog(folder.resolve(NAME));
    log.load();
    try {
      if (!Files.exists(log.file)) {
        Files.createFile(
            log.file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        syncFolder(folder);
      } else {
        log.setTornEndAside();
      }
    } catch (IOException e) {
      throw log.unwritable(e);
    }
    return log;
  }

  @Override
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public void append(String line) {
    byte[] whole = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      // What an append left behind that failed must not become the start of this line.
      channel.truncate(end);
      try {
        ByteBuffer bytes = ByteBuffer.wrap(whole);
        while (bytes.hasRemaining()) {
          channel.write(bytes, end + bytes.position());
        }
        channel.force(false);
      } catch (IOException full) {
        takeBack(channel);
        throw full;
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
    end += whole.length;
    lines.add(line);
  }

  private void takeBack(FileChannel channel) {
    try {
      channel.truncate(end);
    } catch (IOException alsoFailed) {
      // The half line that stays is cut off before the next append, or when the log is opened next.
      return;
    }
  }

  /** Reads the lines, all but a torn end. */
  private void load() {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      return;
    } catch (IOException e) {
      throw new JournalException(
          "Cannot read the journal "
              + file
              + ": "
              + reason(e)
              + ". Run as root, or name another folder with --state DIR.",
          e);
    }
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        String line = new String(bytes, start, i - start, StandardCharsets.UTF_8);
        if (i == bytes.length - 1 && !Journal.whole(line) && !holdsWholeLine(line)) {
          // Each line is on disk before the next is begun, so only the last can be torn. A damaged
          // line before it is no torn end, and for the journal to refuse.
          break;
        }
        lines.add(line);
        start = i + 1;
      }
    }
    end = start;
  }

  /** True where the line end between two lines was damaged: the first of them was acknowledged. */
  private static boolean holdsWholeLine(String line) {
    for (int end = line.indexOf('}'); end >= 0; end = line.indexOf('}', end + 1)) {
      if (Journal.whole(line.substring(0, end + 1))) {
        return true;
      }
    }
    return false;
  }

  private void setTornEndAside() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length <= end) {
      return;
    }
    int good = (int) end;
    try (FileChannel aside =
        FileChannel.open(
            file.resolveSibling(NAME + ".torn"),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND)) {
      aside.write(ByteBuffer.wrap(bytes, good, bytes.length - good));
      aside.write(ByteBuffer.wrap(new byte[] {'\n'}));
      aside.force(true);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(end);
      channel.force(true);
    }
  }

  static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private JournalException unwritable(IOException e) {
    return new JournalException(
        "Cannot write the journal "
            + file
            + ": "
            + reason(e)
            + ". Nothing more is done without it. Name another folder with --state DIR, or make this one writable.",
        e);
  }

  static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "Permission denied";
      case java.nio.file.NoSuchFileException missing -> "No such file or directory";
      case java.nio.file.FileSystemException other when other.getReason() != null ->
          other.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
