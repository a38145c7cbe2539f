package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads a host through its files: the running one (root {@code /}), or a captured one in a
 * directory. Nothing outside that directory is ever opened, whatever links a capture holds.
 */
public class FileKernel implements KernelReader {
  /** More than any sysfs attribute holds (kernel: {@code fs/sysfs/file.c}, one page). */
  static final int ATTRIBUTE_LIMIT = 64 * 1024;

  /** Enough for the mount table of a host with tens of thousands of containers. */
  static final int PROC_LIMIT = 16 * 1024 * 1024;

  /** Where a captured host has what its kernel's log said of VFs. */
  static final String LOG = "dev/kmsg";

  /** The JDK reads up to this much without an allocation of its own. */
  private static final int BUFFER = 8192;

  private static final String UNREPRESENTABLE = "its name cannot be written in this locale";

  private final String prefix;
  private final Optional<ConfinedPaths> confined;
  private final byte[] shared = new byte[BUFFER];
  private final AtomicBoolean sharedInUse = new AtomicBoolean();

  /**
   * @param root the host's root directory; {@code /} is the running host
   */
  public FileKernel(Path root) {
    Path absolute = root.toAbsolutePath().normalize();
    boolean live = absolute.getNameCount() == 0;
    prefix = live ? "/" : absolute + "/";
    confined = live ? Optional.empty() : Optional.of(new ConfinedPaths(prefix));
  }

  /** True where the root is a directory of this host, not this host itself. */
  public final boolean isConfined() {
    return confined.isPresent();
  }

  // Sealed types are taken apart with instanceof here and in all that a list needs: a switch over
  // them has the JDK generate a class at run time, which no start-up cache keeps (JDK 25).

  @Override
  public final Fact<String> read(String path) {
    Fact<String> found = locate(path, ConfinedPaths.Want.FILE);
    if (!(found instanceof Fact.Known<String>(String file))) {
      return found;
    }
    return path.startsWith("sys/") ? attribute(path, file) : text(path, file);
  }

  @Override
  public final Fact<List<String>> list(String path) {
    Fact<String> found = locate(path, ConfinedPaths.Want.ANY);
    if (!(found instanceof Fact.Known<String>(String real))) {
      return unknown(found);
    }
    File directory = new File(real);
    String[] names = directory.list();
    if (names != null) {
      return Fact.known(Arrays.asList(names));
    }
    if (!directory.exists()) {
      return Fact.absent();
    }
    return unreadable(path, directory.isDirectory() ? "Permission denied" : "Not a directory");
  }

  @Override
  public final Fact<String> deviceNumber(String path) {
    if (isConfined()) {
      return Fact.absent();
    }
    try {
      Map<String, Object> found = Files.readAttributes(Path.of(prefix + path), "unix:mode,rdev");
      if (found.get("mode") instanceof Integer mode && found.get("rdev") instanceof Long rdev) {
        return DeviceNumber.text(mode, rdev).map(Fact::known).orElseGet(Fact::absent);
      }
      return Fact.absent();
    } catch (NoSuchFileException gone) {
      return Fact.absent();
    } catch (InvalidPathException nameless) {
      return unreadable(path, UNREPRESENTABLE);
    } catch (IOException e) {
      return unreadable(path, why(e));
    }
  }

  @Override
  public final Fact<String> link(String path) {
    Fact<String> found = locate(path, ConfinedPaths.Want.LINK);
    if (!(found instanceof Fact.Known<String>(String file))) {
      return found;
    }
    try {
      return Fact.known(Files.readSymbolicLink(Path.of(file)).toString());
    } catch (NoSuchFileException gone) {
      return Fact.absent();
    } catch (NotLinkException noLink) {
      return unreadable(path, "Not a symbolic link");
    } catch (IOException e) {
      return unreadable(path, why(e));
    } catch (InvalidPathException e) {
      return unreadable(path, UNREPRESENTABLE);
    }
  }

  @Override
  public final Fact<String> resolve(String path) {
    if (confined.isPresent()) {
      Fact<String> found = located(confined.get(), path, ConfinedPaths.Want.ANY);
      return found instanceof Fact.Known<String>(String real)
          ? Fact.known(real.substring(Math.min(prefix.length(), real.length())))
          : found;
    }
    File file = new File(prefix + path);
    if (!file.exists()) {
      return Fact.absent();
    }
    try {
      return Fact.known(file.toPath().toRealPath().toString().substring(1));
    } catch (NoSuchFileException gone) {
      return Fact.absent();
    } catch (IOException e) {
      return unreadable(path, why(e));
    } catch (InvalidPathException e) {
      return unreadable(path, UNREPRESENTABLE);
    }
  }

  @Override
  public final Fact<List<String>> log() {
    return confined.isPresent() ? read(LOG).map(text -> text.lines().toList()) : KernelLog.read();
  }

  @Override
  public final boolean exists(String path) {
    return confined.isPresent()
        ? located(confined.get(), path, ConfinedPaths.Want.MAYBE) instanceof Fact.Known<String>
        : new File(prefix + path).exists();
  }

  @Override
  public final Fact<byte[]> bytes(String path) {
    Fact<String> found = locate(path, ConfinedPaths.Want.FILE);
    if (!(found instanceof Fact.Known<String>(String file))) {
      return unknown(found);
    }
    if (!new File(file).isFile()) {
      return Fact.absent();
    }
    try (FileInputStream in = new FileInputStream(file)) {
      byte[] content = in.readNBytes(PROC_LIMIT);
      return in.read() < 0 ? Fact.known(content) : unreadable(path, tooLarge(PROC_LIMIT));
    } catch (IOException e) {
      return unreadable(path, why(e));
    }
  }

  /**
   * A large file, such as {@code pci.ids}, to be looked at in parts.
   *
   * @param most how many bytes it may have
   * @throws IOException there is none, it is no ordinary file, it is larger, or may not be read
   */
  final PagedFile pages(String path, int most) throws IOException {
    Fact<String> found = locate(path, ConfinedPaths.Want.FILE);
    if (found instanceof Fact.Known<String>(String file) && new File(file).isFile()) {
      return PagedFile.open(file, most);
    }
    throw new FileNotFoundException(
        found instanceof Fact.Unreadable<String>(String where, String why)
            ? where + " (" + why + ")"
            : path);
  }

  /** The file to open for a path. On the running host that is the path itself. */
  private Fact<String> locate(String path, ConfinedPaths.Want want) {
    return confined.isPresent()
        ? located(confined.get(), path, want)
        : Fact.known(prefix.concat(path));
  }

  private static Fact<String> located(ConfinedPaths paths, String path, ConfinedPaths.Want want) {
    try {
      return paths.locate(path, want);
    } catch (InvalidPathException e) {
      return unreadable(path, UNREPRESENTABLE);
    }
  }

  /** A sysfs attribute comes whole with one read(2), so that a short read is its end. */
  private Fact<String> attribute(String path, String file) {
    boolean mine = sharedInUse.compareAndSet(false, true);
    byte[] buffer = mine ? shared : new byte[BUFFER];
    try (FileInputStream in = new FileInputStream(file)) {
      int length = in.read(buffer);
      return length < BUFFER ? decode(buffer, length) : rest(in, buffer, path, ATTRIBUTE_LIMIT);
    } catch (FileNotFoundException e) {
      return missing(path, file, e);
    } catch (IOException e) {
      return unreadable(path, why(e));
    } finally {
      if (mine) {
        sharedInUse.set(false);
      }
    }
  }

  /** Files of proc come in pieces, so that only the end is the end. */
  private static Fact<String> text(String path, String file) {
    try (FileInputStream in = new FileInputStream(file)) {
      return rest(in, new byte[0], path, PROC_LIMIT);
    } catch (FileNotFoundException e) {
      return missing(path, file, e);
    } catch (IOException e) {
      return unreadable(path, why(e));
    }
  }

  private static Fact<String> rest(FileInputStream in, byte[] start, String path, int most)
      throws IOException {
    byte[] more = in.readNBytes(most - start.length);
    if (in.read() >= 0) {
      return unreadable(path, tooLarge(most));
    }
    if (start.length == 0) {
      return decode(more, more.length);
    }
    byte[] whole = Arrays.copyOf(start, start.length + more.length);
    System.arraycopy(more, 0, whole, start.length, more.length);
    return decode(whole, whole.length);
  }

  private static Fact<String> decode(byte[] bytes, int length) {
    int end = Math.max(length, 0);
    while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
      end--;
    }
    return Fact.known(new String(bytes, 0, end, StandardCharsets.UTF_8));
  }

  private static Fact<String> missing(String path, String file, FileNotFoundException e) {
    return new File(file).exists() ? unreadable(path, why(e)) : Fact.absent();
  }

  /** What is not known about a file is not known about what it holds. */
  private static <T> Fact<T> unknown(Fact<String> file) {
    return file instanceof Fact.Unreadable<String>(String path, String why)
        ? unreadable(path, why)
        : Fact.absent();
  }

  private static <T> Fact<T> unreadable(String path, String why) {
    return new Fact.Unreadable<>(path, why);
  }

  private static String tooLarge(int most) {
    return "larger than " + most / 1024 + " KiB";
  }

  /** What the kernel said. The JDK puts it in brackets after the path, or alone. */
  static String why(IOException e) {
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    int bracket = message.lastIndexOf('(');
    return bracket >= 0 && message.endsWith(")")
        ? message.substring(bracket + 1, message.length() - 1)
        : message;
  }
}
