package dev.lend.model;

import java.util.Optional;

/** A guest, as the person names it. */
public sealed interface Guest {
  /** What stands before the path of a QMP socket. */
  String QMP_PREFIX = "qmp:";

  /**
   * A QEMU that was started by hand and offers its monitor.
   *
   * @param socket the absolute path of its QMP UNIX socket
   */
  record Qemu(String socket) implements Guest {
    /** Rejects what {@link #parse} would not read back: the journal must be able to. */
    public Qemu {
      if (!socket.startsWith("/") || socket.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("no absolute path: " + socket);
      }
    }

    @Override
    public String toString() {
      return QMP_PREFIX + socket;
    }
  }

  /**
   * Reads {@code qmp:/path/to/socket}; empty where the text is no guest that Lend knows how to
   * name.
   */
  static Optional<Guest> parse(String text) {
    if (text.startsWith(QMP_PREFIX + "/") && text.indexOf('\0') < 0) {
      return Optional.of(new Qemu(text.substring(QMP_PREFIX.length())));
    }
    return Optional.empty();
  }
}
