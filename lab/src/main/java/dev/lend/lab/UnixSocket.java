package dev.lend.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Connects to UNIX sockets, however deep their folder is. */
final class UnixSocket {
  /** sockaddr_un holds 108 bytes, the last of them NUL. */
  private static final int LONGEST = 107;

  private UnixSocket() {}

  static SocketChannel connect(Path socket) throws IOException {
    if (socket.toString().length() <= LONGEST) {
      return open(socket);
    }
    // The kernel limits the name that is given, not the one that it leads to.
    Path shortcut = Files.createTempDirectory("lend");
    Path link = shortcut.resolve("r");
    try {
      Files.createSymbolicLink(link, socket.toAbsolutePath().getParent());
      return open(link.resolve(socket.getFileName()));
    } finally {
      Files.deleteIfExists(link);
      Files.delete(shortcut);
    }
  }

  private static SocketChannel open(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
