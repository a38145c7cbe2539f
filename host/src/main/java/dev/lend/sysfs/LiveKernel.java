package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.KernelTask;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The running kernel. Each write is done by a child process, because a store function may wait for
 * ever in the kernel (unbinding a function that a guest has open does, kernel: {@code
 * drivers/vfio/vfio_main.c}, {@code vfio_unregister_group_dev}), and a thread that waits there can
 * neither be interrupted nor left behind at exit. A child that has not answered in time is left to
 * itself: the kernel goes on with the write whatever happens to who asked for it.
 *
 * <p>The child is {@code dd} of coreutils: with these operands it opens the attribute for writing
 * only, creates and truncates nothing, and hands a value of less than a page over in one {@code
 * write(2)}.
 */
public final class LiveKernel implements Kernel {
  /** A value must fit in the page that sysfs hands to the store function. */
  private static final int PAGE = 4096;

  static final List<String> DD = List.of("/usr/bin/dd", "/bin/dd");
  private static final List<String> MODPROBE = List.of("/usr/sbin/modprobe", "/sbin/modprobe");

  private final KernelReader reader;
  private final Deadlines deadlines;
  private final Tasks tasks;

  /**
   * @param reader reads the running host, with {@code /} as its root
   * @param deadlines how long a write may take
   */
  public LiveKernel(KernelReader reader, Deadlines deadlines) {
    this.reader = reader;
    this.deadlines = deadlines;
    this.tasks = new Tasks(reader);
  }

  @Override
  public Fact<String> read(String path) {
    return reader.read(path);
  }

  @Override
  public Fact<byte[]> bytes(String path) {
    return reader.bytes(path);
  }

  @Override
  public Fact<List<String>> list(String path) {
    return reader.list(path);
  }

  @Override
  public Fact<String> link(String path) {
    return reader.link(path);
  }

  @Override
  public Fact<String> deviceNumber(String path) {
    return reader.deviceNumber(path);
  }

  @Override
  public Fact<String> resolve(String path) {
    return reader.resolve(path);
  }

  @Override
  public boolean exists(String path) {
    return reader.exists(path);
  }

  @Override
  public Fact<List<String>> log() {
    return reader.log();
  }

  @Override
  public Claim claim(int group) throws KernelRefusal {
    String path = "dev/vfio/" + group;
    try {
      FileChannel file =
          FileChannel.open(Path.of("/" + path), StandardOpenOption.READ, StandardOpenOption.WRITE);
      return () -> {
        try {
          file.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      };
    } catch (NoSuchFileException none) {
      throw new KernelRefusal(path, Reason.ENOENT, "");
    } catch (AccessDeniedException denied) {
      throw new KernelRefusal(path, Reason.EACCES, "");
    } catch (IOException e) {
      throw refusal(path, FileKernel.why(e), 1);
    }
  }

  @Override
  public void write(String path, String value, Witness witness) throws KernelRefusal {
    if (!path.startsWith("sys/") || path.contains("/../") || path.endsWith("/..")) {
      throw new IllegalArgumentException("no attribute under sys: " + path);
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length >= PAGE) {
      throw new IllegalArgumentException("no value for an attribute: " + bytes.length + " bytes");
    }
    run(
        path,
        deadlines.of(path.substring(path.lastIndexOf('/') + 1)),
        bytes,
        witness,
        program(DD),
        "of=/" + path,
        "bs=4096",
        "count=1",
        "conv=nocreat,notrunc",
        "status=none");
  }

  @Override
  public void loadModule(String name, Witness witness) throws KernelRefusal {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-';
      if (!allowed || i == 0 && c == '-') {
        throw new IllegalArgumentException("no module name: " + name);
      }
    }
    run(
        "sys/module/" + name,
        deadlines.module(),
        new byte[0],
        witness,
        program(MODPROBE),
        "--",
        name);
  }

  /** The first of some programs that is there; the last one where none is. */
  static String program(List<String> places) {
    for (String place : places) {
      if (new File(place).canExecute()) {
        return place;
      }
    }
    return places.getLast();
  }

  /**
   * The child has the attribute open and waits for the value when the witness is told of it. Should
   * Lend end there, the child reads an end instead of a value, and writes nothing.
   */
  void run(String path, Duration deadline, byte[] input, Witness witness, String... command)
      throws KernelRefusal {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C");
    builder.directory(new File("/"));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Optional<KernelTask> task = Optional.empty();
    try {
      Process child = builder.start();
      task = tasks.find(child.pid());
      try {
        task.ifPresent(witness::starts);
      } catch (RuntimeException | Error notWanted) {
        child.destroy();
        throw notWanted;
      }
      try (OutputStream in = child.getOutputStream()) {
        in.write(input);
      } catch (IOException childIsGone) {
        // What it said on its way out is read below.
      }
      if (!child.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new KernelRefusal(
            path, task, "no answer from the kernel in " + deadline.toMillis() + " ms");
      }
      if (child.exitValue() != 0) {
        throw refusal(path, complaint(child), child.exitValue());
      }
    } catch (IOException e) {
      throw new KernelRefusal(path, Reason.OTHER, "cannot run " + command[0] + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KernelRefusal(path, task, "interrupted while waiting for the kernel");
    }
  }

  private static String complaint(Process child) throws IOException {
    try (InputStream said = child.getErrorStream()) {
      return new String(said.readNBytes(PAGE), StandardCharsets.UTF_8).strip();
    }
  }

  /** Reads the errno out of what a program says in the C locale, at the end of its last line. */
  static KernelRefusal refusal(String path, String complaint, int exit) {
    String last = complaint.substring(complaint.lastIndexOf('\n') + 1);
    String text = last.substring(last.lastIndexOf(": ") + 1).strip();
    for (Reason reason : Reason.values()) {
      if (reason.text().equals(text)) {
        return new KernelRefusal(path, reason, "");
      }
    }
    if (text.contains(" not found in directory ")) {
      return new KernelRefusal(path, Reason.ENOENT, text);
    }
    return new KernelRefusal(path, Reason.OTHER, text.isEmpty() ? "exit status " + exit : text);
  }
}
