package dev.lend.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A guest at one moment, as its own monitor tells it.
 *
 * @param guest which one
 * @param state whether it answers, and what it says
 * @param definition what it has when it starts the next time, where that was asked for
 */
public record GuestView(Guest guest, State state, Definition definition) {
  /** One whose definition was not asked for. */
  public GuestView(Guest guest, State state) {
    this(guest, state, Definition.unasked());
  }

  /** The same with what it has when it starts the next time. */
  public GuestView with(Definition defined) {
    return new GuestView(guest, state, defined);
  }

  /** Whether the guest's monitor answers. */
  public sealed interface State {}

  /**
   * It answers.
   *
   * @param name what it calls itself, empty text where it has no name
   * @param freePorts buses into which one more device can be plugged now; one with an empty name
   *     where the guest's own software chooses
   * @param devices the ids of the devices that it has
   * @param memory its memory, where it says that
   */
  public record Answering(
      String name, List<String> freePorts, Set<String> devices, Optional<GuestMemory> memory)
      implements State {
    /** One that does not tell of its memory. */
    public Answering(String name, List<String> freePorts, Set<String> devices) {
      this(name, freePorts, devices, Optional.empty());
    }

    /** Copies the collections. */
    public Answering {
      freePorts = List.copyOf(freePorts);
      devices = Set.copyOf(devices);
    }
  }

  /** There is no such guest any more: nobody listens at its socket, or the domain does not run. */
  public record Gone() implements State {}

  /** It cannot be told: whoever knows does not answer, or not as it should. */
  public record Mute(String why) implements State {}
}
