package dev.lend.cli;

import dev.lend.journal.FileJournalLog;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.QuarantineMark;
import dev.lend.journal.StuckMark;
import dev.lend.model.HostSnapshot;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.PciNames;
import dev.lend.sysfs.Scope;
import dev.lend.sysfs.Tasks;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a command may use of the world around it.
 *
 * @param out standard output, UTF-8, buffered
 * @param err standard error
 * @param terminal true where standard output is a terminal
 * @param env the environment
 */
public record Context(PrintStream out, PrintStream err, boolean terminal, Map<String, String> env) {
  private static final Path STATE = Path.of("/var/lib/lend");

  /** Keeps a copy of the environment. */
  public Context {
    env = Map.copyOf(env);
  }

  /** An environment variable; empty text where it is not set. */
  public String variable(String name) {
    return env.getOrDefault(name, "");
  }

  /** How many columns the terminal has; empty where output is no terminal or does not say. */
  public OptionalInt width() {
    String columns = variable("COLUMNS");
    if (!terminal || columns.isEmpty() || columns.length() > 5) {
      return OptionalInt.empty();
    }
    int width = 0;
    for (int i = 0; i < columns.length(); i++) {
      int digit = columns.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return OptionalInt.empty();
      }
      width = width * 10 + digit;
    }
    return width < 20 ? OptionalInt.empty() : OptionalInt.of(width);
  }

  /** True where the locale says that output may have more than ASCII in it. */
  public boolean unicode() {
    String locale = variable("LC_ALL");
    locale = locale.isEmpty() ? variable("LC_CTYPE") : locale;
    locale = locale.isEmpty() ? variable("LANG") : locale;
    String upper = locale.toUpperCase(java.util.Locale.ROOT);
    return upper.endsWith("UTF-8") || upper.endsWith("UTF8");
  }

  /** {@code --root DIR} for commands that only read. */
  static Syntax root(Syntax syntax) {
    return syntax.option("--root", "DIR", "read a captured host in DIR instead of this one");
  }

  /** {@code --json}. */
  static Syntax json(Syntax syntax) {
    return syntax.flag("--json", "print JSON, for programs");
  }

  /** {@code --state DIR} for commands that use what Lend remembers. */
  static Syntax state(Syntax syntax) {
    return syntax.option(
        "--state",
        "DIR",
        "where Lend keeps what it remembers (else LEND_STATE, else " + STATE + ")");
  }

  /** The host that {@code --root} names; without it, the one that this runs on. */
  public FileKernel kernel(Arguments arguments) {
    String root = arguments.option("--root").orElse("/");
    Path path = path(root);
    if (!Files.isDirectory(path)) {
      throw new UsageException("no such directory: " + root);
    }
    return new FileKernel(path);
  }

  /** What to read for a question about who uses what; on this host, who asks as well. */
  public Scope scope(FileKernel kernel) {
    return kernel.isConfined()
        ? Scope.uses()
        : Scope.uses().withSession(variable("SSH_CONNECTION"));
  }

  /** The host with what Lend knows of its functions itself, unless it is a captured one. */
  HostSnapshot withMarks(HostSnapshot host, FileKernel kernel, Arguments arguments) {
    if (kernel.isConfined()) {
      return host;
    }
    Path state = stateThatIs(arguments);
    Map<PciAddress, KernelTask> writes = StuckMark.read(state);
    Set<PciAddress> stuck = new HashSet<>();
    if (!writes.isEmpty()) {
      Tasks tasks = new Tasks(kernel);
      for (Map.Entry<PciAddress, KernelTask> write : writes.entrySet()) {
        if (tasks.lives(write.getValue())) {
          stuck.add(write.getKey());
        }
      }
    }
    return host.withQuarantined(QuarantineMark.read(state)).withStuck(stuck);
  }

  /** What the functions are called. */
  public PciNames names(FileKernel kernel, Collection<PciFunction> functions) {
    // The class path is the one jar that the launcher names; next to its folder is the index.
    String jar = System.getProperty("java.class.path", "");
    int lib = jar.lastIndexOf("/lib/");
    Optional<Path> index =
        lib < 0 ? Optional.empty() : Optional.of(Path.of(jar.substring(0, lib), "pci.idx"));
    return PciNames.of(kernel, index, functions);
  }

  /**
   * The folder that Lend was started from, with its jars in {@code lib}; empty where it runs from
   * classes.
   */
  static Optional<Path> dist() {
    java.security.CodeSource source = Context.class.getProtectionDomain().getCodeSource();
    if (source == null || !source.getLocation().getPath().endsWith(".jar")) {
      return Optional.empty();
    }
    Path lib = Path.of(java.net.URI.create(source.getLocation().toString())).getParent();
    return lib == null ? Optional.empty() : Optional.ofNullable(lib.getParent());
  }

  /** The state directory: {@code --state}, else {@code LEND_STATE}, else {@code /var/lib/lend}. */
  public Path state(Arguments arguments) {
    String fromEnvironment = variable("LEND_STATE");
    return path(
        arguments
            .option("--state")
            .orElse(fromEnvironment.isEmpty() ? STATE.toString() : fromEnvironment));
  }

  /**
   * The journal as it is, without locking it.
   *
   * @throws UsageException it cannot be read
   */
  Journal journal(Arguments arguments) {
    try {
      return Journal.read(FileJournalLog.readOnly(stateThatIs(arguments)));
    } catch (JournalException unreadable) {
      throw new UsageException(String.valueOf(unreadable.getMessage()));
    }
  }

  /**
   * The state directory for commands that only look: one that was named on the line has to be
   * there, for nothing in it would read like nothing lent.
   */
  public Path stateThatIs(Arguments arguments) {
    Path state = state(arguments);
    if (arguments.has("--state") && !Files.isDirectory(state)) {
      throw new UsageException("no such directory: " + state);
    }
    return state;
  }

  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new UsageException("the name of a directory is missing");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException(
          "no name for a directory in this locale: " + text + " (try LC_ALL=C.UTF-8)");
    }
  }
}
