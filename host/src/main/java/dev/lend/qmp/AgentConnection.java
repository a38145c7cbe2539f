package dev.lend.qmp;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.qmp.QmpException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * A conversation with the agent in a guest (QEMU: {@code docs/interop/qemu-ga.rst}, {@code
 * qga/qapi-schema.json}). What it says is the guest's word. It ends by a set time, whatever the
 * guest does. Not for several threads.
 */
public final class AgentConnection implements AutoCloseable {
  /** More than the answers that Lend asks for. */
  private static final int MAX_BYTES = 2 << 20;

  /** Ends what came before it: it is in no UTF-8 text. */
  private static final int DELIMITER = 0xff;

  private final SocketChannel channel;
  private final Selector selector;
  private final long end;
  private final ByteBuffer chunk = ByteBuffer.allocate(16 << 10).flip();
  private int received;

  private AgentConnection(SocketChannel channel, Selector selector, long end) {
    this.channel = channel;
    this.selector = selector;
    this.end = end;
  }

  /**
   * Connects to it, and has it begin anew, since it may still be at what somebody asked before.
   *
   * @param trusted says of whoever listens there whether that is the guest's QEMU
   * @param limit for the whole conversation
   * @throws QmpException it does not answer, or is not to be asked
   */
  public static AgentConnection open(Path socket, Predicate<SocketChannel> trusted, Duration limit)
      throws QmpException {
    SocketChannel channel = null;
    Selector selector = null;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
        throw new IOException("it is busy");
      }
      if (!trusted.test(channel)) {
        throw new QmpException(Kind.MUTE, "its agent's socket is not its own QEMU's");
      }
      selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      AgentConnection connection =
          new AgentConnection(channel, selector, System.nanoTime() + limit.toNanos());
      connection.sync();
      return connection;
    } catch (IOException | UnsupportedOperationException e) {
      closeQuietly(channel, selector);
      throw new QmpException(
          Kind.GONE, "its agent's socket cannot be used (" + e.getMessage() + ")");
    } catch (QmpException e) {
      closeQuietly(channel, selector);
      throw e;
    }
  }

  private static void closeQuietly(
      @org.jspecify.annotations.Nullable SocketChannel channel,
      @org.jspecify.annotations.Nullable Selector selector) {
    try (channel;
        selector) {
      return;
    } catch (IOException ignored) {
      // It was asked questions only.
      return;
    }
  }

  private void sync() throws QmpException {
    // Whatever an earlier client left of a line ends here as well.
    send("\u00ff".getBytes(StandardCharsets.ISO_8859_1));
    Json.Obj arguments = Json.object().put("id", ProcessHandle.current().pid()).build();
    write("guest-sync-delimited", arguments);
    while (next() != DELIMITER) {
      continue;
    }
    answer("guest-sync-delimited");
  }

  /**
   * Asks.
   *
   * @throws QmpException it refuses (it may be told to), or does not answer in its time
   */
  public Json ask(String command, Json.Obj arguments) throws QmpException {
    write(command, arguments);
    return answer(command);
  }

  private void write(String command, Json.Obj arguments) throws QmpException {
    Json.Builder request = Json.object().put("execute", command);
    if (!arguments.members().isEmpty()) {
      request.put("arguments", arguments);
    }
    send((request.build().compact() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private Json answer(String command) throws QmpException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = next(); next != '\n'; next = next()) {
      line.write(next);
    }
    try {
      Json.Obj answer = Json.parseObject(line.toString(StandardCharsets.UTF_8));
      if (answer.get("error").orElse(null) instanceof Json.Obj error) {
        throw new QmpException(Kind.ERROR, error.optionalText("desc").orElse(command));
      }
      return answer.get("return").orElse(new Json.Nil());
    } catch (JsonException e) {
      throw new QmpException(Kind.MUTE, "what answers for its agent is none");
    }
  }

  private int next() throws QmpException {
    while (!chunk.hasRemaining()) {
      receive();
    }
    return chunk.get() & 0xff;
  }

  private void receive() throws QmpException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new QmpException(Kind.MUTE, "its agent does not answer");
    }
    try {
      if (selector.select(left) == 0) {
        return;
      }
      selector.selectedKeys().clear();
      chunk.clear();
      int got = channel.read(chunk);
      chunk.flip();
      received += Math.max(0, got);
      if (got < 0 || received > MAX_BYTES) {
        throw new QmpException(
            Kind.GONE, got < 0 ? "its agent went away" : "its agent says too much");
      }
    } catch (IOException e) {
      throw new QmpException(Kind.GONE, "its agent went away: " + e.getMessage());
    }
  }

  /** What does not fit into the socket's buffer at once is not taken by anybody. */
  private void send(byte[] bytes) throws QmpException {
    try {
      if (channel.write(ByteBuffer.wrap(bytes)) < bytes.length) {
        throw new QmpException(Kind.MUTE, "its agent takes no questions");
      }
    } catch (IOException e) {
      throw new QmpException(Kind.GONE, "its agent went away: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    closeQuietly(channel, selector);
  }
}
