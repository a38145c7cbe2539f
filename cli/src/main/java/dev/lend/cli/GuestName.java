package dev.lend.cli;

import dev.lend.act.Guests;
import dev.lend.model.Guest;
import dev.lend.model.Nearest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which guest a person means. */
final class GuestName {
  static final String OPTION = "--guest";
  static final String CONNECT = "--connect";

  private static final String BY_HAND =
      "a QEMU that was started by hand is named by its monitor: qmp:/path/to/socket";

  private GuestName() {}

  /**
   * The guest that the line names.
   *
   * @throws UsageException there is none
   * @throws DeclinedException it cannot be found out whether there is
   */
  static Guest of(Arguments arguments, Guests guests) {
    Guest guest = parsed(arguments);
    if (guest instanceof Guest.Qemu qemu) {
      refuseWithoutSocket(qemu);
    }
    return switch (guests.named(guest)) {
      case Guests.Known known -> known.guest();
      case Guests.Unasked unasked ->
          throw new DeclinedException("guest " + guest + ": " + unasked.why());
      case Guests.Unknown unknown ->
          throw new UsageException(
              "no such guest: "
                  + guest
                  + ": "
                  + unknown.why()
                  + Nearest.of(guest.toString(), unknown.others())
                      .map(near -> ". Did you mean " + near + "?")
                      .orElse(
                          unknown.others().isEmpty()
                              ? "; " + BY_HAND
                              : ". There are: " + String.join(", ", unknown.others())));
    };
  }

  /**
   * The guest by the words of the line, whether there is one or not.
   *
   * @throws UsageException they name none
   */
  static Guest parsed(Arguments arguments) {
    String text = arguments.option(OPTION).orElse("");
    return switch (Guest.parse(text).orElse(null)) {
      case null -> throw new UsageException("no such guest: " + text + " (" + BY_HAND + ")");
      case Guest.Qemu qemu when arguments.has(CONNECT) ->
          throw new UsageException(CONNECT + " is for libvirt's domains, and " + qemu + " is none");
      case Guest.Qemu qemu -> qemu;
      case Guest.Domain domain ->
          arguments.has(CONNECT) ? new Guest.Domain(domain.name(), uri(arguments)) : domain;
    };
  }

  private static void refuseWithoutSocket(Guest.Qemu qemu) {
    if (!Files.exists(Path.of(qemu.socket()))) {
      throw new UsageException(
          "no such guest: there is no "
              + qemu.socket()
              + " (start QEMU with -qmp unix:"
              + qemu.socket()
              + ",server=on,wait=off)");
    }
  }

  /** The libvirt that the line names; the system's where it names none. */
  static String uri(Arguments arguments) {
    Optional<String> uri = arguments.option(CONNECT);
    if (uri.isPresent() && !Guest.Domain.isUri(uri.get())) {
      throw new UsageException(
          CONNECT
              + " takes the URI of a libvirt on this host, such as "
              + Guest.Domain.SYSTEM
              + ", not "
              + uri.get());
    }
    return uri.orElse(Guest.Domain.SYSTEM);
  }
}
