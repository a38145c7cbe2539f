package dev.lend.qmp;

import dev.lend.gen.Gen;
import dev.lend.gen.Harm;
import dev.lend.json.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What listens at a monitor's socket and is half a QEMU: it answers as one would, and what it sends
 * is harmed on the way. Serves one client after the other.
 */
final class WrongAnswers implements AutoCloseable {
  private static final String HELLO = "{\"QMP\":{\"version\":{},\"capabilities\":[\"oob\"]}}";
  private static final String MACHINE =
      """
      [{"bus": 0, "devices": [
        {"qdev_id": "", "id": {"vendor": 32902, "device": 4663}, "regions": []},
        {"qdev_id": "rp0", "id": {"vendor": 6966, "device": 12}, "pci_bridge": {"bus": {}}},
        {"qdev_id": "rp1", "id": {"vendor": 6966, "device": 12}, "pci_bridge":
          {"bus": {}, "devices": [{"qdev_id": "d", "id": {"vendor": 1, "device": 2}}]}}]}]
      """;

  private final ServerSocketChannel server;
  private final Thread serving;

  /** The choices of the client that is served next. */
  private volatile Gen gen = new Gen(0);

  WrongAnswers(Path socket) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    serving = Thread.ofPlatform().daemon().name("wrong-answers").start(this::serve);
  }

  /** How what the next client gets is harmed. */
  void harming(Gen how) {
    gen = how;
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        Gen own = gen;
        boolean open = sent(client, own, HELLO);
        BufferedReader in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
        while (open) {
          String line = in.readLine();
          open = line != null && sent(client, own, answer(own, Json.parseObject(line)));
        }
      } catch (IOException gone) {
        continue;
      }
    }
  }

  private static String answer(Gen gen, Json.Obj request) {
    String error = "{\"class\": \"GenericError\", \"desc\": \"" + gen.text(9).length() + "\"}";
    boolean refused = gen.oneIn(10);
    String value =
        switch (request.text("execute")) {
          case "query-pci" -> MACHINE.strip();
          case "query-name" -> "{\"name\": \"web\"}";
          case "qom-get" -> "\"pcie-root-port\"";
          default -> "{}";
        };
    Json.Builder reply = Json.object();
    reply.put(refused ? "error" : "return", Json.parse(refused ? error : value));
    request.get("id").ifPresent(id -> reply.put("id", id));
    String text = reply.build().compact();
    boolean deleted = request.text("execute").equals("device_del") && gen.flag();
    return deleted ? text + "\n" + QmpLines.event("DEVICE_DELETED", QmpLines.about("d")) : text;
  }

  /** Sends lines, harmed or not; false where the connection is to be closed. */
  private static boolean sent(SocketChannel client, Gen gen, String lines) throws IOException {
    byte[] whole = (lines + "\r\n").getBytes(StandardCharsets.UTF_8);
    switch (gen.between(0, 11)) {
      case 0 -> {
        return false;
      }
      case 1 -> {
        QmpLines.send(client, java.util.Arrays.copyOf(whole, gen.between(0, whole.length - 1)));
        return false;
      }
      case 2 -> {
        for (byte one : whole) {
          QmpLines.send(client, new byte[] {one});
        }
      }
      case 3 -> QmpLines.send(client, Harm.any(gen, whole));
      case 4 -> QmpLines.send(client, gen.bytes(200));
      case 5 -> QmpLines.send(client, twice(whole));
      case 6, 7 ->
          QmpLines.send(client, (otherwise(gen, lines) + "\n").getBytes(StandardCharsets.UTF_8));
      case 8 -> {
        String event =
            Json.object().put("event", any(gen, 2)).put("data", any(gen, 2)).build() + "";
        QmpLines.send(client, (event + "\n").getBytes(StandardCharsets.UTF_8));
        QmpLines.send(client, whole);
      }
      default -> QmpLines.send(client, whole);
    }
    return true;
  }

  private static byte[] twice(byte[] whole) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(whole);
    bytes.writeBytes(whole);
    return bytes.toByteArray();
  }

  /** The same lines with one value of each another one, or gone. */
  private static String otherwise(Gen gen, String lines) {
    List<String> changed = new ArrayList<>();
    for (String line : lines.split("\n", -1)) {
      changed.add(changed(gen, Json.parse(line)).compact());
    }
    return String.join("\n", changed);
  }

  private static Json changed(Gen gen, Json json) {
    if (gen.oneIn(5)) {
      return any(gen, 3);
    }
    return switch (json) {
      case Json.Obj(Map<String, Json> members) when !members.isEmpty() -> {
        Map<String, Json> copy = new LinkedHashMap<>(members);
        String name = gen.oneOf(List.copyOf(members.keySet()));
        if (gen.oneIn(4)) {
          copy.remove(name);
        } else {
          copy.computeIfPresent(name, (same, value) -> changed(gen, value));
        }
        yield new Json.Obj(copy);
      }
      case Json.Arr(List<Json> items) when !items.isEmpty() -> {
        List<Json> copy = new ArrayList<>(items);
        int at = gen.between(0, items.size() - 1);
        copy.set(at, changed(gen, items.get(at)));
        yield new Json.Arr(copy);
      }
      default -> any(gen, 3);
    };
  }

  private static Json any(Gen gen, int depth) {
    return switch (gen.between(depth == 0 ? 2 : 0, 6)) {
      case 0 -> new Json.Arr(gen.list(3, some -> any(some, depth - 1)));
      case 1 -> new Json.Obj(Map.of(gen.text(5), any(gen, depth - 1)));
      case 2 -> new Json.Nil();
      case 3 -> Json.of(gen.flag());
      case 4 -> Json.of(gen.anyLong());
      case 5 -> Json.of("x".repeat(gen.oneOf(1, 1_000, 100_000)));
      default -> Json.of(gen.text(20));
    };
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      serving.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
