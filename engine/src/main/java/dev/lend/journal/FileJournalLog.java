package dev.lend.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The journal's lines in two files of the state folder, {@code journal} and {@code journal.mirror}.
 * A line counts that is whole in one of them, so that a file that was damaged, cut short, written
 * to by somebody else or deleted costs nothing. What is no line of the journal is kept in {@code
 * journal.aside}: the half line that a power cut left, what is there twice, what came from
 * elsewhere.
 */
public final class FileJournalLog implements JournalLog {
  private static final String NAME = "journal";
  private static final String ASIDE = NAME + ".aside";

  private final List<JournalCopy> copies;
  private final List<String> lines = new ArrayList<>();
  private final Map<JournalCopy, List<String>> others = new HashMap<>();

  private FileJournalLog(Path folder) {
    copies =
        List.of(
            new JournalCopy(folder.resolve(NAME)),
            new JournalCopy(folder.resolve(NAME + ".mirror")));
  }

  /**
   * Reads the log of a state folder without changing it; one that was never begun is empty.
   *
   * @throws JournalException it cannot be read, or lines of it are lost
   */
  public static JournalLog readOnly(Path folder) {
    FileJournalLog log = new FileJournalLog(folder);
    log.load();
    return log;
  }

  /**
   * Opens the log of a state folder for writing, and makes or mends its files.
   *
   * @throws JournalException it cannot be read or written, or lines of it are lost
   */
  public static FileJournalLog open(Path folder) {
    FileJournalLog log = new FileJournalLog(folder);
    log.load();
    try {
      for (JournalCopy copy : log.copies) {
        copy.mend(log.lines, log.others.getOrDefault(copy, List.of()), folder.resolve(ASIDE));
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
    return copies.getFirst().file().toString();
  }

  @Override
  public void append(String line) {
    byte[] whole = (line + "\n").getBytes(StandardCharsets.UTF_8);
    List<JournalCopy> written = new ArrayList<>();
    try {
      for (JournalCopy copy : copies) {
        copy.append(whole);
        written.add(copy);
      }
    } catch (IOException e) {
      for (JournalCopy copy : written) {
        takeBack(copy, whole);
      }
      throw unwritable(e);
    }
    lines.add(line);
  }

  private static void takeBack(JournalCopy copy, byte[] line) {
    try {
      copy.takeBack(line);
    } catch (IOException alsoFailed) {
      // The line is cut off before the next append.
      return;
    }
  }

  /** Takes each line from the file that has it whole. */
  private void load() {
    SortedMap<Integer, String> whole = new TreeMap<>();
    int torn = 0;
    for (JournalCopy copy : copies) {
      List<String> own = new ArrayList<>();
      int next = 1;
      for (String text : read(copy)) {
        Optional<Line> line = Line.open(text);
        int number = line.map(Line::number).orElse(0);
        String known = whole.getOrDefault(number, text);
        if (line.isPresent() && !known.equals(text)) {
          throw damaged(number, "there are two different ones");
        }
        if (line.isPresent()) {
          whole.put(number, text);
        } else {
          torn = Math.max(torn, Line.within(text).map(Line::number).orElse(0));
        }
        if (number == next) {
          next++;
        } else {
          own.add(text);
        }
      }
      others.put(copy, own);
    }
    for (int number = 1;
        number <= Math.max(torn, whole.isEmpty() ? 0 : whole.lastKey());
        number++) {
      String line = whole.getOrDefault(number, "");
      if (line.isEmpty()) {
        throw damaged(number, "it is whole in neither file");
      }
      lines.add(line);
    }
  }

  private static List<String> read(JournalCopy copy) {
    try {
      return copy.read();
    } catch (IOException e) {
      throw new JournalException(
          "Cannot read the journal "
              + copy.file()
              + ": "
              + reason(e)
              + ". Run as root, or name another folder with --state DIR.",
          e);
    }
  }

  private JournalException damaged(int number, String how) {
    return new JournalException(
        "Line "
            + number
            + " of the journal "
            + name()
            + " is damaged: "
            + how
            + ". Lend does nothing on top of it, since it would not know what is lent. Mend the line,"
            + " or move the file and its mirror aside once every device is home.");
  }

  static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private JournalException unwritable(IOException e) {
    return new UnwritableException(
        "Cannot write the journal "
            + name()
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
