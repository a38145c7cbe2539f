package dev.lend.libvirt;

/** Something that libvirt tells by itself. */
public sealed interface VirtEvent {
  /** A device is in the guest. */
  record Added(String alias) implements VirtEvent {}

  /** A device is out of the guest: only this says so. */
  record Removed(String alias) implements VirtEvent {}

  /** The guest refused to let a device go. */
  record RemovalFailed(String alias) implements VirtEvent {}

  /** The domain does not run any more. */
  record Ended() implements VirtEvent {}

  /** The connection to libvirt is over. */
  record Closed() implements VirtEvent {}
}
