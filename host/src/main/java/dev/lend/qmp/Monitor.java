package dev.lend.qmp;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.GuestMemory;
import dev.lend.model.PciAddress;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Lend asks of a QEMU through its monitor (QEMU: {@code qapi/qdev.json}, {@code
 * qapi/pci.json}).
 */
public final class Monitor implements AutoCloseable {
  /**
   * Host bridge of the i440FX machine type, whose root bus takes hot-plug by ACPI (QEMU: {@code
   * hw/pci-host/i440fx.c}).
   */
  private static final int I440FX = 0x1237;

  private static final int INTEL = 0x8086;

  private static final Duration BUSY = Duration.ofMillis(200);

  /** All questions about one machine may take so many times as long as one answer. */
  private static final int QUESTIONS = 5;

  private final QmpConnection connection;
  private final Duration plugLimit;

  /** A monitor over an open connection, which it closes with itself. */
  public Monitor(QmpConnection connection) {
    this(connection, connection.patience());
  }

  /**
   * The same for a guest that may have much memory.
   *
   * @param plugLimit how long to wait for the answer to {@code device_add}: QEMU gives it when all
   *     the guest's memory is pinned
   */
  public Monitor(QmpConnection connection, Duration plugLimit) {
    this.connection = connection;
    this.plugLimit = plugLimit;
  }

  /**
   * What the guest has.
   *
   * @param name its name, empty text where it has none
   * @param freePorts buses into which one more device can be plugged
   * @param devices ids of the devices it has
   */
  public record Inventory(String name, List<String> freePorts, Set<String> devices) {}

  /** Asks for the guest's name, devices and free hot-plug ports. */
  public Inventory inventory() throws QmpException {
    try {
      String name = "";
      if (connection.execute("query-name", Json.object().build()) instanceof Json.Obj answer) {
        name = answer.optionalText("name").orElse("");
      }
      List<String> ports = new ArrayList<>();
      Set<String> devices = new LinkedHashSet<>();
      long end = System.nanoTime() + connection.patience().multipliedBy(QUESTIONS).toNanos();
      if (connection.execute("query-pci", Json.object().build())
          instanceof Json.Arr(List<Json> buses)) {
        for (Json bus : buses) {
          if (bus instanceof Json.Obj object) {
            walk(object, ports, devices, end);
          }
        }
      }
      return new Inventory(name, ports, devices);
    } catch (JsonException e) {
      throw new QmpException(
          QmpException.Kind.MUTE, "it answers as no QEMU would: " + e.getMessage());
    }
  }

  /**
   * The guest's memory; empty where this QEMU does not tell (QEMU: {@code qapi/machine.json},
   * query-memory-size-summary; {@code hw/core/machine.c}, the property {@code memory}, which tells
   * how far it may grow).
   */
  public Optional<GuestMemory> memory() throws QmpException {
    try {
      Optional<Json.Obj> now = ask("query-memory-size-summary", Json.object().build());
      if (now.isEmpty()) {
        return Optional.empty();
      }
      long plugged =
          now.get().get("plugged-memory").isPresent() ? now.get().number("plugged-memory") : 0;
      long size = Math.addExact(now.get().number("base-memory"), plugged);
      Optional<Json.Obj> limits =
          ask("qom-get", Json.object().put("path", "/machine").put("property", "memory").build());
      boolean grows = limits.isPresent() && limits.get().get("max-size").isPresent();
      long most = grows ? Math.max(size, limits.get().number("max-size")) : size;
      return size <= 0
          ? Optional.empty()
          : Optional.of(new GuestMemory(size, most, Optional.empty()));
    } catch (JsonException | ArithmeticException e) {
      throw new QmpException(
          QmpException.Kind.MUTE, "it answers as no QEMU would: " + e.getMessage());
    }
  }

  /** What it answers; empty where it does not know such a question. */
  private Optional<Json.Obj> ask(String command, Json.Obj arguments) throws QmpException {
    try {
      return connection.execute(command, arguments) instanceof Json.Obj answer
          ? Optional.of(answer)
          : Optional.empty();
    } catch (QmpException e) {
      if (e.kind() == QmpException.Kind.ERROR) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void walk(Json.Obj bus, List<String> ports, Set<String> devices, long end)
      throws QmpException {
    for (Json item : bus.array("devices")) {
      if (!(item instanceof Json.Obj device)) {
        continue;
      }
      String id = device.optionalText("qdev_id").orElse("");
      if (!id.isEmpty()) {
        devices.add(id);
      }
      if (has(device.object("id"), "vendor", INTEL) && has(device.object("id"), "device", I440FX)) {
        ports.add("pci.0");
      }
      if (device.get("pci_bridge").orElse(null) instanceof Json.Obj bridge) {
        List<Json> below = bridge.get("devices").isPresent() ? bridge.array("devices") : List.of();
        if (below.isEmpty() && wellFormed(id) && rootPort(id, end)) {
          ports.add(id);
        } else if (!below.isEmpty()) {
          walk(bridge, ports, devices, end);
        }
      }
    }
  }

  private static boolean has(Json.Obj id, String name, int wanted) {
    return id.members().get(name) instanceof Json.Num(BigDecimal number)
        && number.compareTo(BigDecimal.valueOf(wanted)) == 0;
  }

  /**
   * True for what QEMU takes as an id (QEMU: {@code util/id.c}, {@code id_wellformed}). A guest
   * that took over its QEMU may tell any: it must not get into a command that a person copies.
   */
  private static boolean wellFormed(String id) {
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      boolean more = c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_';
      if (!letter && (i == 0 || !more)) {
        return false;
      }
    }
    return !id.isEmpty();
  }

  /**
   * Only a root port's empty slot takes a PCI Express device; an empty PCI bridge or switch does
   * not.
   */
  private boolean rootPort(String id, long end) throws QmpException {
    if (System.nanoTime() > end) {
      throw new QmpException(QmpException.Kind.MUTE, "it takes too long to say what it has");
    }
    try {
      Json type =
          connection.execute(
              "qom-get",
              Json.object()
                  .put("path", "/machine/peripheral/" + id)
                  .put("property", "type")
                  .build());
      return type instanceof Json.Text(String name) && name.endsWith("root-port");
    } catch (QmpException e) {
      if (e.kind() == QmpException.Kind.ERROR) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Plugs a host function into the running guest.
   *
   * @throws QmpException QEMU refused or went away
   */
  public void plug(PciAddress address, String id, String port) throws QmpException {
    connection.execute(
        "device_add",
        Json.object()
            .put("driver", "vfio-pci")
            .put("host", address.toString())
            .put("id", id)
            .put("bus", port)
            .build(),
        plugLimit);
  }

  /** How a guest answered when it was asked to let a device go. */
  public enum Unplugged {
    /** It is out of the guest. */
    GONE,
    /** The guest said no. */
    REFUSED,
    /** The guest said nothing in its time. */
    SILENT
  }

  /**
   * Asks the guest to let a device go, and waits for its answer. That QEMU takes the command means
   * nothing yet: only {@code DEVICE_DELETED} does (QEMU: {@code qapi/qdev.json}, {@code
   * device_del}).
   *
   * @param limit how long the guest may take
   * @throws QmpException QEMU refused the command or went away
   */
  public Unplugged unplug(String id, Duration limit) throws QmpException {
    long end = System.nanoTime() + limit.toNanos();
    while (!asked(id)) {
      if (!has(id)) {
        return Unplugged.GONE;
      }
      // The wait between two tries is spent on the answer to an earlier request.
      Optional<Json.Obj> answer = connection.event(event -> about(event, id), BUSY);
      if (answer.isPresent()) {
        return meaning(answer.get());
      }
      if (System.nanoTime() > end) {
        return Unplugged.SILENT;
      }
    }
    Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    Optional<Json.Obj> answer = connection.event(event -> about(event, id), left);
    if (answer.isEmpty()) {
      return has(id) ? Unplugged.SILENT : Unplugged.GONE;
    }
    return meaning(answer.get());
  }

  /**
   * Ends QEMU at once, and with it the guest (QEMU: {@code qapi/control.json}, {@code quit}).
   *
   * @param limit how long to wait for it
   * @return false where it is still there
   */
  public boolean quit(Duration limit) throws QmpException {
    try {
      connection.execute("quit", Json.object().build());
      connection.event(event -> false, limit);
      return false;
    } catch (QmpException e) {
      if (e.kind() == QmpException.Kind.GONE) {
        return true;
      }
      throw e;
    }
  }

  /**
   * Asks the guest, or finds that it is asked already: then the answer to the earlier request is
   * the one to wait for. False where the guest cannot be asked just now, or has no such device.
   */
  private boolean asked(String id) throws QmpException {
    try {
      connection.execute("device_del", Json.object().put("id", id).build());
      return true;
    } catch (QmpException e) {
      if (e.kind() != QmpException.Kind.ERROR) {
        throw e;
      }
      String why = String.valueOf(e.getMessage());
      if (why.contains("in the process of unplug")) {
        return true;
      }
      // While the slot's power indicator blinks, right after a plug (QEMU: hw/pci/pcie.c).
      if (why.contains("guest is busy") || !has(id)) {
        return false;
      }
      throw e;
    }
  }

  private static Unplugged meaning(Json.Obj answer) {
    return answer.text("event").equals("DEVICE_DELETED") ? Unplugged.GONE : Unplugged.REFUSED;
  }

  private boolean has(String id) throws QmpException {
    return inventory().devices().contains(id);
  }

  private static boolean about(Json.Obj event, String id) {
    String name = event.text("event");
    boolean ours =
        event.get("data").orElse(null) instanceof Json.Obj(Map<String, Json> data)
            && new Json.Text(id).equals(data.get("device"));
    return ours && (name.equals("DEVICE_DELETED") || name.equals("DEVICE_UNPLUG_GUEST_ERROR"));
  }

  @Override
  public void close() {
    connection.close();
  }
}
