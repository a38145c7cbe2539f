package dev.lend.sysfs;

import dev.lend.model.KernelTask;
import java.util.Optional;

/** The kernel refused a write, or did not answer in its time. */
public final class KernelRefusal extends Exception {
  /** Why a write failed; the names are those of {@code errno(3)}. */
  public enum Reason {
    EBUSY("Device or resource busy"),
    ENODEV("No such device"),
    ENOENT("No such file or directory"),
    EINVAL("Invalid argument"),
    EIO("Input/output error"),
    EPERM("Operation not permitted"),
    EACCES("Permission denied"),
    ENOSPC("No space left on device"),
    ENOMEM("Cannot allocate memory"),
    ERANGE("Numerical result out of range"),
    EEXIST("File exists"),
    EROFS("Read-only file system"),
    EOPNOTSUPP("Operation not supported"),
    /** The write did not return in its time. */
    TIMEOUT("no answer in time"),
    /** An error that has no name here; the detail says what. */
    OTHER("failed");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** What {@code strerror(3)} says in the C locale. */
    public String text() {
      return text;
    }
  }

  private static final long serialVersionUID = 1;

  private final String path;
  private final Reason reason;
  private final transient Optional<KernelTask> task;

  /**
   * No answer in time.
   *
   * @param path what was written to
   * @param task the child that waits for the answer; empty where it ended before it could be seen
   */
  public KernelRefusal(String path, Optional<KernelTask> task, String detail) {
    this(path, Reason.TIMEOUT, detail, task);
  }

  /**
   * @param path what was written to
   * @param reason why it failed
   * @param detail more about it, or empty text
   */
  public KernelRefusal(String path, Reason reason, String detail) {
    this(path, reason, detail, Optional.empty());
  }

  private KernelRefusal(String path, Reason reason, String detail, Optional<KernelTask> task) {
    super("/" + path + ": " + (detail.isEmpty() ? reason.text() : detail));
    this.path = path;
    this.reason = reason;
    this.task = task;
  }

  /** What was written to. */
  public String path() {
    return path;
  }

  /** The child that still waits for the kernel's answer, if one does. */
  public Optional<KernelTask> task() {
    return task;
  }

  /** Why it failed. */
  public Reason reason() {
    return reason;
  }
}
