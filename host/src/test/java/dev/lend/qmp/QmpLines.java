package dev.lend.qmp;

import dev.lend.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/** The lines that a QEMU sends (QEMU: {@code docs/interop/qmp-spec.rst}). */
final class QmpLines {
  private QmpLines() {}

  static Json.Obj about(String id) {
    return Json.object().put("device", id).put("path", "/machine/peripheral/" + id).build();
  }

  static String event(String name, Json.Obj data) {
    Json.Obj now = Json.object().put("seconds", 1).put("microseconds", 2).build();
    return Json.object()
        .put("timestamp", now)
        .put("event", name)
        .put("data", data)
        .build()
        .compact();
  }

  static Json error(QmpPeer.Answer how) {
    String text = how instanceof QmpPeer.Answer.Failure(String description) ? description : "";
    return Json.object().put("class", "GenericError").put("desc", text).build();
  }

  static String reply(Json.Obj request, String member, Json value) {
    Json.Builder reply = Json.object().put(member, value);
    request.get("id").ifPresent(id -> reply.put("id", id));
    return reply.build().compact();
  }

  /** Sends all of it. */
  static void send(SocketChannel client, byte[] all) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(all);
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  /** The children of {@code /machine/peripheral-anon}. */
  static Json agentPorts(Optional<Json.Obj> agent) {
    Json port = Json.object().put("name", "device[2]").put("type", "child<virtserialport>").build();
    return new Json.Arr(agent.isPresent() ? List.of(port) : List.of());
  }

  /** What {@code query-chardev} says. */
  static Json chardevs(Optional<Json.Obj> agent) {
    return new Json.Arr(agent.isPresent() ? List.of(agent.get()) : List.of());
  }
}
