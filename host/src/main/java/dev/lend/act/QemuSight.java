package dev.lend.act;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.GuestSight;
import dev.lend.qmp.AgentConnection;
import dev.lend.qmp.AgentPort;
import dev.lend.qmp.QmpConnection;
import dev.lend.qmp.QmpException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;

/** Asks the agent of a QEMU's guest what the guest sees. */
final class QemuSight {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Until a guest has bound its driver. */
  private static final long AGAIN_NANOS = 200_000_000;

  private QemuSight() {}

  /** What the guest sees of it within some seconds. */
  static GuestSight of(Path monitor, Sought sought) {
    Optional<String> address;
    AgentPort.Found found;
    try (QmpConnection connection = QmpConnection.open(monitor, LIMIT)) {
      found = AgentPort.find(connection);
      address = address(connection, sought.deviceId());
    } catch (QmpException | JsonException e) {
      return new GuestSight.Unknown("its monitor does not tell: " + e.getMessage());
    }
    return switch (found) {
      case AgentPort.None(String why) -> new GuestSight.Unknown(why);
      case AgentPort.Socket(String path) -> ask(Path.of(path), monitor, sought, address);
    };
  }

  private static GuestSight ask(Path agent, Path monitor, Sought sought, Optional<String> address) {
    GuestSight last = new GuestSight.Unseen();
    long end = System.nanoTime() + LIMIT.toNanos();
    try (AgentConnection connection =
        AgentConnection.open(agent, listener -> sameOwner(listener, monitor), LIMIT)) {
      AgentSight sight = new AgentSight(connection, sought, address);
      do {
        last = sight.look();
        if (complete(last, sought)) {
          return last;
        }
        LockSupport.parkNanos(AGAIN_NANOS);
      } while (System.nanoTime() < end);
      return last;
    } catch (QmpException | JsonException e) {
      return last instanceof GuestSight.Seen
          ? last
          : new GuestSight.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /** A driver comes first, and the interface that it makes, or the disk, after that. */
  private static boolean complete(GuestSight sight, Sought sought) {
    return sight instanceof GuestSight.Seen seen
        && (sought.macs().isEmpty() || !seen.nets().isEmpty());
  }

  /** QEMU itself says where the socket is: nobody else's is talked to for its sake. */
  private static boolean sameOwner(SocketChannel agent, Path monitor) {
    try (SocketChannel own = SocketChannel.open(java.net.UnixDomainSocketAddress.of(monitor))) {
      return agent
          .getOption(ExtendedSocketOptions.SO_PEERCRED)
          .user()
          .equals(own.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * By which a guest with one PCI segment knows a device: the numbers of buses are those that the
   * guest has given its bridges.
   */
  private static Optional<String> address(QmpConnection connection, String id) throws QmpException {
    return connection.execute("query-pci", Json.object().build())
            instanceof Json.Arr(List<Json> all)
        ? within(all, "devices", id)
        : Optional.empty();
  }

  private static Optional<String> within(List<Json> buses, String member, String id) {
    for (Json item : buses) {
      if (!(item instanceof Json.Obj bus) || bus.get(member).isEmpty()) {
        continue;
      }
      for (Json one : bus.array(member)) {
        if (!(one instanceof Json.Obj device)) {
          continue;
        }
        if (device.optionalText("qdev_id").equals(Optional.of(id))) {
          return Optional.of(
              String.format(
                  Locale.ROOT,
                  "0000:%02x:%02x.%x",
                  device.number("bus"),
                  device.number("slot"),
                  device.number("function")));
        }
        Optional<String> below =
            device.get("pci_bridge").isPresent()
                ? within(List.of(device.object("pci_bridge")), member, id)
                : Optional.empty();
        if (below.isPresent()) {
          return below;
        }
      }
    }
    return Optional.empty();
  }
}
