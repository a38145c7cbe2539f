package dev.lend.qmp;

import dev.lend.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An agent in a guest, for tests: lists and files as a test says. */
public final class AgentPeer implements AutoCloseable {
  private final Path socket;
  private final ServerSocketChannel server;
  private final Map<String, Json> lists = new HashMap<>();
  private final Map<String, String> files = new HashMap<>();
  private final List<String> open = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private boolean forbidsFiles;
  private boolean silent;

  private AgentPeer(Path socket) throws IOException {
    this.socket = socket;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
  }

  /** An agent that listens at {@code agent.sock} in this directory. */
  public static AgentPeer start(Path directory) throws IOException {
    AgentPeer peer = new AgentPeer(directory.resolve("agent.sock"));
    Thread.ofPlatform().daemon().name("agent-peer").start(peer::serve);
    return peer;
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  /** What it lists. */
  public synchronized AgentPeer lists(String command, Json answer) {
    lists.put(command, answer);
    return this;
  }

  /** A file in its guest. */
  public synchronized AgentPeer file(String path, String content) {
    files.put(path, content);
    return this;
  }

  /** It may read no files. */
  public synchronized AgentPeer forbidsFiles() {
    forbidsFiles = true;
    return this;
  }

  /** It takes what it is asked and says nothing. */
  public synchronized AgentPeer silent() {
    silent = true;
    return this;
  }

  /** What it was asked, by the names of the commands. */
  public synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel channel = server.accept()) {
        converse(channel);
      } catch (IOException clientOrServerIsGone) {
        continue;
      }
    }
  }

  private void converse(SocketChannel channel) throws IOException {
    InputStream in = Channels.newInputStream(channel);
    // What an earlier client left unread comes first.
    channel.write(ByteBuffer.wrap("{\"return\": [1, 2".getBytes(StandardCharsets.UTF_8)));
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == 0xff) {
        line.setLength(0);
      } else if (next != '\n') {
        line.append((char) next);
      } else {
        Json.Obj request = Json.parseObject(line.toString());
        line.setLength(0);
        String answer = answer(request);
        if (!answer.isEmpty()) {
          if (request.text("execute").equals("guest-sync-delimited")) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) 0xff}));
          }
          channel.write(ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8)));
        }
      }
    }
  }

  private synchronized String answer(Json.Obj request) {
    String command = request.text("execute");
    asked.add(command);
    if (silent) {
      return "";
    }
    return switch (command) {
      case "guest-sync-delimited" -> done(Json.of(request.object("arguments").number("id")));
      case "guest-file-open" -> opened(request.object("arguments").text("path"));
      case "guest-file-read" -> {
        String path = open.get((int) request.object("arguments").number("handle"));
        byte[] content = files.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
        String text = Base64.getEncoder().encodeToString(content);
        yield done(
            Json.object()
                .put("count", content.length)
                .put("buf-b64", text)
                .put("eof", true)
                .build());
      }
      case "guest-file-close" -> done(Json.object().build());
      default ->
          lists.containsKey(command)
              ? done(lists.get(command))
              : failed("The command " + command + " has not been found");
    };
  }

  private String opened(String path) {
    if (forbidsFiles) {
      return failed("Command guest-file-open has been disabled");
    }
    if (!files.containsKey(path)) {
      return failed("failed to open file '" + path + "': No such file or directory");
    }
    open.add(path);
    return done(Json.of(open.size() - 1));
  }

  private static String done(Json value) {
    return Json.object().put("return", value).build().compact();
  }

  private static String failed(String why) {
    Json error = Json.object().put("class", "GenericError").put("desc", why).build();
    return Json.object().put("error", error).build().compact();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
