package dev.lend.linux;

/** Bytes that are no netlink message. */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1;

  Malformed(String message) {
    super(message, null, false, false);
  }
}
