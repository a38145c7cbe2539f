package dev.lend.linux;

import java.util.Locale;

/** Error numbers of Linux that Lend has words for (kernel: {@code asm-generic/errno*.h}). */
public enum Errno {
  EPERM(1, "Operation not permitted"),
  ENOENT(2, "No such file or directory"),
  EINTR(4, "Interrupted system call"),
  EIO(5, "Input/output error"),
  EAGAIN(11, "Resource temporarily unavailable"),
  ENOMEM(12, "Cannot allocate memory"),
  EACCES(13, "Permission denied"),
  EBUSY(16, "Device or resource busy"),
  EEXIST(17, "File exists"),
  ENODEV(19, "No such device"),
  EINVAL(22, "Invalid argument"),
  EMFILE(24, "Too many open files"),
  ENOSPC(28, "No space left on device"),
  ERANGE(34, "Numerical result out of range"),
  EMSGSIZE(90, "Message too long"),
  EPROTONOSUPPORT(93, "Protocol not supported"),
  EOPNOTSUPP(95, "Operation not supported"),
  EAFNOSUPPORT(97, "Address family not supported by protocol"),
  EADDRINUSE(98, "Address already in use"),
  EADDRNOTAVAIL(99, "Cannot assign requested address"),
  ENETDOWN(100, "Network is down"),
  ENETUNREACH(101, "Network is unreachable"),
  ENOBUFS(105, "No buffer space available"),
  ETIMEDOUT(110, "Connection timed out"),
  EHOSTUNREACH(113, "No route to host"),
  /** The answer makes no sense: made here, not by the kernel. */
  EBADMSG(74, "Bad message"),
  /** Any other; the message has its number. */
  OTHER(0, "Error");

  private final int number;
  private final String text;

  Errno(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /** The error of that number. */
  static Errno of(int number) {
    for (Errno errno : values()) {
      if (errno.number == number && errno != OTHER) {
        return errno;
      }
    }
    return OTHER;
  }

  /** What {@code strerror(3)} says in the C locale. */
  static String text(int number) {
    Errno known = of(number);
    return known == OTHER ? String.format(Locale.ROOT, "Error %d", number) : known.text;
  }

  int number() {
    return number;
  }

  /** What {@code strerror(3)} says in the C locale. */
  String text() {
    return text;
  }
}
