package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import java.util.List;
import java.util.Optional;

/** What differs between kinds of guests where a function goes into one. */
final class Plugging {
  /** What a q35 needs for each device that is plugged into it (QEMU: {@code docs/pcie.txt}). */
  private static final String MORE_PORTS = "-device pcie-root-port,id=rp9,chassis=9,slot=9";

  /** Buses that have no end of room: an i440fx's, as QEMU calls it, and what libvirt chooses. */
  private static final List<String> ROOMY = List.of("pci.0", "");

  private final Draft draft;
  private final Guest guest;

  Plugging(Draft draft, Guest guest) {
    this.draft = draft;
    this.guest = guest;
  }

  /** What a guest shall call a device. */
  static String deviceId(Guest guest, PciAddress address) {
    return switch (guest) {
      case Guest.Qemu qemu -> Planner.deviceId(address);
      case Guest.Domain domain -> DomainXml.alias(address);
    };
  }

  /** What a loan to the same guest lacks of what is wanted now; empty where that is nothing. */
  Optional<Lasting> missing(Loan loan, Request.Attach attach, Optional<GuestView> view) {
    Optional<Loan.InGuest> in = loan.inGuest().filter(one -> one.guest().equals(attach.guest()));
    if (in.isEmpty()) {
      return Optional.empty();
    }
    boolean plug = attach.lasting().live() && in.get().defined() && !inside(view, in.get());
    boolean define = attach.lasting().defined() && !in.get().defined();
    return plug
        ? Optional.of(Lasting.LIVE)
        : define ? Optional.of(Lasting.NEXT_START) : Optional.empty();
  }

  /** True where the guest runs and has it. */
  static boolean inside(Optional<GuestView> view, Loan.InGuest in) {
    return view.isPresent()
        && view.get().state() instanceof GuestView.Answering answering
        && answering.devices().contains(in.deviceId());
  }

  /** Where the device goes; empty, with an objection, where it cannot. */
  Optional<String> freePort(Optional<GuestView> view) {
    String id = deviceId(guest, draft.function.address());
    switch (view.map(GuestView::state).orElseGet(GuestView.Gone::new)) {
      case GuestView.Answering answering -> {
        List<String> ports = answering.freePorts();
        if (answering.devices().contains(id)) {
          draft.refuse(
              "Guest "
                  + guest
                  + " has a device "
                  + id
                  + " already, which Lend knows nothing of. Take it out first"
                  + takeOut(id));
        } else if (!ports.isEmpty()) {
          return Optional.of(ports.getFirst());
        } else {
          draft.refuse("Guest " + guest + " has no free PCI Express root port. " + morePorts());
        }
      }
      case GuestView.Gone gone -> draft.refuse(gone());
      case GuestView.Mute(String why) -> draft.refuse(mute(guest, why));
    }
    return Optional.empty();
  }

  /** What it means for the guest itself: its memory, and the room that it has left. */
  void costs(GuestView view, Request.Consent consent) {
    if (!(view.state() instanceof GuestView.Answering answering)) {
      return;
    }
    PinnedMemory.check(draft, consent, guest, answering.memory());
    int left = answering.freePorts().size() - 1;
    if (left < 0 || answering.freePorts().stream().anyMatch(ROOMY::contains)) {
      return;
    }
    draft.consequences.add(
        new Consequence(
            draft.function.address(),
            Consequence.Severity.NOTE,
            Consequence.Kind.ROOT_PORTS,
            guest
                + " has "
                + (left == 0 ? "no" : left)
                + " free root port"
                + (left == 1 ? "" : "s")
                + " left after this"
                + (left == 0 ? ". Start it with more the next time: " + MORE_PORTS : "")));
  }

  private String takeOut(String id) {
    return switch (guest) {
      case Guest.Qemu qemu -> ", in the guest's monitor: device_del " + id;
      case Guest.Domain domain -> ": " + command(domain, "detach-device-alias --live", id);
    };
  }

  private String morePorts() {
    return switch (guest) {
      case Guest.Qemu qemu -> "Start it with some to spare: " + MORE_PORTS;
      case Guest.Domain domain ->
          "Give its definition some to spare, then stop and start it: virsh edit, <controller"
              + " type='pci' model='pcie-root-port'/>";
    };
  }

  private String gone() {
    return switch (guest) {
      case Guest.Qemu qemu ->
          "No guest answers at "
              + guest
              + ". Start it with a monitor there: -qmp unix:PATH,server=on,wait=off";
      case Guest.Domain domain ->
          "Guest "
              + guest
              + " is not running, and a device is plugged into a running guest only. Start it"
              + " first: "
              + command(domain, "start", "")
              + ". Or have it get the device when it starts: --next-boot";
    };
  }

  private static String command(Guest.Domain domain, String verb, String word) {
    return GuestCommands.virsh(domain)
        + verb
        + " "
        + GuestCommands.quoted(domain.name())
        + (word.isEmpty() ? "" : " " + word);
  }

  /** Why nothing can be asked of a guest, and what to do. */
  static String mute(Guest guest, String why) {
    return "Guest "
        + guest
        + switch (guest) {
          case Guest.Qemu qemu ->
              " does not answer: "
                  + why
                  + ". Free its monitor, or start it with one more for Lend:"
                  + " -qmp unix:PATH,server=on,wait=off";
          case Guest.Domain domain ->
              " cannot be asked for: "
                  + why
                  + ". See that libvirt runs (systemctl status libvirtd virtqemud), then try"
                  + " again.";
        };
  }

  /** What libvirt shall hold the function to; empty where that is not for libvirt to do. */
  Optional<DomainVf> vf() {
    PciFunction function = draft.function;
    boolean networkVf = function.sriov() instanceof SriovRole.Virtual && function.network();
    if (!networkVf || !(guest instanceof Guest.Domain)) {
      return Optional.empty();
    }
    Optional<NetOrigin.Vf> now = draft.host.surroundings().vf(function.address());
    return now.flatMap(DomainVf::of);
  }
}
