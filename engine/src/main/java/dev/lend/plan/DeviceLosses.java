package dev.lend.plan;

import dev.lend.model.Dependent;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.VfioHolder;
import dev.lend.plan.Consequence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What else stops when a function goes: its VFs, displays, USB, sound, the board's own devices. */
final class DeviceLosses {
  /** A PF can have 256 VFs. */
  private static final int MOST_NAMED = 4;

  /** Keyboard controller style interface of the board's management controller (IPMI 2.0). */
  private static final int IPMI = 0x0c07;

  private static final int CXL_MEMORY = 0x0502;

  /** Display drivers wait in their removal for whoever has the device open. */
  private static final String STOP_FIRST =
      ": stop that first (a display manager: systemctl stop display-manager), or the driver may"
          + " wait for it for ever";

  private final Losses losses;
  private final HostSnapshot host;
  private final PciFunction function;

  private DeviceLosses(Losses losses) {
    this.losses = losses;
    this.host = losses.host;
    this.function = losses.function;
  }

  static void find(Losses losses) {
    DeviceLosses devices = new DeviceLosses(losses);
    devices.virtualFunctions();
    devices.byClass();
    for (Dependent dependent : losses.host.surroundings().of(losses.function.address())) {
      // Not a switch, as in Lendability.
      if (dependent instanceof Dependent.Part part) {
        devices.part(part);
      } else if (dependent instanceof Dependent.OpenFile file && !file.block()) {
        losses.warn(
            Kind.DEVICE_OPEN,
            "is used by "
                + file.process().describe()
                + ", which has /dev/"
                + file.node()
                + " open"
                + (devices.display() ? STOP_FIRST : ""));
      } else if (dependent instanceof Dependent.Below(List<PciAddress> below)) {
        losses.warn(
            Kind.BELOW, "leads to " + devices.named(below) + ", which would vanish with it");
      } else if (dependent instanceof Dependent.SharedReset(List<PciAddress> others)) {
        devices.sharedReset(others);
      } else if (dependent instanceof Dependent.Unseen(int processes)) {
        losses.note(
            Kind.UNSEEN,
            "may be used by " + processes + " more processes: only root can look into them");
      }
    }
  }

  private boolean display() {
    return function.pciClass().kind() == PciClass.Kind.DISPLAY;
  }

  private void virtualFunctions() {
    if (!(function.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs))
        || vfs.isEmpty()) {
      return;
    }
    losses.refuse(
        Kind.VIRTUAL_FUNCTIONS,
        "has " + vfs.size() + " of " + total + " VFs, which would vanish with it");
    List<String> held = new ArrayList<>();
    for (PciAddress vf : vfs) {
      Optional<PciFunction> known = host.function(vf);
      if (known.isPresent()) {
        for (VfioHolder holder : host.holdersOf(known.get())) {
          held.add(vf.brief() + " by " + holder.describe());
        }
      }
    }
    if (!held.isEmpty()) {
      int more = held.size() - MOST_NAMED;
      losses.refuse(
          Kind.GUEST_FUNCTION,
          "has VFs that are held: "
              + String.join(", ", held.subList(0, Math.min(MOST_NAMED, held.size())))
              + (more > 0 ? " and " + more + " more" : ""));
    }
  }

  /** What the class alone tells, as long as the host's own driver has it. */
  private void byClass() {
    if (function.driver().isEmpty() || function.driver().get().contains("vfio")) {
      return;
    }
    String driver = function.driver().get();
    int kind = function.pciClass().baseAndSub();
    if (display()) {
      DisplayLosses.find(losses);
    } else if (kind == IPMI) {
      losses.warn(Kind.MANAGEMENT, "is the way to the board's management controller (IPMI)");
    } else if (driver.equals("mei_me") || driver.equals("mei_txe")) {
      losses.warn(Kind.MANAGEMENT, "is the way to the board's management engine (MEI)");
    } else if (driver.equals("ccp")) {
      losses.warn(Kind.MANAGEMENT, "is the way to the processor's security unit (PSP, SEV)");
    } else if (kind == 0x0c05) {
      losses.warn(Kind.MANAGEMENT, "is the way to the board's sensors and memory (SMBus)");
    } else if (function.pciClass().base() == 0x08 && kind != 0x0805) {
      losses.warn(Kind.MANAGEMENT, "is part of the board itself (system peripheral)");
    } else if (kind == CXL_MEMORY) {
      losses.warn(Kind.MEMORY, "may be memory that this host uses (CXL)");
    }
  }

  private void part(Dependent.Part part) {
    String name = part.name();
    switch (part.role()) {
      case CONSOLE -> losses.warn(Kind.CONSOLE, "shows this host's console (" + name + ")");
      case BOOT_DISPLAY ->
          losses.warn(Kind.DISPLAY, "is the display that the firmware started with (boot_vga)");
      case FRAME_BUFFER -> DisplayLosses.frameBuffer(losses, name);
      case MONITOR -> losses.note(Kind.DISPLAY, "has a monitor at " + name);
      case KEYBOARD -> losses.warn(Kind.KEYBOARD, "has the keyboard " + name);
      case USB -> losses.note(Kind.USB, "has the USB device " + name);
      case SOUND -> losses.note(Kind.SOUND, "is the sound card " + name);
      case TPM -> losses.warn(Kind.TPM, "is the trusted platform module " + name);
      case ACTIVE_WATCHDOG ->
          losses.warn(Kind.WATCHDOG, "is the watchdog " + name + ", which is running");
      case WATCHDOG -> losses.note(Kind.WATCHDOG, "is the watchdog " + name);
      case RDMA -> losses.note(Kind.RDMA, "has the RDMA device " + name);
    }
  }

  private void sharedReset(List<PciAddress> others) {
    List<PciAddress> staying = new ArrayList<>(others);
    for (PciFunction mate : host.groupMates(function)) {
      staying.remove(mate.address());
    }
    if (staying.isEmpty()) {
      return;
    }
    boolean used = false;
    for (PciAddress other : staying) {
      used |= host.function(other).isPresent() && host.function(other).get().driver().isPresent();
    }
    String text =
        "has no reset of its own: a reset of its slot would hit "
            + named(staying)
            + " as well, so a guest may get it as its last user left it";
    if (used) {
      losses.warn(Kind.SHARED_RESET, text);
    } else {
      losses.note(Kind.SHARED_RESET, text);
    }
    staying.forEach(this::interrupted);
  }

  /** What a reset interrupts on a function that stays with the host. */
  private void interrupted(PciAddress address) {
    Optional<PciFunction> other = host.function(address);
    if (other.isEmpty()) {
      return;
    }
    Losses theirs = new Losses(host, other.get());
    NetLosses.find(theirs);
    DiskLosses.find(theirs);
    for (Consequence loss : theirs.worstFirst()) {
      if (loss.refuses() || loss.warns()) {
        losses.warn(
            Kind.SHARED_RESET,
            "shares its reset with "
                + new Names(host).of(other.get())
                + ", which "
                + loss.text()
                + ": a reset interrupts that");
      }
    }
  }

  private String named(List<PciAddress> addresses) {
    Names names = new Names(host);
    List<String> texts = new ArrayList<>();
    for (PciAddress address : addresses.subList(0, Math.min(MOST_NAMED, addresses.size()))) {
      Optional<PciFunction> known = host.function(address);
      texts.add(known.isPresent() ? names.of(known.get()) : address.brief());
    }
    int more = addresses.size() - texts.size();
    return String.join(", ", texts) + (more > 0 ? " and " + more + " more" : "");
  }
}
