package dev.lend.model;

import java.util.List;
import java.util.Set;

/**
 * What guests have when they start the next time, as far as it is known.
 *
 * @param own what the guest in question has then
 * @param others the names of other guests that have the function in question then
 */
public record Definition(Own own, List<String> others) {
  /** Copies the list. */
  public Definition {
    others = List.copyOf(others);
  }

  /** Of a guest for which nobody was asked. */
  public static Definition unasked() {
    return new Definition(new Unread("nobody was asked"), List.of());
  }

  /** Whether somebody keeps for a guest what it has when it starts. */
  public sealed interface Own {}

  /**
   * Somebody does.
   *
   * @param devices the ids of the devices that it has then
   * @param function true where the function in question is one of them, by whatever id
   * @param room true where one more has its place
   */
  public record Kept(Set<String> devices, boolean function, boolean room) implements Own {
    /** Copies the set. */
    public Kept {
      devices = Set.copyOf(devices);
    }
  }

  /**
   * Nobody does.
   *
   * @param why to go on after the guest's name
   */
  public record None(String why) implements Own {}

  /** It cannot be told. */
  public record Unread(String why) implements Own {}
}
