package dev.lend.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks QEMU which port the kernel chose for the lab's ssh. Port 0 in the rule means no other
 * program can be in the way.
 */
final class Forward {
  private static final Pattern RULE =
      Pattern.compile("TCP\\[HOST_FORWARD\\]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)");

  private static final String QUESTION =
      "{\"execute\":\"qmp_capabilities\"}\n"
          + "{\"execute\":\"human-monitor-command\",\"arguments\":{\"command-line\":\"info usernet\"},"
          + "\"id\":\"port\"}\n";

  private Forward() {}

  /** The TCP port on 127.0.0.1. */
  static int port(Path run) {
    try (SocketChannel channel = UnixSocket.connect(run.resolve("qmp.sock"))) {
      channel.write(ByteBuffer.wrap(QUESTION.getBytes(StandardCharsets.UTF_8)));
      BufferedReader reader =
          new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.contains("\"id\": \"port\"")) {
          Matcher matcher = RULE.matcher(line);
          if (matcher.find()) {
            return Integer.parseInt(matcher.group(1));
          }
          throw new LabException("QEMU forwards no port to the lab's ssh; it says: " + line);
        }
      }
      throw new LabException("QEMU ended while it was asked for the port of the lab's ssh.");
    } catch (IOException e) {
      throw new LabException(
          "QEMU cannot be asked for the port of the lab's ssh: " + e.getMessage(), e);
    }
  }
}
