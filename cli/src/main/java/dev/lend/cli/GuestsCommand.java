package dev.lend.cli;

import dev.lend.act.FoundGuest;
import dev.lend.act.GuestSearch;
import dev.lend.json.Json;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.plan.Names;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every guest on the host, whoever started it, with the devices that each has. */
final class GuestsCommand implements Command {
  @Override
  public String name() {
    return "guests";
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return "List the guests, libvirt's and others, with the devices that each has";
  }

  @Override
  public List<String> examples() {
    return List.of("lend guests", "what runs, what it has, and by what name to lend to it");
  }

  @Override
  public Syntax syntax() {
    Syntax syntax =
        Syntax.none().option(GuestName.CONNECT, "URI", "the libvirt whose domains are wanted");
    return Context.state(Context.root(Context.json(syntax)));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    String uri = GuestName.uri(arguments);
    FileKernel kernel = context.kernel(arguments);
    HostSnapshot host = new HostReader(kernel).read(context.scope(kernel));
    Ledger ledger = context.journal(arguments).ledger();
    GuestSearch.Found found =
        kernel.isConfined()
            ? GuestSearch.captured(kernel, host)
            : GuestSearch.here(kernel, host, uri);
    if (arguments.has("--json")) {
      context.out().print(json(found, host, ledger, uri).pretty());
    } else {
      text(context, found, host, ledger, uri);
    }
    return ExitCode.DONE;
  }

  private static void text(
      Context context, GuestSearch.Found found, HostSnapshot host, Ledger ledger, String uri) {
    List<String> lines = new ArrayList<>();
    Names names = new Names(host);
    for (FoundGuest guest : found.guests()) {
      lines.add(
          guest.name()
              + "  "
              + kind(guest.kind())
              + ", "
              + state(guest)
              + (guest.node().isPresent() ? ", on NUMA node " + guest.node().getAsInt() : ""));
      for (FoundGuest.Device device : guest.devices()) {
        String name =
            host.function(device.address()).map(names::of).orElse(device.address().brief());
        lines.add(
            "    " + name + "  " + by(guest, device, ledger).words + far(guest, device, host));
      }
      lines.add("    " + whatToDo(guest));
    }
    if (found.guests().isEmpty()) {
      lines.add("No guest was found.");
    }
    found
        .silence()
        .ifPresent(why -> lines.add("Domains of libvirt (" + uri + ") are not listed: " + why));
    for (String line : lines) {
      context.out().println(Text.printable(line));
    }
  }

  private static Fact<Integer> node(FoundGuest.Device device, HostSnapshot host) {
    return host.function(device.address()).map(PciFunction::numaNode).orElse(Fact.absent());
  }

  /** That a device is not where its guest is. */
  private static String far(FoundGuest guest, FoundGuest.Device device, HostSnapshot host) {
    return guest.node().isPresent()
            && node(device, host) instanceof Fact.Known<Integer>(Integer own)
            && own != guest.node().getAsInt()
        ? "; on NUMA node " + own + ", away from the guest"
        : "";
  }

  private static String kind(FoundGuest.Kind kind) {
    return switch (kind) {
      case DOMAIN -> "libvirt domain";
      case QEMU -> "QEMU";
      case OTHER -> "another program with devices open";
    };
  }

  private static String state(FoundGuest guest) {
    return guest.state()
        + (guest.pid().isPresent() ? " (pid " + guest.pid().getAsLong() + ")" : "");
  }

  /** Who gave a guest a device, and gives it back. */
  private enum By {
    LEND("lent by Lend"),
    LIBVIRT("libvirt gives it back (managed='yes'): Lend leaves it alone"),
    OTHERS("not lent by Lend"),
    NOBODY_YET("in its definition, for its next start");

    private final String words;

    By(String words) {
      this.words = words;
    }
  }

  private static By by(FoundGuest guest, FoundGuest.Device device, Ledger ledger) {
    if (!guest.running()) {
      return By.NOBODY_YET;
    }
    Optional<Loan> loan = ledger.loan(device.address());
    Optional<Loan.InGuest> in = loan.flatMap(Loan::inGuest);
    boolean here =
        in.isPresent()
            && (guest.guest().equals(Optional.of(in.get().guest()))
                || guest.kind() == FoundGuest.Kind.QEMU && device.alias().isEmpty());
    // A guest that was started with a reserved device has it from Lend as well.
    boolean reserved = loan.isPresent() && in.isEmpty();
    return here || reserved ? By.LEND : device.managed() ? By.LIBVIRT : By.OTHERS;
  }

  private static String whatToDo(FoundGuest guest) {
    if (guest.guest().isPresent()) {
      String name = guest.guest().get().toString();
      return guest.running()
          ? "lend attach DEVICE --guest '" + name.replace("'", "'\\''") + "'"
          : "not running: start it to lend to it";
    }
    return switch (guest.kind()) {
      case QEMU ->
          "no QMP socket, so nothing can be plugged in or out: stop it, or start it with"
              + " -qmp unix:PATH,server=on,wait=off";
      case DOMAIN -> "libvirt started it and does not answer for it";
      case OTHER -> "no QEMU: nothing can be plugged in or out; stop it to have its devices back";
    };
  }

  private static Json json(GuestSearch.Found found, HostSnapshot host, Ledger ledger, String uri) {
    List<Json> guests = new ArrayList<>();
    for (FoundGuest guest : found.guests()) {
      List<Json> devices = new ArrayList<>();
      for (FoundGuest.Device device : guest.devices()) {
        Json.Builder one =
            Json.object()
                .put("address", device.address().toString())
                .put("alias", device.alias())
                .put("given_by", word(by(guest, device, ledger)));
        if (node(device, host) instanceof Fact.Known<Integer>(Integer own)) {
          one.put("numa_node", own);
        }
        devices.add(one.build());
      }
      Json.Builder one =
          Json.object()
              .put("kind", word(guest.kind()))
              .put("name", guest.name())
              .put("uuid", guest.uuid())
              .put("state", guest.state())
              .put("running", guest.running());
      if (guest.pid().isPresent()) {
        one.put("pid", guest.pid().getAsLong());
      }
      if (guest.node().isPresent()) {
        one.put("numa_node", guest.node().getAsInt());
      }
      guests.add(
          one.put("guest", guest.guest().map(Object::toString))
              .put("devices", new Json.Arr(devices))
              .put("advice", whatToDo(guest))
              .build());
    }
    return Json.object()
        .put("guests", new Json.Arr(guests))
        .put(
            "libvirt",
            Json.object()
                .put("uri", uri)
                .put("answers", found.silence().isEmpty())
                .put("why", found.silence())
                .build())
        .build();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT);
  }
}
