package dev.lend.act;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.GuestSight;
import dev.lend.qmp.AgentConnection;
import dev.lend.qmp.QmpException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks for a device in a guest by its agent. Asks for lists, and reads two kinds of files that the
 * guest's kernel shows to everybody; starts no program in there. A guest that forbids to read files
 * tells less.
 */
final class AgentSight {
  /** More interfaces than are worth asking for. */
  private static final int MOST = 64;

  /** Bytes of a file: what is read is a few lines. */
  private static final int FILE = 4096;

  private final AgentConnection agent;
  private final Sought sought;
  private final Optional<String> address;

  /**
   * @param address by which its QEMU knows it in there, as the guest has set its buses up
   */
  AgentSight(AgentConnection agent, Sought sought, Optional<String> address) {
    this.agent = agent;
    this.sought = sought;
    this.address = address;
  }

  /** What there is of it now. */
  GuestSight look() throws QmpException {
    List<Json.Obj> interfaces = list("guest-network-get-interfaces");
    List<GuestSight.Net> nets = new ArrayList<>();
    Optional<String> where = address;
    Optional<String> driver = address.flatMap(at -> driver("/sys/bus/pci/devices/" + at));
    for (Json.Obj one : interfaces.subList(0, Math.min(MOST, interfaces.size()))) {
      String name = one.optionalText("name").orElse("");
      if (!plain(name) || !fits(one)) {
        continue;
      }
      Optional<String> uevent = read("/sys/class/net/" + name + "/device/uevent");
      if (uevent.isEmpty() ? !sought.macs().isEmpty() : ours(uevent.get())) {
        nets.add(new GuestSight.Net(name, up(name)));
        where = uevent.flatMap(text -> value(text, "PCI_SLOT_NAME")).or(() -> address);
        driver = uevent.flatMap(text -> value(text, "DRIVER"));
      }
    }
    List<String> disks = where.isPresent() ? disks(where.get()) : List.of();
    return nets.isEmpty() && disks.isEmpty() && driver.isEmpty()
        ? new GuestSight.Unseen()
        : new GuestSight.Seen(where, driver, nets, disks);
  }

  /** By its hardware address where that is known: reading files may be forbidden in there. */
  private boolean fits(Json.Obj one) {
    String mac = one.optionalText("hardware-address").orElse("").toLowerCase(Locale.ROOT);
    return sought.macs().isEmpty() ? address.isPresent() : sought.macs().contains(mac);
  }

  /** A standby or a bond has the same hardware address, and is another device, or none. */
  private boolean ours(String uevent) {
    return isOurs(uevent)
        && (!sought.macs().isEmpty() || value(uevent, "PCI_SLOT_NAME").equals(address));
  }

  private Optional<String> driver(String path) {
    return read(path + "/uevent").filter(this::isOurs).flatMap(text -> value(text, "DRIVER"));
  }

  private boolean isOurs(String uevent) {
    return value(uevent, "PCI_ID")
        .map(it -> it.equalsIgnoreCase(sought.id().toString()))
        .orElse(false);
  }

  /** The lowest bit of an interface's flags (kernel: {@code include/uapi/linux/if.h}, IFF_UP). */
  private Optional<Boolean> up(String name) {
    return read("/sys/class/net/" + name + "/flags")
        .map(String::strip)
        .filter(text -> text.length() > 2)
        .map(text -> Character.digit(text.charAt(text.length() - 1), 16) % 2 == 1);
  }

  private List<String> disks(String where) throws QmpException {
    List<String> disks = new ArrayList<>();
    for (Json.Obj disk : list("guest-get-disks")) {
      if (disk.get("address").orElse(null) instanceof Json.Obj place
          && place.get("pci-controller").orElse(null) instanceof Json.Obj controller
          && text(controller).equals(where)
          && !(disk.get("partition").orElse(null) instanceof Json.Bool(boolean part) && part)) {
        disks.add(disk.optionalText("name").orElse("?"));
      }
    }
    return disks;
  }

  private static String text(Json.Obj controller) {
    return String.format(
        Locale.ROOT,
        "%04x:%02x:%02x.%x",
        controller.number("domain"),
        controller.number("bus"),
        controller.number("slot"),
        controller.number("function"));
  }

  /** Nothing that leads elsewhere: it goes into a path. */
  private static boolean plain(String name) {
    return !name.isEmpty() && name.indexOf('/') < 0 && !name.startsWith(".");
  }

  private static Optional<String> value(String uevent, String name) {
    for (String line : uevent.split("\n", -1)) {
      if (line.startsWith(name + "=")) {
        return Optional.of(line.substring(name.length() + 1).strip());
      }
    }
    return Optional.empty();
  }

  /** What it lists; nothing where it does not know such a list, or may not tell. */
  private List<Json.Obj> list(String command) throws QmpException {
    List<Json.Obj> items = new ArrayList<>();
    try {
      if (agent.ask(command, Json.object().build()) instanceof Json.Arr(List<Json> answer)) {
        for (Json item : answer) {
          if (item instanceof Json.Obj object) {
            items.add(object);
          }
        }
      }
    } catch (QmpException e) {
      if (e.kind() != QmpException.Kind.ERROR) {
        throw e;
      }
    }
    return items;
  }

  /** A file in the guest; empty where there is none, or it may not be read. */
  private Optional<String> read(String path) {
    try {
      Json handle =
          agent.ask("guest-file-open", Json.object().put("path", path).put("mode", "r").build());
      if (!(handle instanceof Json.Num)) {
        return Optional.empty();
      }
      Json.Obj which = Json.object().put("handle", handle).build();
      try {
        Json content =
            agent.ask(
                "guest-file-read", Json.object().put("handle", handle).put("count", FILE).build());
        return content instanceof Json.Obj read
            ? Optional.of(
                new String(
                    Base64.getDecoder().decode(read.text("buf-b64")), StandardCharsets.UTF_8))
            : Optional.empty();
      } finally {
        agent.ask("guest-file-close", which);
      }
    } catch (QmpException | JsonException | IllegalArgumentException notTold) {
      return Optional.empty();
    }
  }
}
