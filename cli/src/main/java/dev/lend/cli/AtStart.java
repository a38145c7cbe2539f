package dev.lend.cli;

import dev.lend.model.Guest;
import dev.lend.plan.Lasting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The options by which a guest gets a device at its start too: it goes into its definition. */
final class AtStart {
  private static final String PERSISTENT = "--persistent";
  private static final String NEXT_BOOT = "--next-boot";

  private AtStart() {}

  static Syntax options(Syntax syntax) {
    return syntax
        .flag(PERSISTENT, "a libvirt domain: plug it in now, and at its every start")
        .flag(NEXT_BOOT, "a libvirt domain: from its next start on, whether it runs now or not");
  }

  /**
   * For how long the guest shall have it.
   *
   * @throws UsageException the line says two things at once
   */
  static Lasting of(Arguments arguments) {
    if (arguments.has(PERSISTENT) && arguments.has(NEXT_BOOT)) {
      throw new UsageException(
          PERSISTENT + " is now and at every start, " + NEXT_BOOT + " not now: name one of them");
    }
    return arguments.has(PERSISTENT)
        ? Lasting.ALWAYS
        : arguments.has(NEXT_BOOT) ? Lasting.NEXT_START : Lasting.LIVE;
  }

  /** How a guest has a device by that, to go on after "is lent to". */
  static String words(Guest guest, Lasting lasting) {
    return switch (lasting) {
      case LIVE -> guest.toString();
      case NEXT_START -> guest + ", from its next start on";
      case ALWAYS -> guest + ", now and at its every start";
    };
  }

  /** What is missing for the host's own start; empty where nothing is. */
  static Optional<String> advice(Lasting lasting) {
    boolean installed = Files.exists(Path.of("/etc/systemd/system/" + BootUnit.NAME));
    return lasting.defined() && !installed
        ? Optional.of(
            "After a start of this host it can do so only if Lend runs before libvirt:"
                + " lend boot install")
        : Optional.empty();
  }
}
