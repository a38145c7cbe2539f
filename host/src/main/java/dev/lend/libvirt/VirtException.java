package dev.lend.libvirt;

/** Something could not be asked of libvirt, or it refused. */
public final class VirtException extends Exception {
  /** What went wrong. */
  public enum Kind {
    /** libvirt's library is not on this host, or too old. */
    ABSENT,
    /** No libvirt can be reached, or the connection to it broke. */
    GONE,
    /** It gave no answer in its time. */
    MUTE,
    /** It answered with an error. */
    ERROR
  }

  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final int code;

  /** With what went wrong, in words. */
  public VirtException(Kind kind, String message) {
    this(kind, message, 0);
  }

  /**
   * The same with libvirt's own number for it.
   *
   * @param code one of {@code virErrorNumber} (libvirt: {@code include/libvirt/virterror.h})
   */
  public VirtException(Kind kind, String message, int code) {
    super(message);
    this.kind = kind;
    this.code = code;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** True where there is no such domain: {@code VIR_ERR_NO_DOMAIN}. */
  public boolean noDomain() {
    return code == 42;
  }

  /** True where the domain has no such device: {@code VIR_ERR_DEVICE_MISSING}. */
  public boolean noDevice() {
    return code == 99;
  }

  /** True where the domain is not in a state for it: {@code VIR_ERR_OPERATION_INVALID}. */
  public boolean wrongState() {
    return code == 55;
  }
}
