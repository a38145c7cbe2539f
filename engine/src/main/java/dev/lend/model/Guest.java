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
   * A domain of libvirt's. Its text form is its name, and where another than the system's libvirt
   * has it, an at sign and that libvirt's URI: a name has no slash in it (libvirt: {@code
   * src/conf/domain_conf.c}), so the two can be told apart.
   *
   * @param name its name; its UUID does as well where a person says it
   * @param uri the libvirt that has it, as {@code virsh -c} takes it
   */
  record Domain(String name, String uri) implements Guest {
    /** The libvirt that runs the host's guests. */
    public static final String SYSTEM = "qemu:///system";

    /** Rejects what {@link #parse} would not read back: the journal must be able to. */
    public Domain {
      if (!isName(name)) {
        throw new IllegalArgumentException("no name of a domain: " + name);
      }
      if (!isUri(uri)) {
        throw new IllegalArgumentException("no URI of a libvirt on this host: " + uri);
      }
    }

    /** One of the system's libvirt. */
    public Domain(String name) {
      this(name, SYSTEM);
    }

    /** True for what can be a domain's name and is no other kind of guest. */
    public static boolean isName(String text) {
      boolean other = text.startsWith(QMP_PREFIX) || text.isBlank();
      return !other && text.indexOf('/') < 0 && printable(text);
    }

    /**
     * True for the URI of a libvirt on this host: the devices of another cannot be lent from here
     * (libvirt: docs/uri).
     */
    public static boolean isUri(String text) {
      int scheme = text.indexOf("://");
      String letters = scheme < 0 ? "" : text.substring(0, scheme);
      boolean word = !letters.isEmpty();
      for (int i = 0; i < letters.length(); i++) {
        char c = letters.charAt(i);
        word &= c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+';
      }
      return word && text.startsWith(":///", scheme) && printable(text);
    }

    private static boolean printable(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c < ' ' || c >= 0x7f && c < 0xa0) {
          return false;
        }
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (Character.isSurrogate(c) && !pair) {
          return false;
        }
        i += pair ? 1 : 0;
      }
      return true;
    }

    @Override
    public String toString() {
      return uri.equals(SYSTEM) ? name : name + "@" + uri;
    }
  }

  /**
   * Reads {@code qmp:/path/to/socket}, or the name of a domain; empty where the text is no guest
   * that Lend knows how to name.
   */
  static Optional<Guest> parse(String text) {
    if (text.startsWith(QMP_PREFIX)) {
      boolean path = text.startsWith(QMP_PREFIX + "/") && text.indexOf('\0') < 0;
      return path ? Optional.of(new Qemu(text.substring(QMP_PREFIX.length()))) : Optional.empty();
    }
    int scheme = text.indexOf("://");
    int at = scheme < 0 ? -1 : text.lastIndexOf('@', scheme);
    String name = at < 0 ? text : text.substring(0, at);
    String uri = at < 0 ? Domain.SYSTEM : text.substring(at + 1);
    return Domain.isName(name) && Domain.isUri(uri)
        ? Optional.of(new Domain(name, uri))
        : Optional.empty();
  }
}
