package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.Definition;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import java.util.Optional;

/** What a guest's definition has to do with a function: its own, and those of other guests. */
final class Defining {
  private final Draft draft;
  private final Guest guest;
  private final Definition definition;

  Defining(Draft draft, Guest guest, Optional<GuestView> view) {
    this.draft = draft;
    this.guest = guest;
    this.definition = view.map(GuestView::definition).orElseGet(Definition::unasked);
  }

  /**
   * Says who else would start with the function, and refuses to put it into one more definition.
   */
  void check(Lasting lasting) {
    String id = Plugging.deviceId(guest, draft.function.address());
    for (String other : definition.others()) {
      String text =
          "is in the definition of " + other + ", which cannot start while another has it";
      note(text);
      if (lasting.defined()) {
        draft.object(
            "is in the definition of " + other + ": one device, one guest",
            "Take it out there first: virsh edit "
                + GuestCommands.quoted(other)
                + ". To lend it until "
                + guest
                + " ends only, leave out --persistent and --next-boot.");
      }
    }
    switch (definition.own()) {
      case Definition.Kept kept when lasting.defined() -> place(kept, id);
      case Definition.Kept kept when kept.function() && !kept.devices().contains(id) ->
          note("is in " + guest + "'s own definition too, and not by Lend");
      case Definition.Kept kept -> {}
      case Definition.None(String why) when lasting.defined() ->
          draft.refuse("Guest " + guest + " " + why);
      case Definition.None none -> {}
      case Definition.Unread(String why) when lasting.defined() ->
          refuseOnce(Plugging.mute(guest, why));
      case Definition.Unread unread -> {}
    }
  }

  private void refuseOnce(String text) {
    if (!draft.refused(text)) {
      draft.refuse(text);
    }
  }

  private void place(Definition.Kept kept, String id) {
    if (kept.devices().contains(id)) {
      // Of a Lend that lost its books: it would be the same, and is ours by its name.
      note("is in " + guest + "'s definition already, by the name that Lend gives it");
    } else if (kept.function()) {
      draft.object(
          "is in the definition of " + guest + " already, and not by Lend",
          "Take it out first, for Lend alone shall bind it: "
              + "virsh edit "
              + GuestCommands.quoted(guest.toString()));
    } else if (!kept.room()) {
      draft.refuse(
          "Guest "
              + guest
              + "'s definition has no free PCI Express root port, and nothing but the device is to"
              + " be written into it. Give it some to spare: virsh edit, <controller type='pci'"
              + " model='pcie-root-port'/>");
    }
  }

  private void note(String text) {
    draft.consequences.add(
        new Consequence(
            draft.function.address(),
            Consequence.Severity.NOTE,
            Consequence.Kind.DEFINITION,
            draft.names.of(draft.function) + " " + text));
  }

  /** The step that puts it in. */
  static Step define(Guest guest, Plugging plugging, Draft draft) {
    return new DefinitionStep.Define(
        guest,
        draft.function.address(),
        Plugging.deviceId(guest, draft.function.address()),
        plugging.vf());
  }

  /** The step that takes it out again; none where the definition never had it. */
  static Optional<Step> undefine(Loan loan) {
    return loan.inGuest()
        .filter(Loan.InGuest::defined)
        .map(in -> new DefinitionStep.Undefine(in.guest(), loan.address(), in.deviceId()));
  }
}
