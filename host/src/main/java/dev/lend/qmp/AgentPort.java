package dev.lend.qmp;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a QEMU hands out its guest's agent: the socket behind the serial port of that name (QEMU:
 * {@code docs/interop/qemu-ga.rst}; {@code qapi/char.json}, query-chardev).
 */
public final class AgentPort {
  private static final String NAME = "org.qemu.guest_agent.0";

  /** More ports than a machine has. */
  private static final int MOST = 64;

  private AgentPort() {}

  /** What came of the search. */
  public sealed interface Found {}

  /** A socket that nobody uses now. */
  public record Socket(String path) implements Found {}

  /** None that may be asked. */
  public record None(String why) implements Found {}

  /** Looks for it. */
  public static Found find(QmpConnection connection) throws QmpException {
    try {
      Optional<String> label = label(connection);
      if (label.isEmpty()) {
        return new None("it has no port for a guest agent (" + NAME + ")");
      }
      for (Json item : list(connection.execute("query-chardev", Json.object().build()))) {
        if (item instanceof Json.Obj chardev && chardev.text("label").equals(label.get())) {
          return socket(chardev);
        }
      }
      return new None("it does not tell where its guest agent's port leads");
    } catch (JsonException e) {
      return new None("it answers as no QEMU would: " + e.getMessage());
    }
  }

  private static Found socket(Json.Obj chardev) {
    if (!chardev.flag("frontend-open")) {
      return new None("no agent runs in it");
    }
    String free = "disconnected:unix:";
    String file = chardev.text("filename");
    int end = file.lastIndexOf(",server=on");
    if (!file.startsWith(free + "/") || end < 0) {
      return new None(
          file.startsWith("unix:")
              ? "another program talks to its agent"
              : "its agent's port is no socket that others may use");
    }
    return new Socket(file.substring(free.length(), end));
  }

  /** What QEMU calls the other end of the port. */
  private static Optional<String> label(QmpConnection connection) throws QmpException {
    List<String> ports = new ArrayList<>();
    for (String folder : List.of("/machine/peripheral", "/machine/peripheral-anon")) {
      Json.Obj path = Json.object().put("path", folder).build();
      for (Json item : list(connection.execute("qom-list", path))) {
        if (item instanceof Json.Obj child
            && child.text("type").equals("child<virtserialport>")
            && ports.size() < MOST) {
          ports.add(folder + "/" + child.text("name"));
        }
      }
    }
    for (String port : ports) {
      if (property(connection, port, "name").equals(NAME)) {
        return Optional.of(property(connection, port, "chardev"));
      }
    }
    return Optional.empty();
  }

  private static String property(QmpConnection connection, String path, String name)
      throws QmpException {
    Json value =
        connection.execute(
            "qom-get", Json.object().put("path", path).put("property", name).build());
    return value instanceof Json.Text(String text) ? text : "";
  }

  private static List<Json> list(Json json) {
    return json instanceof Json.Arr(List<Json> items) ? items : List.of();
  }
}
