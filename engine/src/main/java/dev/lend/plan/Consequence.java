package dev.lend.plan;

import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something on the host that stops working when a function goes.
 *
 * @param device the function that it rests on
 * @param severity how bad that is
 * @param kind what sort of thing it is
 * @param text for a person, without the device: {@code carries this host's default route (eth0)}
 */
public record Consequence(PciAddress device, Severity severity, Kind kind, String text) {
  /** What Lend does about it. */
  public enum Severity {
    /** The host would be cut off or lose storage that it uses: Lend refuses. */
    REFUSAL,
    /** In use, but the host lives on: Lend asks for consent. */
    WARNING,
    /** Worth saying. */
    NOTE;

    /** As JSON has it. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What would stop working. The names are a promise to scripts: add, never rename. */
  public enum Kind {
    /** A default route, of whatever table. */
    DEFAULT_ROUTE,
    /** The asking person's own SSH session. */
    SESSION,
    /** An address by which others manage this host, or the only one by which it can be reached. */
    MANAGEMENT_ADDRESS,
    /** A file system without which the host does not live or does not start again. */
    ROOT_STORAGE,
    /** Another mounted file system. */
    MOUNTED,
    /** Swap space in use. */
    SWAP,
    /** A disk that a process writes to directly, as a QEMU does for its guest. */
    DISK_OPEN,
    /** VFs that vanish with their PF. */
    VIRTUAL_FUNCTIONS,
    /** A VF among them that a guest has: never taken. */
    GUEST_FUNCTION,
    /** An address of the host. */
    ADDRESS,
    /** A route other than the default route. */
    ROUTE,
    /** An interface built on it: bond, bridge, VLAN, macvlan. */
    UPPER,
    /** An interface in another network namespace: a container's. */
    NAMESPACE,
    /** A BPF program attached to its interface: XDP or tc. */
    BPF,
    /** An interface that is up and does nothing else. */
    INTERFACE,
    /** What goes with an interface and does not come back with it. */
    NOT_PUT_BACK,
    /** Its RDMA side. */
    RDMA,
    /** Volumes, arrays and encryption on its disks that nothing mounted was found on. */
    LAYER,
    /** A disk. */
    DISK,
    /** A device file that a process has open. */
    DEVICE_OPEN,
    /** A console of the kernel. */
    CONSOLE,
    /** A display, or a monitor on it. */
    DISPLAY,
    /** The firmware's frame buffer, which keeps a display's memory. */
    FRAMEBUFFER,
    /** A keyboard. */
    KEYBOARD,
    /** A USB device. */
    USB,
    /** A sound card. */
    SOUND,
    /** A trusted platform module. */
    TPM,
    /** A watchdog. */
    WATCHDOG,
    /** The way to the board's management controller, engine or sensors. */
    MANAGEMENT,
    /** Memory that the host may use. */
    MEMORY,
    /** Other functions that cannot be reached without it. */
    BELOW,
    /** Its reset failed after a guest: the next one may get what that left in it. */
    QUARANTINE,
    /** Somebody else has changed it since Lend took it, or another device sits there now. */
    CHANGED,
    /** Other functions that a reset of it hits too. */
    SHARED_RESET,
    /** Another program sets the VFs of a PF too, and may undo what is done. */
    OTHER_OWNER,
    /** A controller that is reset for the sake of its VFs. */
    CONTROLLER_RESET,
    /** A guest notices a change of its device's settings later than it is made. */
    GUEST_SETTING,
    /** A NUMA node that it is nearer to than others. */
    NUMA,
    /** A bridge on its PF, whose guests a VF does not reach by itself. */
    BRIDGED_PF,
    /** All memory of the guest is locked while it has a device. */
    GUEST_MEMORY,
    /** How much memory the guest's process may lock. */
    MEMORY_LIMIT,
    /** The guest itself, where it does not let the function go. */
    GUEST_STOPS,
    /** Room in a guest for the device's 64-bit memory windows. */
    APERTURE,
    /** Free root ports of the guest, of which each device takes one. */
    ROOT_PORTS,
    /** Another guest that has it when it starts, by its definition. */
    DEFINITION,
    /** What only root may see. */
    UNSEEN;

    /** The name by which a person accepts it, and programs know it: {@code default-route}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** True where a person may take it upon themselves. */
    public boolean acceptable() {
      return this != GUEST_FUNCTION;
    }

    /** The kind of that name, if there is one that may be accepted. */
    public static Optional<Kind> find(String id) {
      for (Kind kind : values()) {
        if (kind.acceptable() && kind.id().equals(id)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }

    /** The names that {@link #find} knows. */
    public static List<String> ids() {
      List<String> ids = new ArrayList<>();
      for (Kind kind : values()) {
        if (kind.acceptable()) {
          ids.add(kind.id());
        }
      }
      return ids;
    }
  }

  /** The same with a name for the device before its text, for where several are told of. */
  public Consequence named(String name) {
    return new Consequence(device, severity, kind, name + " " + text);
  }

  /** True where Lend refuses because of it. */
  public boolean refuses() {
    return severity == Severity.REFUSAL;
  }

  /** True where Lend asks for consent. */
  public boolean warns() {
    return severity == Severity.WARNING;
  }
}
