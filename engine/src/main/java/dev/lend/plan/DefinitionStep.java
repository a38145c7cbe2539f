package dev.lend.plan;

import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import java.util.List;
import java.util.Optional;

/** A step about what a guest has when it starts the next time; the one that runs is left alone. */
public sealed interface DefinitionStep extends Step {
  /** Whose definition. */
  Guest guest();

  /** The function. */
  PciAddress address();

  /** What the device is called in there. */
  String deviceId();

  /**
   * Puts a function into a definition, in the form in which it would be plugged in. Done as well
   * where it is in there already.
   *
   * @param vf as in {@link Step.Plug}
   */
  record Define(Guest guest, PciAddress address, String deviceId, Optional<DomainVf> vf)
      implements DefinitionStep {
    /** The same for the guest that runs. */
    public Step.Plug plug() {
      return new Step.Plug(guest, address, deviceId, "", vf);
    }
  }

  /**
   * Takes it out. Done as well where it is not in there, or the definition is gone. Not undone: it
   * is part of ways home only, and those are finished.
   */
  record Undefine(Guest guest, PciAddress address, String deviceId) implements DefinitionStep {}

  /** As {@link Step#device}: what is taken out is known by its own name. */
  default Optional<PciAddress> concerned() {
    return switch (this) {
      case Define define -> Optional.of(define.address());
      case Undefine undefine -> Optional.empty();
    };
  }

  /** As {@link Step#inverse}. */
  default Optional<Step> undoing() {
    return switch (this) {
      case Define d -> Optional.of(new Undefine(d.guest(), d.address(), d.deviceId()));
      case Undefine undefine -> Optional.empty();
    };
  }

  /** As {@link Step#describe}. */
  default String words() {
    return switch (this) {
      case Define d -> "put " + d.address() + " into the definition of " + d.guest();
      case Undefine u -> "take " + u.address() + " out of the definition of " + u.guest();
    };
  }

  /** As {@link Step#shell}. */
  default List<String> commands() {
    return switch (this) {
      case Define define -> GuestCommands.define(define);
      case Undefine undefine -> GuestCommands.undefine(undefine);
    };
  }
}
