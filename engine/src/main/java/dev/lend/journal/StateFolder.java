package dev.lend.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds the journal, locked: one writer at a time per host. The lock is the
 * kernel's and goes with the process, however it ends.
 */
public final class StateFolder implements AutoCloseable {
  private static final String READ_ONLY = "Read-only file system";

  /** What the kernel says where it is the disk's fault (C library: {@code strerror}). */
  private static final Set<String> DISK =
      Set.of("No space left on device", READ_ONLY, "Disk quota exceeded", "Input/output error");

  private final Path folder;
  private final FileChannel channel;
  private final Optional<FileChannel> host;
  private Optional<Journal> journal = Optional.empty();

  private StateFolder(Path folder, FileChannel channel, Optional<FileChannel> host) {
    this.folder = folder;
    this.channel = channel;
    this.host = host;
  }

  /**
   * Locks the folder, and makes it where there is none.
   *
   * @param onWait told who has the lock, before waiting for it
   * @throws JournalException it cannot be made or locked, or others than its owner may write to it
   */
  public static StateFolder lock(Path folder, String asking, Consumer<String> onWait) {
    return lock(folder, Optional.empty(), asking, onWait);
  }

  /**
   * The same, and a lock that all who change this host have in common, whatever folder they name.
   *
   * @param common its file; where it cannot be made, because only root may, the folder's own has to
   *     do
   */
  public static StateFolder lock(
      Path folder, Optional<Path> common, String asking, Consumer<String> onWait) {
    try {
      make(folder);
      trust(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      try {
        await(channel, onWait);
        sign(channel, asking);
        return new StateFolder(folder, channel, host(common, asking, onWait));
      } catch (IOException | RuntimeException | Error e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /** A disk that takes nothing more is nobody's wrong usage. */
  private static JournalException unusable(Path folder, IOException e) {
    String why = FileJournalLog.reason(e);
    String what = "Cannot use the state folder " + folder + ": " + why;
    return DISK.contains(why)
        ? new UnwritableException(
            what + ". Make it writable, or name another folder with --state DIR.",
            e,
            why.equals(READ_ONLY))
        : new JournalException(what + ". Run as root, or name another folder with --state DIR.", e);
  }

  /** After the folder's own lock, always: two who hold one each would wait for each other else. */
  private static Optional<FileChannel> host(
      Optional<Path> common, String asking, Consumer<String> onWait) throws IOException {
    if (common.isEmpty()) {
      return Optional.empty();
    }
    FileChannel channel;
    try {
      // For its owner alone: who can read it could lock it, and everybody would wait.
      channel =
          FileChannel.open(
              common.get(),
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException notOurs) {
      return Optional.empty();
    }
    try {
      await(channel, onWait);
      sign(channel, asking);
      return Optional.of(channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** Whom others are told to wait for. On a full disk they are not told; the lock holds as well. */
  private static void sign(FileChannel channel, String asking) {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(asking.getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException nameless) {
      // The journal says what is the matter with the disk, where it matters.
    }
  }

  private static void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    FileJournalLog.syncFolder(folder.toAbsolutePath().resolveSibling("."));
  }

  /**
   * Waits for the lock, by trying again: what another thread of this process holds, Java reports by
   * an exception even where it was asked to wait.
   */
  private static void await(FileChannel channel, Consumer<String> onWait) throws IOException {
    boolean told = false;
    while (!tried(channel)) {
      if (!told) {
        onWait.accept(holder(channel));
        told = true;
      }
      LockSupport.parkNanos(20_000_000);
      if (Thread.interrupted()) {
        throw new FileLockInterruptionException();
      }
    }
  }

  private static boolean tried(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  /** A folder that others may write to could make Lend undo what never was done. */
  private static void trust(Path folder) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()
        || !ownedByUsOrRoot(folder)
        || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
        || attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)) {
      throw new JournalException(
          "The state folder "
              + folder
              + " is a link, belongs to somebody else, or others may write to it. Lend trusts only"
              + " a folder of its own: chown and chmod go-w it, or name another with --state DIR.");
    }
  }

  private static boolean ownedByUsOrRoot(Path folder) throws IOException {
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return owner.equals(0) || owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(200);
    channel.read(bytes, 0);
    String name = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
    return name.isEmpty() ? "another lend" : name;
  }

  /** The journal of this folder. */
  public Journal journal() {
    Journal read = Journal.read(FileJournalLog.open(folder));
    journal = Optional.of(read);
    return read;
  }

  @Override
  public void close() {
    if (journal.isPresent()) {
      QuarantineMark.write(folder, journal.get().ledger().quarantines().values());
      LentMark.write(folder, journal.get().ledger());
      StuckMark.write(folder, journal.get().unanswered().stuck());
    }
    try {
      if (host.isPresent()) {
        host.get().close();
      }
      channel.close();
    } catch (IOException e) {
      throw new JournalException(
          "Cannot release the lock of " + folder + ": " + FileJournalLog.reason(e) + ".", e);
    }
  }
}
