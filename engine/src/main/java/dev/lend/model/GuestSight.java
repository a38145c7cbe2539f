package dev.lend.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a guest itself makes of a device that it was given, by its own agent. */
public sealed interface GuestSight {
  /**
   * It has it.
   *
   * @param address by which the guest knows it; empty where that was not told
   * @param driver the guest's driver for it; empty where it has none, or that was not told
   * @param nets its network interfaces in there
   * @param disks its disks in there
   */
  record Seen(Optional<String> address, Optional<String> driver, List<Net> nets, List<String> disks)
      implements GuestSight {
    /** Copies the lists. */
    public Seen {
      nets = List.copyOf(nets);
      disks = List.copyOf(disks);
    }
  }

  /**
   * A network interface in the guest.
   *
   * @param up whether somebody has set it up in there; empty where that was not told
   */
  record Net(String name, Optional<Boolean> up) {}

  /** The guest was asked, and does not show it, or not yet. */
  record Unseen() implements GuestSight {}

  /** It cannot be known. */
  record Unknown(String why) implements GuestSight {}

  /** For a person. */
  default String describe(String guest) {
    return switch (this) {
      case Seen seen -> guest + " sees it" + words(seen) + ".";
      case Unseen unseen ->
          guest + " does not show it yet: its agent was asked, and it has no driver for it so far.";
      case Unknown(String why) -> "Whether " + guest + " sees it, Lend cannot know: " + why + ".";
    };
  }

  private static String words(Seen seen) {
    List<String> words = new ArrayList<>();
    seen.driver().ifPresent(driver -> words.add("driver " + driver));
    for (Net net : seen.nets()) {
      words.add(net.name() + net.up().map(up -> up ? " up" : " down").orElse(""));
    }
    seen.disks().forEach(disk -> words.add("disk " + disk));
    String rest = String.join(", ", words);
    return seen.address().map(address -> " as " + address + ", " + rest).orElse(" as " + rest);
  }
}
