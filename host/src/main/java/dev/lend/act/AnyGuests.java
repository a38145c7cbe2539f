package dev.lend.act;

import dev.lend.model.Definition;
import dev.lend.model.Guest;
import dev.lend.model.GuestSight;
import dev.lend.model.GuestView;
import dev.lend.model.PciAddress;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.Step;

/** Guests of every kind: each is asked the way that its kind is. */
public final class AnyGuests implements Guests {
  private final Guests qemus;
  private final Guests domains;

  /** Of both kinds. */
  public AnyGuests(QemuGuests qemus, LibvirtGuests domains) {
    this.qemus = qemus;
    this.domains = domains;
  }

  private Guests of(Guest guest) {
    return switch (guest) {
      case Guest.Qemu qemu -> qemus;
      case Guest.Domain domain -> domains;
    };
  }

  @Override
  public Naming named(Guest guest) {
    return of(guest).named(guest);
  }

  @Override
  public GuestView view(Guest guest) {
    return of(guest).view(guest);
  }

  @Override
  public GuestSight sight(Guest guest, Sought sought) {
    return of(guest).sight(guest, sought);
  }

  @Override
  public void lockMemory(Step.LockMemory step) throws StepFailure {
    of(step.guest()).lockMemory(step);
  }

  @Override
  public void plug(Step.Plug step) throws StepFailure {
    of(step.guest()).plug(step);
  }

  @Override
  public Answer unplug(Step.Unplug step) throws StepFailure {
    return of(step.guest()).unplug(step);
  }

  @Override
  public Definition definition(Guest guest, PciAddress address) {
    return of(guest).definition(guest, address);
  }

  @Override
  public void define(DefinitionStep.Define step) throws StepFailure {
    of(step.guest()).define(step);
  }

  @Override
  public void undefine(DefinitionStep.Undefine step) throws StepFailure {
    of(step.guest()).undefine(step);
  }
}
