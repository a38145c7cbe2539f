package dev.lend.act;

import dev.lend.libvirt.DomainDevices;
import dev.lend.libvirt.LiveVirt;
import dev.lend.libvirt.Virt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.libvirt.VirtEvent;
import dev.lend.libvirt.VirtException;
import dev.lend.model.Definition;
import dev.lend.model.Guest;
import dev.lend.model.GuestSight;
import dev.lend.model.GuestView;
import dev.lend.model.PciAddress;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.DomainXml;
import dev.lend.plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Guests that are libvirt's domains. A libvirt that is started anew in the middle of something is
 * asked again what came of it: its guests live on without it.
 */
public final class LibvirtGuests implements Guests {
  /** Pinning a terabyte takes minutes. */
  private static final Duration PLUG = Duration.ofMinutes(5);

  /** How long a libvirt that is being started anew may take. */
  private static final Duration RETURNS = Duration.ofSeconds(30);

  private static final Duration BUSY = Duration.ofMillis(200);

  private final LibvirtConnections libvirts;
  private final DomainDefinitions definitions;
  private final Duration unplugLimit;
  private final Patience patience;

  /**
   * @param unplugLimit how long a guest may take to let a device go
   * @param returnLimit how long a libvirt that went away may take to be there again
   */
  public LibvirtGuests(
      Virt.Connector connector, Duration unplugLimit, Duration returnLimit, Patience patience) {
    this.libvirts = new LibvirtConnections(connector, returnLimit, patience);
    this.definitions = new DomainDefinitions(libvirts);
    this.unplugLimit = unplugLimit;
    this.patience = patience;
  }

  /**
   * The domains of this host's libvirt.
   *
   * @param unplugLimit how long a guest may take to let a device go
   */
  public static LibvirtGuests ofThisHost(Duration unplugLimit) {
    return new LibvirtGuests(LiveVirt::open, unplugLimit, RETURNS, Patience.polling());
  }

  private static Guest.Domain domain(Guest guest) {
    return switch (guest) {
      case Guest.Domain domain -> domain;
      case Guest.Qemu qemu -> throw new IllegalArgumentException("is not libvirt's: " + qemu);
    };
  }

  /** The guest by its name, whether a person said that or its UUID. */
  @Override
  public Naming named(Guest any) {
    Guest.Domain guest = domain(any);
    try {
      Optional<VirtDomain> domain = libvirts.find(guest);
      if (domain.isPresent()) {
        String name = domain.get().name();
        String known = Guest.Domain.isName(name) ? name : domain.get().uuid();
        return new Known(new Guest.Domain(known, guest.uri()));
      }
      List<String> names = new ArrayList<>();
      for (VirtDomain one : libvirts.ask(guest, Virt::domains)) {
        names.add(one.name());
      }
      return new Unknown("libvirt (" + guest.uri() + ") has no such domain", names);
    } catch (VirtException e) {
      String why = String.valueOf(e.getMessage());
      return e.kind() == VirtException.Kind.ABSENT
          ? new Unknown(why, List.of())
          : new Unasked("libvirt (" + guest.uri() + ") cannot be asked: " + why);
    }
  }

  @Override
  public GuestView view(Guest any) {
    Guest.Domain guest = domain(any);
    try {
      Optional<DomainDevices> devices = devices(guest);
      if (devices.isEmpty()) {
        return new GuestView(guest, new GuestView.Gone());
      }
      // libvirt chooses the port itself; one without a name stands for that.
      List<String> ports = devices.get().room() ? List.of("") : List.of();
      return new GuestView(
          guest, new GuestView.Answering(guest.name(), ports, devices.get().aliases()));
    } catch (VirtException e) {
      return new GuestView(guest, new GuestView.Mute(String.valueOf(e.getMessage())));
    }
  }

  /** What a domain has now; empty where it does not run. */
  private Optional<DomainDevices> devices(Guest.Domain guest) throws VirtException {
    Optional<VirtDomain> domain = running(guest);
    if (domain.isEmpty()) {
      return Optional.empty();
    }
    String uuid = domain.get().uuid();
    try {
      return Optional.of(DomainDevices.read(libvirts.ask(guest, virt -> virt.xml(uuid))));
    } catch (VirtException e) {
      if (e.noDomain()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<VirtDomain> running(Guest.Domain guest) throws VirtException {
    return libvirts.find(guest).filter(VirtDomain::active);
  }

  private boolean has(Guest.Domain guest, String alias) throws VirtException {
    return devices(guest).map(found -> found.aliases().contains(alias)).orElse(false);
  }

  @Override
  public GuestSight sight(Guest any, Sought sought) {
    Guest.Domain guest = domain(any);
    try {
      Optional<VirtDomain> domain = running(guest);
      return domain.isEmpty()
          ? new GuestSight.Unknown("it is not running any more")
          : DomainSight.of(libvirts.connection(guest), domain.get().uuid(), sought, patience);
    } catch (VirtException e) {
      return new GuestSight.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /** libvirt does that itself. */
  @Override
  public void lockMemory(Step.LockMemory step) {
    throw new IllegalArgumentException("is libvirt's: " + step);
  }

  @Override
  public void plug(Step.Plug step) throws StepFailure {
    Guest.Domain guest = domain(step.guest());
    String prefix = "Guest " + guest + " did not take " + step.address() + ": ";
    try {
      Optional<VirtDomain> domain = running(guest);
      if (domain.isEmpty()) {
        throw new StepFailure(prefix + "it is not running any more.");
      }
      try {
        libvirts.connection(guest).attach(domain.get().uuid(), DomainXml.of(step), PLUG);
      } catch (VirtException e) {
        if (e.kind() == VirtException.Kind.ERROR) {
          throw e;
        }
        // Whether it went through before libvirt went away, only the guest's devices tell.
        libvirts.drop(guest);
        libvirts.await(guest, e);
        if (!has(guest, step.deviceId())) {
          throw e;
        }
        return;
      }
      if (!has(guest, step.deviceId())) {
        throw new StepFailure(
            "libvirt took " + step.address() + " and does not show it in " + guest + ".");
      }
    } catch (VirtException e) {
      throw new StepFailure(prefix + e.getMessage() + ".");
    }
  }

  @Override
  public Answer unplug(Step.Unplug step) throws StepFailure {
    Guest.Domain guest = domain(step.guest());
    long end = System.nanoTime() + unplugLimit.toNanos();
    try {
      Answer answer = unplugged(guest, step.deviceId(), end);
      if (answer != Answer.LET_GO && step.force()) {
        stop(guest, step);
        return Answer.STOPPED;
      }
      return switch (answer) {
        case LET_GO -> answer;
        case STOPPED -> throw new AssertionError(answer);
        case REFUSED -> throw Unplugs.refused(step);
        case SILENT -> throw Unplugs.silent(step, unplugLimit);
      };
    } catch (VirtException e) {
      throw new StepFailure(
          "Guest "
              + guest
              + " could not be asked to let "
              + step.address()
              + " go: "
              + e.getMessage()
              + ". See that libvirt runs, then try again.");
    }
  }

  @Override
  public Definition definition(Guest guest, PciAddress address) {
    return definitions.definition(domain(guest), address);
  }

  @Override
  public void define(DefinitionStep.Define step) throws StepFailure {
    definitions.define(domain(step.guest()), step);
  }

  @Override
  public void undefine(DefinitionStep.Undefine step) throws StepFailure {
    definitions.undefine(domain(step.guest()), step);
  }

  private void stop(Guest.Domain guest, Step.Unplug step) throws VirtException, StepFailure {
    Optional<VirtDomain> domain = running(guest);
    if (domain.isEmpty()) {
      return;
    }
    try {
      libvirts.connection(guest).destroy(domain.get().uuid(), Unplugs.STOP);
    } catch (VirtException e) {
      if (e.kind() == VirtException.Kind.GONE) {
        // Whether it ended before libvirt went away, libvirt knows when it is back.
        libvirts.drop(guest);
        libvirts.await(guest, e);
      }
      if (running(guest).isPresent()) {
        throw e;
      }
    }
    if (running(guest).isPresent()) {
      throw Unplugs.stays(step);
    }
  }

  private Answer unplugged(Guest.Domain guest, String alias, long end) throws VirtException {
    while (true) {
      try {
        return asked(guest, alias, end);
      } catch (VirtException e) {
        if (e.kind() != VirtException.Kind.GONE || System.nanoTime() > end) {
          throw e;
        }
        // A libvirt that comes back knows what its guests did meanwhile.
        libvirts.drop(guest);
        libvirts.await(guest, e);
      }
    }
  }

  private Answer asked(Guest.Domain guest, String alias, long end) throws VirtException {
    Optional<VirtDomain> domain = running(guest);
    if (domain.isEmpty() || !has(guest, alias)) {
      return Answer.LET_GO;
    }
    Virt virt = libvirts.connection(guest);
    // Before it is asked: the answer may come at once.
    virt.listen(domain.get().uuid());
    while (true) {
      try {
        virt.detach(domain.get().uuid(), alias);
        return heard(guest, virt, alias, left(end));
      } catch (VirtException e) {
        String why = String.valueOf(e.getMessage());
        if (e.kind() != VirtException.Kind.ERROR) {
          throw e;
        } else if (!has(guest, alias)) {
          return Answer.LET_GO;
        } else if (why.contains("rejected by the guest")) {
          return Answer.REFUSED;
        } else if (why.contains("in the process of unplug")) {
          // Asked before: the answer to that is the one to wait for.
          return heard(guest, virt, alias, left(end));
        } else if (!why.contains("guest is busy")) {
          throw e;
        }
        // While the slot's power indicator blinks, right after a plug (QEMU: hw/pci/pcie.c).
        Answer answer = heard(guest, virt, alias, BUSY);
        if (answer != Answer.SILENT || System.nanoTime() > end) {
          return answer;
        }
      }
    }
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /** What the guest says to it, within a time. */
  private Answer heard(Guest.Domain guest, Virt virt, String alias, Duration limit)
      throws VirtException {
    if (!has(guest, alias)) {
      return Answer.LET_GO;
    }
    Optional<VirtEvent> answer =
        virt.event(
            event ->
                switch (event) {
                  case VirtEvent.Removed(String which) -> which.equals(alias);
                  case VirtEvent.RemovalFailed(String which) -> which.equals(alias);
                  case VirtEvent.Added added -> false;
                  case VirtEvent.Ended ended -> true;
                  case VirtEvent.Closed closed -> true;
                },
            limit);
    return switch (answer.orElse(null)) {
      case VirtEvent.Removed removed -> Answer.LET_GO;
      case VirtEvent.RemovalFailed failed -> Answer.REFUSED;
      case VirtEvent.Closed closed ->
          throw new VirtException(VirtException.Kind.GONE, "libvirt went away");
      case VirtEvent.Added added -> throw new AssertionError(added);
      case VirtEvent.Ended ended -> Answer.LET_GO;
      case null -> has(guest, alias) ? Answer.SILENT : Answer.LET_GO;
    };
  }
}
