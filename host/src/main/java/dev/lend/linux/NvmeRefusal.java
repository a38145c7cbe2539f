package dev.lend.linux;

import java.util.Locale;
import java.util.Map;

/** An NVMe controller refused a command, or the kernel could not hand it over. */
public final class NvmeRefusal extends Exception {
  private static final long serialVersionUID = 1;

  /** Status code type and status code, without the bits that say whether to try again. */
  private static final int CODE = 0x7ff;

  private static final int INVALID_OPCODE = 0x001;
  private static final int INVALID_FIELD = 0x002;

  /** NVM Express Base Specification 2.0, figures 96 and 97. */
  private static final Map<Integer, String> WORDS =
      Map.of(
          INVALID_OPCODE,
          "Invalid Command Opcode",
          INVALID_FIELD,
          "Invalid Field in Command",
          0x006,
          "Internal Error",
          0x007,
          "Command Abort Requested",
          0x11f,
          "Invalid Controller Identifier",
          0x120,
          "Invalid Secondary Controller State",
          0x121,
          "Invalid Number of Controller Resources",
          0x122,
          "Invalid Resource Identifier");

  private final boolean unsupported;

  private NvmeRefusal(String message, boolean unsupported) {
    super(message);
    this.unsupported = unsupported;
  }

  /**
   * The controller's answer.
   *
   * @param status its status field, as the kernel hands it on
   */
  public static NvmeRefusal status(String what, int status) {
    int code = status & CODE;
    String words = WORDS.getOrDefault(code, "");
    return new NvmeRefusal(
        String.format(
            Locale.ROOT,
            "%s: %s",
            what,
            words.isEmpty() ? String.format(Locale.ROOT, "NVMe status 0x%x", code) : words),
        code == INVALID_OPCODE || code == INVALID_FIELD);
  }

  /** The kernel's answer. */
  public static NvmeRefusal errno(String what, Errno errno) {
    return new NvmeRefusal(what + ": " + errno.text(), false);
  }

  static NvmeRefusal errno(String what, int number) {
    return new NvmeRefusal(what + ": " + Errno.text(number), false);
  }

  /** The controller has no such thing. */
  public static NvmeRefusal lacking(String what) {
    return new NvmeRefusal(what + ": it has no virtualization management", true);
  }

  /** True where the controller has no such thing: an answer, not a failure. */
  public boolean unsupported() {
    return unsupported;
  }
}
