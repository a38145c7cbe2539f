package dev.lend.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/**
 * The script that libvirt runs before it starts a domain (libvirt: docs/hooks). It is a copy: it
 * works on, and lets starts go on, where Lend itself has been taken away.
 *
 * @param root the root of the host's files
 * @param dist the folder that Lend was started from
 * @param state the folder with the journal
 * @param folder true for a libvirt that runs all scripts of a folder, so that nobody's own is in
 *     the way
 */
record HookScript(Path root, Path dist, Path state, boolean folder) {
  static final String SOURCE = "libvirt-hook.sh";

  /** What every version of the script has in its second line, and nobody else's has. */
  private static final String OURS = "# Lend's hook for libvirt's QEMU domains.";

  private Path hooks() {
    return root.resolve("etc/libvirt/hooks");
  }

  Path file() {
    return hooks().resolve(folder ? "qemu.d/lend" : "qemu");
  }

  /** True where libvirt's daemons have their settings on this host. */
  boolean libvirtIsHere() {
    return Files.isDirectory(root.resolve("etc/libvirt"));
  }

  boolean installed() throws IOException {
    return there().orElse("").contains(OURS);
  }

  /** True where somebody else's script has the only place that this libvirt looks at. */
  boolean foreign() throws IOException {
    return there().isPresent() && !installed();
  }

  /** True where the script that is there is the one that would be, and can be run. */
  boolean current() throws IOException {
    return there().equals(Optional.of(text())) && Files.isExecutable(file());
  }

  private Optional<String> there() throws IOException {
    try {
      return Optional.of(Files.readString(file()));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  /** The script with this host's state folder in it. */
  String text() throws IOException {
    String quoted = "'" + state.toString().replace("'", "'\\''") + "'";
    return Files.readString(dist.resolve(SOURCE)).replace("@STATE@", quoted);
  }

  /** Writes it; what was there before counts until the new one is whole on disk. */
  void install() throws IOException {
    Files.createDirectories(
        file().resolveSibling(""),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    // Not beside it: libvirt would run whatever is in that folder.
    Path fresh = hooks().resolve(".lend-hook.new");
    Files.writeString(fresh, text());
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    sync(fresh);
    Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(file().resolveSibling(""));
  }

  /** Takes it away; true where it was there. */
  boolean remove() throws IOException {
    Files.deleteIfExists(called());
    return installed() && Files.deleteIfExists(file());
  }

  private Path called() {
    return state.resolve("hooked");
  }

  /** When libvirt last called it, since it was written; empty where it has not. */
  Optional<Instant> lastCalled() throws IOException {
    if (!Files.exists(called())) {
      return Optional.empty();
    }
    Instant last = Files.getLastModifiedTime(called()).toInstant();
    Instant since = Files.getLastModifiedTime(file()).toInstant();
    return last.isBefore(since) ? Optional.empty() : Optional.of(last);
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
