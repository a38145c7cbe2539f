package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds files below a root as {@code chroot(2)} would: links are followed here and not by the
 * kernel, absolute ones start at the root, and one that climbs over the root leads nowhere. What is
 * returned has no link in it any more, so that opening it stays inside.
 *
 * <p>Only ordinary files are given out for reading: a capture with a named pipe in it would hold
 * the reader for ever.
 */
final class ConfinedPaths {
  /** What the last part of a path may be. */
  enum Want {
    /** An ordinary file. */
    FILE,
    /** Whatever is there. */
    ANY,
    /** Whatever is there; that nothing is there is as likely. */
    MAYBE,
    /** A link itself: it is not followed. */
    LINK
  }

  /** What a path came to. */
  private enum Kind {
    FILE,
    DIRECTORY,
    OTHER
  }

  /** As the kernel has it (kernel: {@code include/linux/namei.h}, {@code MAXSYMLINKS}). */
  private static final int MOST_LINKS = 40;

  /** Directories to remember; more would cost memory on large hosts and save nothing. */
  private static final int MOST_KNOWN = 2048;

  private final String root;

  /** Directories asked for, as they were asked for, and where they really are; "" is the root. */
  private final Map<String, String> known = new HashMap<>();

  /**
   * A directory in which a link was found: the next entry of it is read as a link at once. The
   * kernel's directories of devices hold nothing else.
   */
  private String ofLinks = "/";

  /**
   * @param root the root directory with a slash at its end
   */
  ConfinedPaths(String root) {
    this.root = root;
  }

  /** The file behind a path, in full. */
  synchronized Fact<String> locate(String path, Want want) {
    return new Walk(path).locate(want);
  }

  /** One look-up; it counts the links on its way. */
  private final class Walk {
    private final String asked;
    private int links;

    /** What the last step came to. */
    private Kind last = Kind.DIRECTORY;

    Walk(String asked) {
      this.asked = asked;
    }

    Fact<String> locate(Want want) {
      Fact<String> found = want == Want.LINK ? parentAndName(asked) : walk("", asked);
      if (!(found instanceof Fact.Known<String>(String real))) {
        return found;
      }
      String full = root.concat(real);
      if (want == Want.FILE && !Files.isRegularFile(Path.of(full), LinkOption.NOFOLLOW_LINKS)) {
        return refuse(
            Files.isDirectory(Path.of(full), LinkOption.NOFOLLOW_LINKS)
                ? "Is a directory"
                : "not an ordinary file");
      }
      return Fact.known(full);
    }

    private Fact<String> parentAndName(String path) {
      int slash = path.lastIndexOf('/');
      if (slash < 0) {
        return Fact.known(path);
      }
      Fact<String> parent = directory(path.substring(0, slash));
      return parent instanceof Fact.Known<String>(String real)
          ? Fact.known(join(real, path.substring(slash + 1)))
          : parent;
    }

    /** A directory below the root, remembered. */
    private Fact<String> directory(String path) {
      String before = known.get(path);
      if (before != null) {
        return Fact.known(before);
      }
      Fact<String> found = walk("", path);
      if (found instanceof Fact.Known<String>(String real)) {
        remember(path, real);
      }
      return found;
    }

    private void remember(String path, String real) {
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      known.put(path, real);
    }

    /** Follows {@code path} from the link-free directory {@code from}. */
    private Fact<String> walk(String from, String path) {
      String at = from;
      int start = 0;
      int slash = path.lastIndexOf('/');
      if (from.isEmpty() && slash > 0 && slash < path.length() - 1) {
        Fact<String> parent = directory(path.substring(0, slash));
        if (!(parent instanceof Fact.Known<String>(String real))) {
          return parent;
        }
        at = real;
        start = slash + 1;
      }
      while (start < path.length()) {
        int end = path.indexOf('/', start);
        end = end < 0 ? path.length() : end;
        String name = path.substring(start, end);
        start = end + 1;
        if (name.isEmpty() || name.equals(".")) {
          continue;
        }
        Fact<String> next = name.equals("..") ? up(at) : step(at, name);
        if (!(next instanceof Fact.Known<String>(String real))) {
          return next;
        }
        at = real;
      }
      return Fact.known(at);
    }

    private Fact<String> up(String at) {
      if (at.isEmpty()) {
        return refuse("a link leads out of the root");
      }
      int slash = at.lastIndexOf('/');
      return Fact.known(slash < 0 ? "" : at.substring(0, slash));
    }

    private Fact<String> step(String at, String name) {
      String next = join(at, name);
      if (known.get(next) instanceof String before && before.equals(next)) {
        last = Kind.DIRECTORY;
        return Fact.known(next);
      }
      Path file = Path.of(root.concat(next));
      if (at.equals(ofLinks)) {
        Optional<Fact<String>> followed = followIfLink(at, file);
        if (followed.isPresent()) {
          return followed.get();
        }
      }
      BasicFileAttributes attributes;
      try {
        attributes =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      } catch (IOException e) {
        return e instanceof NoSuchFileException ? Fact.absent() : refuse(FileKernel.why(e));
      }
      if (attributes.isSymbolicLink()) {
        ofLinks = at;
        return followIfLink(at, file).orElseGet(() -> refuse("a link on the way cannot be read"));
      }
      if (attributes.isDirectory()) {
        last = Kind.DIRECTORY;
        remember(next, next);
      } else {
        last = attributes.isRegularFile() ? Kind.FILE : Kind.OTHER;
      }
      return Fact.known(next);
    }

    private Optional<Fact<String>> followIfLink(String at, Path link) {
      String target;
      try {
        target = Files.readSymbolicLink(link).toString();
      } catch (IOException e) {
        return Optional.empty();
      }
      if (++links > MOST_LINKS) {
        return Optional.of(refuse("Too many levels of symbolic links"));
      }
      return Optional.of(
          target.startsWith("/") ? walk("", target.substring(1)) : relative(at, target));
    }

    /**
     * A relative target from the directory that its link is in. The leading {@code ../} of sysfs
     * links are taken off first, so that what is left can be looked up as a whole.
     */
    private Fact<String> relative(String at, String target) {
      String from = at;
      int start = 0;
      while (target.startsWith("../", start)) {
        Fact<String> parent = up(from);
        if (!(parent instanceof Fact.Known<String>(String real))) {
          return parent;
        }
        from = real;
        start += 3;
      }
      String rest = target.substring(start);
      return from.isEmpty() ? walk("", rest) : walk("", join(from, rest));
    }

    private Fact<String> refuse(String why) {
      return new Fact.Unreadable<>(asked, why);
    }
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }
}
