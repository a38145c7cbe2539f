package dev.lend.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.json.Json;
import dev.lend.qmp.QmpException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against what a QEMU seldom does, and against what is none. */
@Timeout(60)
class StrangePeerTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String HELLO = "{\"QMP\":{\"version\":{},\"capabilities\":[]}}\n";
  private static final String ROOT_PORT_TYPE = "\"pcie-root-port\"";

  @TempDir Path directory;

  private Path socket() {
    return directory.resolve("s");
  }

  /** Serves one client: a greeting, then for each command what {@code script} makes of it. */
  private final class Peer implements AutoCloseable {
    private final ServerSocketChannel server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final Thread serving;

    Peer(String hello, Function<Json.Obj, String> script) throws IOException {
      server.bind(UnixDomainSocketAddress.of(socket()));
      serving = Thread.ofPlatform().daemon().start(() -> serve(hello, script));
    }

    private void serve(String hello, Function<Json.Obj, String> script) {
      try (SocketChannel client = server.accept()) {
        send(client, hello);
        BufferedReader in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          Json.Obj request = Json.parseObject(line);
          send(client, script.apply(request).replace("ID", request.text("id")));
        }
      } catch (IOException gone) {
        return;
      }
    }

    private static void send(SocketChannel client, String text) throws IOException {
      QmpLines.send(client, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
      server.close();
      try {
        // The kernel goes on listening for as long as a thread is still inside of accept.
        serving.join(LONG);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String value(String json) {
    return "{\"return\":" + json + ",\"id\":\"ID\"}\n";
  }

  private static String error(String why) {
    return "{\"error\":{\"class\":\"GenericError\",\"desc\":\"" + why + "\"},\"id\":\"ID\"}\n";
  }

  private static String device(String id, int vendor, int number, String more) {
    return "{\"qdev_id\":\""
        + id
        + "\",\"id\":{\"vendor\":"
        + vendor
        + ",\"device\":"
        + number
        + "}"
        + more
        + "}";
  }

  private Function<Json.Obj, String> machine(String devices, String type) {
    return request ->
        switch (request.text("execute")) {
          case "query-pci" -> value("[{\"bus\":0,\"devices\":[" + devices + "]}]");
          case "qom-get" -> value(type);
          default -> value("{}");
        };
  }

  private List<String> portsOf(String devices, String type) throws Exception {
    try (Peer peer = new Peer(HELLO, machine(devices, type));
        Monitor monitor = new Monitor(QmpConnection.open(socket(), LONG))) {
      return monitor.inventory().freePorts();
    } finally {
      Files.deleteIfExists(socket());
    }
  }

  private QmpException refused(Duration patience) {
    QmpException e =
        catchThrowableOfType(
            QmpException.class, () -> QmpConnection.open(socket(), patience).close());
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void takesAnI440fxRootBusForAPortAndNothingElseOfThatNumber() throws Exception {
    assertThat(portsOf(device("", 0x8086, 0x1237, ""), ROOT_PORT_TYPE)).containsExactly("pci.0");
    assertThat(portsOf(device("", 0x8086, 0x29c0, ""), ROOT_PORT_TYPE)).isEmpty();
    assertThat(portsOf(device("", 0x1af4, 0x1237, ""), ROOT_PORT_TYPE)).isEmpty();
  }

  @Test
  void takesOnlyEmptyRootPortsForFree() throws Exception {
    String empty = ",\"pci_bridge\":{\"bus\":{}}";
    String full = ",\"pci_bridge\":{\"bus\":{},\"devices\":[" + device("x", 1, 1, "") + "]}";
    String ports = device("rp1", 0x1b36, 12, empty) + "," + device("rp2", 0x1b36, 12, full);
    assertThat(portsOf(ports, ROOT_PORT_TYPE)).containsExactly("rp1");
    assertThat(portsOf(ports, "\"pcie-pci-bridge\"")).isEmpty();
    assertThat(portsOf(ports, "7")).isEmpty();
  }

  @Test
  void offersNoPortWhoseNameQemuItselfWouldNotTake() throws Exception {
    String empty = ",\"pci_bridge\":{\"bus\":{}}";
    for (String id : List.of("rp'; reboot; '", "1rp", "-rp", "rp/../x", "", "r\\u001bp", "rp é")) {
      assertThat(portsOf(device(id, 0x1b36, 12, empty), ROOT_PORT_TYPE)).as(id).isEmpty();
    }
  }

  @Test
  void callsAMachineThatMakesNoSenseMute() throws Exception {
    for (String devices :
        List.of("{}", "{\"id\":7}", "{\"id\":{},\"pci_bridge\":{\"devices\":7}}")) {
      QmpException e =
          catchThrowableOfType(QmpException.class, () -> portsOf(devices, ROOT_PORT_TYPE));
      assertThat(e).as(devices).isNotNull();
      assertThat(e.kind()).isEqualTo(Kind.MUTE);
    }
  }

  @Test
  void triesAgainWhileTheSlotIsBusyRightAfterAPlug() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Function<Json.Obj, String> busy =
        request ->
            switch (request.text("execute")) {
              case "device_del" ->
                  asked.incrementAndGet() < 3
                      ? error("Hot-unplug failed: guest is busy (power indicator blinking)")
                      : value("{}")
                          + "{\"event\":\"DEVICE_DELETED\",\"data\":{\"device\":\"d\"}}\n";
              default -> machine(device("d", 1, 1, ""), ROOT_PORT_TYPE).apply(request);
            };
    try (Peer peer = new Peer(HELLO, busy);
        Monitor monitor = new Monitor(QmpConnection.open(socket(), LONG))) {
      assertThat(monitor.unplug("d", LONG)).isEqualTo(Monitor.Unplugged.GONE);
      assertThat(asked).hasValue(3);
      asked.set(Integer.MIN_VALUE);
      assertThat(monitor.unplug("d", SHORT)).isEqualTo(Monitor.Unplugged.SILENT);
    }
  }

  @Test
  void saysWhyAnUnplugFailedAndThatAMissingDeviceIsGone() throws Exception {
    Function<Json.Obj, String> failing =
        request ->
            request.text("execute").equals("device_del")
                ? error("Bus 'pcie.0' does not support hotplugging")
                : machine(device("d", 1, 1, ""), ROOT_PORT_TYPE).apply(request);
    try (Peer peer = new Peer(HELLO, failing);
        Monitor monitor = new Monitor(QmpConnection.open(socket(), LONG))) {
      assertThat(catchThrowableOfType(QmpException.class, () -> monitor.unplug("d", LONG)))
          .hasMessage("Bus 'pcie.0' does not support hotplugging");
      assertThat(monitor.unplug("other", LONG)).isEqualTo(Monitor.Unplugged.GONE);
    }
  }

  @Test
  void endsAFloodOfEvents() throws Exception {
    String flood = "{\"event\":\"X\"}\n".repeat(20_000);
    try (Peer peer = new Peer(HELLO + flood, request -> "")) {
      assertThat(refused(LONG).kind()).isEqualTo(Kind.MUTE);
    }
  }

  @Test
  void endsAFloodOfLongEventsBeforeItsMemoryIsFull() throws Exception {
    String flood = ("{\"event\":\"" + "x".repeat(1 << 20) + "\"}\n").repeat(40);
    try (Peer peer = new Peer(HELLO + flood, request -> "")) {
      QmpException flooded = refused(LONG);
      assertThat(flooded.kind()).isEqualTo(Kind.MUTE);
      assertThat(flooded).hasMessageContaining("more than any QEMU");
    }
  }

  @Test
  void asksAMachineWithPortsWithoutEndForNoLongerThanItsPatienceGoes() throws Exception {
    String port = device("rp", 0x1b36, 12, ",\"pci_bridge\":{\"bus\":{}}");
    String ports = String.join(",", java.util.Collections.nCopies(5_000, port));
    Function<Json.Obj, String> slow =
        request -> {
          if (request.text("execute").equals("qom-get")) {
            LockSupport.parkNanos(SHORT.toNanos() / 10);
          }
          return machine(ports, ROOT_PORT_TYPE).apply(request);
        };
    try (Peer peer = new Peer(HELLO, slow);
        Monitor monitor = new Monitor(QmpConnection.open(socket(), SHORT))) {
      QmpException given = catchThrowableOfType(QmpException.class, monitor::inventory);
      assertThat(given).hasMessageContaining("takes too long");
    }
  }

  @Test
  void callsASocketWithoutAListenerGone() throws Exception {
    assertThat(refused(SHORT).kind()).as("no such file").isEqualTo(Kind.GONE);
    new Peer(HELLO, request -> "").close();
    assertThat(Files.exists(socket())).isTrue();
    assertThat(refused(SHORT).kind()).as("a socket left behind").isEqualTo(Kind.GONE);
  }

  @Test
  void doesNotWaitForEverBehindOtherClientsOfABusyMonitor() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket()), 1);
      QmpException queued = refused(SHORT);
      assertThat(queued.kind()).isEqualTo(Kind.MUTE);
      assertThat(queued).hasMessageContaining("another program may be using this monitor");
      fillTheQueue();
      assertThat(refused(SHORT).kind()).as("the queue is full").isEqualTo(Kind.MUTE);
    }
  }

  private void fillTheQueue() throws IOException {
    for (int client = 0; client < 9; client++) {
      SocketChannel waiting = SocketChannel.open(StandardProtocolFamily.UNIX);
      waiting.configureBlocking(false);
      try {
        assertThat(waiting.connect(UnixDomainSocketAddress.of(socket()))).isTrue();
      } catch (SocketException full) {
        waiting.close();
        return;
      }
    }
    throw new AssertionError("the queue takes more than was asked for");
  }

  @Test
  void callsAServerOfAnotherSortMute() throws Exception {
    try (Peer peer = new Peer("SSH-2.0-OpenSSH_9.9\r\n", request -> "")) {
      assertThat(refused(LONG).kind()).isEqualTo(Kind.MUTE);
    }
  }
}
