package dev.lend.qmp;

import dev.lend.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The other end of a QMP connection, for tests: a QEMU with root ports into which functions are
 * plugged, and whose guest answers as it is told to. It serves one client at a time, as QEMU does.
 */
public final class QmpPeer implements AutoCloseable {
  /** How a command is answered. */
  public sealed interface Answer {
    /** As QEMU would. */
    record Normal() implements Answer {}

    /** With an error. */
    record Failure(String description) implements Answer {}

    /** With nothing. */
    record Silence() implements Answer {}

    /** By closing the connection. */
    record Close() implements Answer {}

    /** With half a line, and then by closing the connection. */
    record HalfALine() implements Answer {}

    /** With bytes that are no JSON. */
    record Garbage() implements Answer {}
  }

  /** How the guest answers when it is asked to let a device go. */
  public enum Unplug {
    /** It lets it go, and QEMU says so after it has answered the command. */
    AFTER_THE_ANSWER,
    /** It is so quick that QEMU's event comes before the answer to the command. */
    BEFORE_THE_ANSWER,
    /** It says no. */
    REFUSED,
    /** It says nothing, until {@link QmpPeer#letGo}. */
    SILENT
  }

  /** What plugging means for the host, so that a peer and a simulated kernel can go together. */
  public interface Host {
    /** QEMU opens the function; what is thrown becomes the command's error. */
    void plugged(String address) throws Exception;

    /** QEMU has closed the function. */
    void unplugged(String address);
  }

  private record Device(String id, String port, String address) {}

  private final Path socket;
  private final ServerSocketChannel server;
  private final Thread thread;
  private final Map<String, Answer> answers = new HashMap<>();
  private final Map<String, Optional<Device>> ports = new LinkedHashMap<>();
  private final List<String> leaving = new ArrayList<>();
  private final List<Json.Obj> received = new ArrayList<>();
  private Answer greeting = new Answer.Normal();
  private Unplug unplug = Unplug.AFTER_THE_ANSWER;
  private Optional<Host> host = Optional.empty();
  private Optional<SocketChannel> client = Optional.empty();
  private String name = "";
  private boolean chatty;
  private Optional<Json.Obj> agent = Optional.empty();
  private Optional<Json.Obj> memory = Optional.empty();
  private Optional<Json.Obj> limits = Optional.empty();

  private QmpPeer(Path socket) throws IOException {
    this.socket = socket;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    thread = Thread.ofPlatform().daemon().name("qmp-peer").unstarted(this::serve);
  }

  /** A peer that listens at {@code qmp.sock} in this directory. */
  public static QmpPeer start(Path directory) throws IOException {
    QmpPeer peer = new QmpPeer(directory.resolve("qmp.sock"));
    peer.thread.start();
    return peer;
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  /** What it tells of its memory from now on, as QEMU does since 2.11. */
  public synchronized QmpPeer memory(Json.Obj summary) {
    memory = Optional.of(summary);
    return this;
  }

  /** What it tells of how far its memory may grow, as QEMU does since 7.1. */
  public synchronized QmpPeer limits(Json.Obj machine) {
    limits = Optional.of(machine);
    return this;
  }

  /** The guest's name. */
  public synchronized QmpPeer named(String text) {
    name = text;
    return this;
  }

  /** It has a free root port of that id. */
  public synchronized QmpPeer port(String id) {
    ports.put(id, Optional.empty());
    return this;
  }

  /** A function is in that port already. */
  public synchronized QmpPeer device(String id, String port, String address) {
    ports.put(port, Optional.of(new Device(id, port, address)));
    return this;
  }

  /** How the connection begins. */
  public synchronized QmpPeer greets(Answer answer) {
    greeting = answer;
    return this;
  }

  /** How a command is answered from now on. */
  public synchronized QmpPeer answers(String command, Answer answer) {
    answers.put(command, answer);
    return this;
  }

  /** How the guest lets devices go from now on. */
  public synchronized QmpPeer unplugs(Unplug how) {
    unplug = how;
    return this;
  }

  /**
   * It has a port for a guest agent.
   *
   * @param filename how it tells where that leads
   * @param runs whether an agent has opened it in the guest
   */
  public synchronized QmpPeer agent(String filename, boolean runs) {
    agent =
        Optional.of(
            Json.object()
                .put("label", "agent")
                .put("filename", filename)
                .put("frontend-open", runs)
                .build());
    return this;
  }

  /** Events about other things come before every answer. */
  public synchronized QmpPeer chatty() {
    chatty = true;
    return this;
  }

  /** What plugging means for the host. */
  public synchronized QmpPeer on(Host its) {
    host = Optional.of(its);
    return this;
  }

  /** Every command that came, whole. */
  public synchronized List<Json.Obj> received() {
    return List.copyOf(received);
  }

  /** Ids of the devices that are plugged in. */
  public synchronized List<String> devices() {
    List<String> ids = new ArrayList<>();
    ports.values().forEach(device -> device.ifPresent(d -> ids.add(d.id)));
    return ids;
  }

  /** The guest that was silent lets the device go now. */
  public synchronized void letGo(String id) throws IOException {
    leaving.remove(id);
    remove(id);
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel channel = server.accept()) {
        synchronized (this) {
          client = Optional.of(channel);
        }
        converse(channel);
      } catch (IOException clientOrServerIsGone) {
        continue;
      } finally {
        synchronized (this) {
          client = Optional.empty();
        }
      }
    }
  }

  private void converse(SocketChannel channel) throws IOException {
    synchronized (this) {
      String hello =
          "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 2, \"minor\": 0, \"major\": 10},"
              + " \"package\": \"\"}, \"capabilities\": [\"oob\"]}}";
      if (!answer(greeting, hello)) {
        return;
      }
    }
    BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank() && !command(Json.parseObject(line))) {
        return;
      }
    }
  }

  /** False where the connection is to be closed. */
  private synchronized boolean command(Json.Obj request) throws IOException {
    received.add(request);
    if (chatty) {
      send(QmpLines.event("RTC_CHANGE", Json.object().put("offset", 1).build()));
    }
    String command = request.text("execute");
    Answer how = answers.getOrDefault(command, new Answer.Normal());
    if (!(how instanceof Answer.Normal)) {
      return answer(how, QmpLines.reply(request, "error", QmpLines.error(how)));
    }
    Json.Obj arguments =
        request.get("arguments").isPresent() ? request.object("arguments") : Json.object().build();
    switch (command) {
      case "qmp_capabilities" -> done(request);
      case "query-status" ->
          done(request, Json.object().put("status", "running").put("running", true).build());
      case "query-name" -> done(request, Json.object().put("name", name).build());
      case "query-pci" -> done(request, QmpBuses.of(layout()));
      case "qom-get" -> property(request, arguments.text("path"));
      case "query-memory-size-summary" ->
          tell(request, memory, "The command query-memory-size-summary has not been found");
      case "qom-list" ->
          done(
              request,
              arguments.text("path").endsWith("-anon")
                  ? QmpLines.agentPorts(agent)
                  : QmpBuses.children(layout()));
      case "query-chardev" -> done(request, QmpLines.chardevs(agent));
      case "quit" -> {
        done(request);
        server.close();
        return false;
      }
      case "device_add" -> add(request, arguments);
      case "device_del" -> delete(request, arguments.text("id"));
      default -> fail(request, "The command " + command + " has not been found");
    }
    return true;
  }

  private void property(Json.Obj request, String path) throws IOException {
    if (path.startsWith("/machine/peripheral-anon/")) {
      boolean name = request.object("arguments").text("property").equals("name");
      done(request, Json.of(name ? "org.qemu.guest_agent.0" : "agent"));
    } else if (path.equals("/machine")) {
      tell(request, limits, "Property 'machine.memory' not found");
    } else {
      done(request, Json.of("pcie-root-port"));
    }
  }

  private void tell(Json.Obj request, Optional<Json.Obj> known, String otherwise)
      throws IOException {
    if (known.isPresent()) {
      done(request, known.get());
    } else {
      fail(request, otherwise);
    }
  }

  private Map<String, Optional<String>> layout() {
    Map<String, Optional<String>> layout = new LinkedHashMap<>();
    ports.forEach((port, device) -> layout.put(port, device.map(Device::id)));
    return layout;
  }

  private void add(Json.Obj request, Json.Obj arguments) throws IOException {
    String id = arguments.text("id");
    String bus = arguments.text("bus");
    String address = arguments.text("host");
    if (devices().contains(id)) {
      fail(request, "Duplicate device ID '" + id + "'");
    } else if (!ports.containsKey(bus)) {
      fail(request, "Bus '" + bus + "' not found");
    } else if (ports.get(bus).isPresent()) {
      fail(request, "PCI: slot 0 function 0 not available for vfio-pci, in use by vfio-pci");
    } else {
      try {
        if (host.isPresent()) {
          host.get().plugged(address);
        }
        ports.put(bus, Optional.of(new Device(id, bus, address)));
        done(request);
      } catch (Exception refused) {
        fail(request, "vfio " + address + ": " + refused.getMessage());
      }
    }
  }

  private void delete(Json.Obj request, String id) throws IOException {
    if (!devices().contains(id)) {
      fail(request, "Device '" + id + "' not found");
      return;
    }
    if (leaving.contains(id)) {
      fail(request, "Device " + id + " is already in the process of unplug");
      return;
    }
    switch (unplug) {
      case AFTER_THE_ANSWER -> {
        done(request);
        remove(id);
      }
      case BEFORE_THE_ANSWER -> {
        remove(id);
        done(request);
      }
      case REFUSED -> {
        done(request);
        send(QmpLines.event("DEVICE_UNPLUG_GUEST_ERROR", QmpLines.about(id)));
      }
      case SILENT -> {
        leaving.add(id);
        done(request);
      }
    }
  }

  private void remove(String id) throws IOException {
    for (Map.Entry<String, Optional<Device>> port : ports.entrySet()) {
      if (port.getValue().isPresent() && port.getValue().get().id.equals(id)) {
        String address = port.getValue().get().address;
        port.setValue(Optional.empty());
        host.ifPresent(its -> its.unplugged(address));
        // QEMU tells of the device's inner parts as well, with a path and no id.
        send(
            QmpLines.event(
                "DEVICE_DELETED",
                Json.object().put("path", "/machine/peripheral/" + id + "/virtio").build()));
        send(QmpLines.event("DEVICE_DELETED", QmpLines.about(id)));
      }
    }
  }

  private void done(Json.Obj request) throws IOException {
    done(request, Json.object().build());
  }

  private void done(Json.Obj request, Json value) throws IOException {
    send(QmpLines.reply(request, "return", value));
  }

  private void fail(Json.Obj request, String description) throws IOException {
    send(QmpLines.reply(request, "error", QmpLines.error(new Answer.Failure(description))));
  }

  /** False where the connection is to be closed. */
  private boolean answer(Answer how, String line) throws IOException {
    switch (how) {
      case Answer.Normal normal -> send(line);
      case Answer.Failure failure -> send(line);
      case Answer.Silence() -> {}
      case Answer.Garbage() -> send("\u0001\u0002 no JSON \u0003");
      case Answer.HalfALine() -> write(line.substring(0, line.length() / 2));
      case Answer.Close() -> {
        return false;
      }
    }
    return !(how instanceof Answer.HalfALine);
  }

  private void send(String line) throws IOException {
    write(line + "\r\n");
  }

  private void write(String text) throws IOException {
    if (client.isPresent()) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        client.get().write(bytes);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Optional<SocketChannel> open;
    synchronized (this) {
      open = client;
    }
    if (open.isPresent()) {
      open.get().close();
    }
  }
}
