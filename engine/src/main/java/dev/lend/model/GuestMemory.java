package dev.lend.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A guest's memory, in bytes. All of it is locked (pinned) while the guest has a device of the
 * host's: the device may write to any of it at any time.
 *
 * @param size what it has now, or will have once it runs, plugged memory included
 * @param most what it may grow to by memory that is plugged in
 * @param place how the host stands to that, where it could be read
 */
public record GuestMemory(long size, long most, Optional<Place> place) {
  /**
   * The host, as far as this guest's memory is concerned.
   *
   * @param present what of its memory the host has given the guest's process already
   * @param locked what of that is locked: for a guest that has a device already, all
   * @param available what can still be given without taking it from others
   * @param source what sets that bound: {@code this host}, or a control group
   * @param lockable how much the process may lock in all; empty where any amount
   * @param pid the guest's process; 0 where it is not started yet
   * @param raisable that process and its limit, where Lend may raise it
   */
  public record Place(
      long present,
      long locked,
      long available,
      String source,
      OptionalLong lockable,
      long pid,
      Optional<Raisable> raisable) {
    /** Whose limit nobody may raise. */
    public Place(
        long present, long locked, long available, String source, OptionalLong lockable, long pid) {
      this(present, locked, available, source, lockable, pid, Optional.empty());
    }

    /** The same where something else leaves less. */
    public Place within(long left, String bound) {
      return new Place(present, locked, left, bound, lockable, pid, raisable);
    }
  }

  /**
   * A limit that may be raised.
   *
   * @param task the process
   * @param limit what it may lock now
   */
  public record Raisable(KernelTask task, LockLimit limit) {}

  /** Of a guest of which nothing more is known. */
  public static GuestMemory of(long size) {
    return new GuestMemory(size, size, Optional.empty());
  }

  /** The same on a host. */
  public GuestMemory at(Optional<Place> known) {
    return new GuestMemory(size, most, known);
  }
}
