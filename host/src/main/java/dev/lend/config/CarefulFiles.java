package dev.lend.config;

import dev.lend.model.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads files that root acts upon: none that somebody else could have written. Whoever is not root
 * does with files of others what they could do anyway.
 */
final class CarefulFiles {
  /** Far more than the largest host needs. */
  static final int MOST_BYTES = 1 << 20;

  private static final int OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;

  private final boolean strict;
  private final int self;

  /**
   * @param strict whether it matters who could have written a file
   * @param self the user, besides root, whose files are trusted
   */
  CarefulFiles(boolean strict, int self) {
    this.strict = strict;
    this.self = self;
  }

  /** As the user of this process has to read. */
  static CarefulFiles ofThisProcess() {
    try {
      int self = owner(Files.readAttributes(Path.of("/proc/self"), "unix:uid"));
      return new CarefulFiles(self == 0, self);
    } catch (IOException | UnsupportedOperationException unknown) {
      return new CarefulFiles(true, 0);
    }
  }

  /**
   * The bytes of a file.
   *
   * @param folder the real one that it has to be in, links followed
   */
  Reading<byte[]> bytes(Path file, Path folder) {
    try {
      Path real = file.toRealPath();
      if (!real.startsWith(folder)) {
        return wrong("leads out of its folder, to " + real + "; write the file itself there");
      }
      if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        return wrong("no ordinary file");
      }
      Optional<String> distrust = distrust(real, false);
      @Nullable Path parent = real.getParent();
      if (distrust.isEmpty() && parent != null) {
        distrust = distrust(parent);
      }
      if (distrust.isPresent()) {
        return wrong(distrust.get());
      }
      try (InputStream in = Files.newInputStream(real)) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        return bytes.length > MOST_BYTES
            ? wrong("larger than 1 MiB; it cannot be meant for this")
            : Reading.of(bytes);
      }
    } catch (IOException e) {
      return wrong(why(e));
    }
  }

  /**
   * Why what is in a folder is not trusted; links in its path were followed before. Others may
   * write to a folder further up if they cannot change there what is not theirs, as in /tmp.
   */
  Optional<String> distrust(Path folder) throws IOException {
    Optional<String> found = distrust(folder, false);
    for (@Nullable Path up = folder.getParent();
        up != null && found.isEmpty();
        up = up.getParent()) {
      found = distrust(up, true);
    }
    return found;
  }

  private Optional<String> distrust(Path one, boolean stickyWillDo) throws IOException {
    if (!strict) {
      return Optional.empty();
    }
    Map<String, Object> attributes =
        Files.readAttributes(one, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    int owner = owner(attributes);
    int mode = (int) attributes.getOrDefault("mode", OTHERS_WRITE);
    if (owner != 0 && owner != self) {
      return Optional.of(
          "not trusted: "
              + one
              + " belongs to user "
              + owner
              + ", and root does what it says (chown root, or copy it to where only root can write)");
    }
    boolean others = (mode & OTHERS_WRITE) != 0 && !(stickyWillDo && (mode & STICKY) != 0);
    return others
        ? Optional.of(
            "not trusted: others than its owner may write to "
                + one
                + ", and root does what it says (chmod go-w "
                + one
                + ")")
        : Optional.empty();
  }

  private static int owner(Map<String, Object> attributes) {
    return (int) attributes.getOrDefault("uid", -1);
  }

  /** The text of bytes; a problem, in its line, where they are none. */
  static Optional<String> text(byte[] bytes, Problems problems) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      problems.add(lines(text) + 1, "no text: it is not UTF-8 from here on");
      return Optional.empty();
    }
    // A byte order mark, as some editors put it in front.
    String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
    for (int i = 0; i < plain.length(); i += Character.charCount(plain.codePointAt(i))) {
      int c = plain.codePointAt(i);
      if (!Characters.allowedInYaml(c)) {
        problems.add(
            lines(plain.substring(0, i)) + 1,
            "a character that YAML does not have: " + Characters.name(c));
        return Optional.empty();
      }
    }
    return Optional.of(plain);
  }

  private static int lines(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }

  /** Why a file cannot be read. */
  static String why(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no such file or folder";
      case java.nio.file.AccessDeniedException denied -> "you may not read it";
      case java.nio.file.FileSystemException other when other.getReason() != null ->
          "cannot be read: " + other.getReason();
      default -> "cannot be read: " + e.getClass().getSimpleName();
    };
  }

  private static Reading<byte[]> wrong(String why) {
    return new Reading.Wrong<>(why);
  }
}
