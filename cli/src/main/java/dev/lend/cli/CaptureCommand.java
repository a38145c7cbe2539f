package dev.lend.cli;

import dev.lend.act.CapturedNet;
import dev.lend.act.PfIdentities;
import dev.lend.act.PfReader;
import dev.lend.linux.LiveNet;
import dev.lend.linux.Net;
import dev.lend.linux.UnaskedNvme;
import dev.lend.model.HostSnapshot;
import dev.lend.sysfs.Capture;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.KernelReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** {@code lend capture}. */
final class CaptureCommand implements Command {
  @Override
  public String name() {
    return "capture";
  }

  @Override
  public Group group() {
    return Group.LOOK;
  }

  @Override
  public String summary() {
    return "Pack what Lend reads of this host into an archive, for a bug report";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "sudo lend capture host.tar.gz",
        "as root, who may read more; without serial numbers and whole MAC addresses; look into it before you send it",
        "mkdir host && tar -xzf host.tar.gz -C host && lend list --root host",
        "what lend list says of that host, anywhere",
        "ssh other lend capture - > other.tar.gz",
        "\"-\" is standard output");
  }

  @Override
  public Syntax syntax() {
    Syntax own =
        Syntax.none()
            .taking(
                new Syntax.Words.One(
                    "FILE", "the archive to make (.tar.gz), or - for standard output"))
            .flag(
                "--serials",
                "keep serial numbers, whole MAC addresses and vital product data as well;"
                    + " network addresses, mount points and names are always kept")
            .flag("--force", "replace FILE if it is there");
    return Context.root(Context.json(own));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    String file = arguments.word();
    FileKernel kernel = context.kernel(arguments);
    boolean serials = arguments.has("--serials");
    try {
      if (file.equals("-")) {
        if (context.terminal()) {
          throw new UsageException("an archive is not for a terminal; name a file, or a pipe");
        }
        Capture.write(kernel, serials, more(kernel, serials), context.out());
        context.out().flush();
        return ExitCode.DONE;
      }
      Path target = path(file);
      int entries = save(kernel, serials, target, arguments.has("--force"));
      report(context, arguments.has("--json"), target, entries, Files.size(target));
      return ExitCode.DONE;
    } catch (FileAlreadyExistsException e) {
      throw new UsageException(file + " is there already; --force replaces it");
    } catch (IOException e) {
      context.err().println("lend: " + Text.printable(file + " could not be written: " + e));
      return ExitCode.PUT_BACK;
    }
  }

  /** What {@code vf list} reads, and what netlink tells for it. */
  private static Capture.More more(FileKernel kernel, boolean serials) {
    Net net = kernel.isConfined() ? new CapturedNet(kernel) : new LiveNet();
    return new Capture.More() {
      @Override
      public void read(KernelReader recording, HostSnapshot host) {
        PfReader reader = new PfReader(recording, net, new UnaskedNvme());
        new PfIdentities(recording, net)
            .of(host, false)
            .keySet()
            .forEach(pf -> reader.read(host, pf));
      }

      @Override
      public Map<String, byte[]> kept(HostSnapshot host) {
        return Map.of(CapturedNet.PATH, CapturedNet.record(net, host, serials));
      }
    };
  }

  private static Path path(String file) {
    try {
      Path target = Path.of(file).toAbsolutePath();
      Path directory = target.getParent();
      if (file.isEmpty() || directory == null || Files.isDirectory(target)) {
        throw new UsageException("this is no name for an archive: " + file);
      }
      if (!Files.isDirectory(directory)) {
        throw new UsageException("no such directory: " + directory);
      }
      return target;
    } catch (InvalidPathException e) {
      throw new UsageException("this is no name for a file in this locale: " + file);
    }
  }

  /** A temporary file is readable by its owner only, and takes the name when it is complete. */
  private static int save(FileKernel kernel, boolean serials, Path target, boolean force)
      throws IOException {
    if (!force && Files.exists(target, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path temporary = Files.createTempFile(target.toAbsolutePath().getParent(), ".lend-", ".part");
    try {
      int entries;
      try (OutputStream out = Files.newOutputStream(temporary)) {
        entries = Capture.write(kernel, serials, more(kernel, serials), out);
      }
      if (force) {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        claim(temporary, target);
      }
      return entries;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** A hard link fails where the name was taken meanwhile; a rename would replace that file. */
  private static void claim(Path temporary, Path target) throws IOException {
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException taken) {
      throw taken;
    } catch (UnsupportedOperationException | java.nio.file.FileSystemException noLinks) {
      Files.move(temporary, target);
    }
  }

  private static void report(Context context, boolean json, Path target, int entries, long bytes) {
    if (json) {
      context
          .out()
          .print(
              dev.lend.json.Json.object()
                  .put("file", target.toString())
                  .put("entries", entries)
                  .put("bytes", bytes)
                  .build()
                  .pretty());
      return;
    }
    context
        .out()
        .println(
            Text.printable(target.toString())
                + ": "
                + entries
                + " entries, "
                + (bytes + 1023) / 1024
                + " KiB; only you may read it");
  }
}
