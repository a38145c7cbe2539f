package dev.lend.linux;

/** The kernel refused a question or a change about the network, or did not answer in its time. */
public final class NetRefusal extends Exception {
  private static final long serialVersionUID = 1;

  private final Errno errno;

  /**
   * @param what what was asked, as in "add 192.0.2.1/24"
   * @param number the error's number
   * @param detail what the kernel says about it in words, or empty text
   */
  NetRefusal(String what, int number, String detail) {
    super(
        what
            + ": "
            + (detail.isEmpty() ? "" : detail + " (")
            + Errno.text(number)
            + (detail.isEmpty() ? "" : ")"));
    this.errno = Errno.of(number);
  }

  /** As {@link #NetRefusal(String, int, String)}. */
  public NetRefusal(String what, Errno errno, String detail) {
    this(what, errno.number(), detail);
  }

  /** Why. */
  public Errno errno() {
    return errno;
  }

  /** True where the driver or kernel has no such thing: an outcome, not a failure. */
  public boolean unsupported() {
    return errno == Errno.EOPNOTSUPP || errno == Errno.EPROTONOSUPPORT;
  }
}
