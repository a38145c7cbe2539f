package dev.lend.ledger;

import dev.lend.model.Binding;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.Guest;
import dev.lend.model.KernelTask;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciAddress;
import dev.lend.model.VfsOrigin;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One function that Lend took from the host.
 *
 * @param address which one
 * @param holder who has it
 * @param origin what it goes back to
 * @param since when it was taken
 * @param net what of the network is put back when it is home
 * @param device what was taken, to be told from another device at its address; empty in what an
 *     earlier Lend wrote
 * @param vfs the VFs that it had, to be made again when it is home
 * @param resets the ways in which the kernel may reset it, where they have to be put back; empty
 *     where nothing was changed about them
 * @param forwards the addresses that were entered into the filter of its PF for its sake, and are
 *     taken out when it is home
 */
public record Loan(
    PciAddress address,
    Holder holder,
    Binding origin,
    Instant since,
    NetOrigin net,
    Optional<DeviceIdentity> device,
    Optional<VfsOrigin> vfs,
    List<String> resets,
    List<String> forwards) {
  /** Copies the lists. */
  public Loan {
    resets = List.copyOf(resets);
    forwards = List.copyOf(forwards);
  }

  /** A loan for whose sake nothing was entered. */
  public Loan(
      PciAddress address,
      Holder holder,
      Binding origin,
      Instant since,
      NetOrigin net,
      Optional<DeviceIdentity> device,
      Optional<VfsOrigin> vfs,
      List<String> resets) {
    this(address, holder, origin, since, net, device, vfs, resets, List.of());
  }

  /** A loan of a function of which no more is known. */
  public Loan(PciAddress address, Holder holder, Binding origin, Instant since, NetOrigin net) {
    this(address, holder, origin, since, net, Optional.empty(), Optional.empty(), List.of());
  }

  /** A loan with nothing of the network to put back. */
  public Loan(PciAddress address, Holder holder, Binding origin, Instant since) {
    this(address, holder, origin, since, NetOrigin.none());
  }

  /** Who has a function that the host gave up. */
  public sealed interface Holder {}

  /** Nobody yet: it waits on vfio-pci for a guest. */
  public record Reserved() implements Holder {}

  /**
   * It came along because its IOMMU group cannot be split, and is in no guest itself.
   *
   * @param with the function for whose sake it was taken
   */
  public record Along(PciAddress with) implements Holder {}

  /**
   * A guest has it.
   *
   * @param guest which
   * @param deviceId what the guest's QEMU calls the device
   * @param defined true where it is in the guest's definition: then it is the guest's as well while
   *     that is shut off, and at its every start
   */
  public record InGuest(Guest guest, String deviceId, boolean defined) implements Holder {
    /** One that has it until it ends. */
    public InGuest(Guest guest, String deviceId) {
      this(guest, deviceId, false);
    }
  }

  /**
   * A process that {@code lend run} started has it, or the Lend that is about to start that. It
   * goes home when the process ends.
   *
   * @param name what a person calls it: the guest's name, or its program's
   */
  public record InProcess(KernelTask task, String name) implements Holder {
    /** For a person: {@code web1 (pid 4242)}. */
    public String describe() {
      return name + " (pid " + task.pid() + ")";
    }
  }

  /** The process that has it, if it was lent to one. */
  public Optional<InProcess> inProcess() {
    return holder instanceof InProcess in ? Optional.of(in) : Optional.empty();
  }

  /** Who it is lent to, for a person; empty where nobody has it yet. */
  public Optional<String> taker() {
    return switch (holder) {
      case InGuest in -> Optional.of(in.guest().toString());
      case InProcess in -> Optional.of(in.describe());
      case Reserved reserved -> Optional.empty();
      case Along along -> Optional.empty();
    };
  }

  /** The guest that has it, if one has. */
  public Optional<InGuest> inGuest() {
    return holder instanceof InGuest in ? Optional.of(in) : Optional.empty();
  }

  /** True where a guest's definition has it. */
  public boolean defined() {
    return holder instanceof InGuest in && in.defined();
  }

  /** The same loan in other hands. */
  public Loan heldBy(Holder other) {
    return new Loan(address, other, origin, since, net, device, vfs, resets, forwards);
  }

  /** The same loan, with these addresses to be taken out of the PF's filter. */
  public Loan forwarding(List<String> macs) {
    return new Loan(address, holder, origin, since, net, device, vfs, resets, macs);
  }
}
