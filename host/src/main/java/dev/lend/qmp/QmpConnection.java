package dev.lend.qmp;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.qmp.QmpException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A connection to a QEMU machine protocol monitor (QEMU: {@code docs/interop/qmp-spec.rst}). Every
 * wait has an end. Not for several threads.
 */
public final class QmpConnection implements AutoCloseable {
  /** Longer than any answer to what Lend asks; more is no QEMU. */
  private static final int MAX_LINE = 4 << 20;

  /**
   * More than a QEMU sends in one conversation. A guest that took over its QEMU must not fill
   * Lend's memory.
   */
  private static final int MAX_BYTES = 32 << 20;

  /** More events than a QEMU sends while Lend listens. */
  private static final int MAX_EVENTS = 10_000;

  private static final long RETRY_NANOS = 20_000_000;

  private final SocketChannel channel;
  private final Selector selector;
  private final Duration patience;
  private final ByteBuffer chunk = ByteBuffer.allocate(16 << 10);
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private final Deque<Json.Obj> arrived = new ArrayDeque<>();
  private final List<Json.Obj> events = new ArrayList<>();
  private long lastId;
  private long received;

  private QmpConnection(SocketChannel channel, Selector selector, Duration patience) {
    this.channel = channel;
    this.selector = selector;
    this.patience = patience;
  }

  /**
   * Connects and shakes hands.
   *
   * @param patience how long to wait for each answer
   * @throws QmpException nobody listens there, or it does not answer as a QEMU would. A monitor
   *     serves one client at a time: a second one waits unanswered.
   */
  public static QmpConnection open(Path socket, Duration patience) throws QmpException {
    SocketChannel channel = null;
    Selector selector = null;
    try {
      channel = connect(socket, patience);
      selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      QmpConnection connection = new QmpConnection(channel, selector, patience);
      connection.greet();
      return connection;
    } catch (IOException | UnsupportedOperationException e) {
      closeQuietly(channel, selector);
      boolean nobody = e instanceof ConnectException || !Files.exists(socket);
      throw nobody
          ? new QmpException(Kind.GONE, "nobody listens at " + socket)
          : new QmpException(
              Kind.MUTE,
              "cannot connect to "
                  + socket
                  + " ("
                  + e.getMessage()
                  + "); other programs may be using this monitor (it serves one at a time)");
    } catch (QmpException e) {
      closeQuietly(channel, selector);
      throw e;
    }
  }

  /**
   * Connects without blocking: a monitor that serves another program takes one more client into its
   * queue, and has the next wait for as long as that lasts (Linux: {@code unix_stream_connect}).
   */
  private static SocketChannel connect(Path socket, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.configureBlocking(false);
        if (channel.connect(UnixDomainSocketAddress.of(socket))) {
          return channel;
        }
      } catch (IOException e) {
        channel.close();
        // A full queue (EAGAIN) is told by no class or code of its own, only by a text.
        boolean perhapsFull = e.getClass() == SocketException.class && Files.exists(socket);
        if (!perhapsFull || System.nanoTime() > end) {
          throw e;
        }
      }
      channel.close();
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  private static void closeQuietly(
      @org.jspecify.annotations.Nullable SocketChannel channel,
      @org.jspecify.annotations.Nullable Selector selector) {
    try (channel;
        selector) {
      return;
    } catch (IOException ignored) {
      // Nothing was sent yet, so nothing can be lost.
      return;
    }
  }

  /** How long it waits for each answer. */
  Duration patience() {
    return patience;
  }

  private void greet() throws QmpException {
    Json.Obj greeting =
        await(message -> message.get("QMP").isPresent(), patience)
            .orElseThrow(() ->
                new QmpException(
                    Kind.MUTE,
                    "no QMP greeting within "
                        + patience.toSeconds()
                        + " s; another program may be using this monitor (it serves one at a time)"));
    if (!(greeting.get("QMP").orElse(null) instanceof Json.Obj)) {
      throw new QmpException(Kind.MUTE, "what listens there is no QEMU monitor");
    }
    execute("qmp_capabilities", Json.object().build());
  }

  /**
   * Runs a command and returns its answer.
   *
   * @throws QmpException QEMU answered with an error, not at all, or went away
   */
  public Json execute(String command, Json.Obj arguments) throws QmpException {
    return execute(command, arguments, patience);
  }

  /** The same with another time to wait for the answer. */
  Json execute(String command, Json.Obj arguments, Duration limit) throws QmpException {
    String id = "lend-" + ++lastId;
    Json.Builder request = Json.object().put("execute", command).put("id", id);
    if (!arguments.members().isEmpty()) {
      request.put("arguments", arguments);
    }
    send(request.build().compact() + "\n");
    Json.Obj answer =
        await(message -> message.optionalText("id").equals(Optional.of(id)), limit)
            .orElseThrow(() ->
                new QmpException(
                    Kind.MUTE, "no answer to " + command + " within " + limit.toSeconds() + " s"));
    if (answer.get("error").orElse(null) instanceof Json.Obj error) {
      throw new QmpException(Kind.ERROR, error.optionalText("desc").orElse(error.compact()));
    }
    return answer.get("return").orElse(new Json.Nil());
  }

  /**
   * The next event that fits, among those that came since the connection was made.
   *
   * @param limit how long to wait for it
   * @return empty where none came in that time
   * @throws QmpException QEMU went away
   */
  public Optional<Json.Obj> event(Predicate<Json.Obj> fits, Duration limit) throws QmpException {
    for (int i = 0; i < events.size(); i++) {
      if (fits.test(events.get(i))) {
        return Optional.of(events.remove(i));
      }
    }
    return await(message -> message.optionalText("event").isPresent() && fits.test(message), limit);
  }

  /** Waits for a message that fits; events that come before it are kept for {@link #event}. */
  private Optional<Json.Obj> await(Predicate<Json.Obj> fits, Duration limit) throws QmpException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      while (!arrived.isEmpty()) {
        Json.Obj message = arrived.poll();
        if (fits.test(message)) {
          return Optional.of(message);
        }
        if (message.optionalText("event").isPresent()) {
          events.add(message);
          if (events.size() > MAX_EVENTS) {
            throw new QmpException(Kind.MUTE, "it sends more events than any QEMU");
          }
        }
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      receive(Math.max(1, left / 1_000_000));
    }
  }

  private void receive(long millis) throws QmpException {
    try {
      if (selector.select(millis) == 0) {
        return;
      }
      selector.selectedKeys().clear();
      chunk.clear();
      int got = channel.read(chunk);
      if (got < 0) {
        throw new QmpException(Kind.GONE, "it closed the connection");
      }
      received += got;
      if (received > MAX_BYTES) {
        throw new QmpException(Kind.MUTE, "it sends more than any QEMU");
      }
      chunk.flip();
      while (chunk.hasRemaining()) {
        byte b = chunk.get();
        if (b == '\n') {
          line(partial.toString(StandardCharsets.UTF_8).strip());
          partial.reset();
        } else {
          partial.write(b);
        }
      }
      if (partial.size() > MAX_LINE) {
        throw new QmpException(Kind.MUTE, "what listens there sends no QMP");
      }
    } catch (IOException e) {
      throw new QmpException(Kind.GONE, "the connection broke: " + e.getMessage());
    }
  }

  private void line(String text) throws QmpException {
    if (text.isEmpty()) {
      return;
    }
    try {
      arrived.add(Json.parseObject(text));
    } catch (JsonException e) {
      throw new QmpException(Kind.MUTE, "what listens there sends no QMP: " + e.getMessage());
    }
  }

  private void send(String text) throws QmpException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (bytes.hasRemaining()) {
        if (channel.write(bytes) == 0) {
          if (System.nanoTime() > end) {
            throw new QmpException(Kind.MUTE, "it takes no commands");
          }
          receive(10);
        }
      }
    } catch (IOException e) {
      throw new QmpException(Kind.GONE, "the connection broke: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    closeQuietly(channel, selector);
  }
}
