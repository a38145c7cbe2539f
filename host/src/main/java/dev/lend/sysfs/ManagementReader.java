package dev.lend.sysfs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * By which addresses others manage this host: where somebody else is logged in, and what the host's
 * own name stands for. See Surroundings.
 */
final class ManagementReader {
  /** kernel: {@code include/net/tcp_states.h}, TCP_ESTABLISHED. */
  private static final String ESTABLISHED = "01";

  private static final int SSH = 22;

  private final KernelReader kernel;
  private final Map<String, List<String>> found = new LinkedHashMap<>();

  ManagementReader(KernelReader kernel) {
    this.kernel = kernel;
  }

  /**
   * @param processes with the sockets of those by which people log in
   * @param sessionPeer the far end of the asking person's own session, which is told of otherwise
   */
  Map<String, List<String>> read(Processes processes, Optional<String> sessionPeer) {
    boolean little = ProcNet.littleEndian(ProcNet.file(kernel, "route"));
    String asker = sessionPeer.map(ManagementReader::plain).orElse("");
    Map<String, List<String>> local = linkLocal();
    for (String file : List.of("tcp", "tcp6")) {
      for (String line : ProcNet.file(kernel, file).split("\n", -1)) {
        connection(ProcNet.fields(line), little, processes.logins(), asker, local);
      }
    }
    ownName();
    return found;
  }

  /**
   * Number, own address and port, the other's, state, queues, timer, retransmissions, user,
   * timeout, inode (kernel: {@code Documentation/networking/proc_net_tcp.rst}).
   */
  private void connection(
      String[] field,
      boolean little,
      Set<String> logins,
      String asker,
      Map<String, List<String>> local) {
    if (field.length < 10 || !field[3].equals(ESTABLISHED)) {
      return;
    }
    int port = SysPath.hex(field[1], field[1].indexOf(':') + 1, field[1].length());
    String own = address(field[1], little);
    String peer = address(field[2], little);
    boolean login = port == SSH || logins.contains("socket:[" + field[9] + "]");
    if (login && !own.isEmpty() && !own.equals(peer) && !peer.equals(asker)) {
      String how = "at which somebody is logged in from " + peer + " (port " + port + ")";
      for (String at :
          own.startsWith("fe80:") ? local.getOrDefault(own, List.of()) : List.of(own)) {
        add(at, how);
      }
    }
  }

  private void add(String address, String how) {
    List<String> all = found.computeIfAbsent(address, none -> new ArrayList<>(1));
    if (!all.contains(how)) {
      all.add(how);
    }
  }

  /** An address and its port, in words of the machine's byte order. */
  private static String address(String text, boolean little) {
    int colon = text.indexOf(':');
    StringBuilder plain = new StringBuilder();
    for (int at = 0; at + 8 <= colon; at += 8) {
      long word = ProcNet.word(text.substring(at, at + 8), little);
      if (word < 0) {
        return "";
      }
      String digits = Long.toHexString(word);
      plain.append("0".repeat(8 - digits.length())).append(digits);
    }
    String hex = plain.toString();
    // An IPv4 address as a server sees it that listens on IPv6.
    if (hex.length() == 32 && hex.startsWith("00000000000000000000ffff")) {
      hex = hex.substring(24);
    }
    return hex.length() == 8 ? ProcNet.dotted((int) ProcNet.word(hex, false)) : ProcNet.colons(hex);
  }

  /** An address as this class writes it; without the interface that a link-local one names. */
  private static String plain(String address) {
    int zone = address.indexOf('%');
    String bare = zone < 0 ? address : address.substring(0, zone);
    Optional<byte[]> bytes = ProcNet.bytes(bare);
    StringBuilder hex = new StringBuilder();
    for (byte one : bytes.orElse(new byte[0])) {
      hex.append(Character.forDigit(one >> 4 & 15, 16)).append(Character.forDigit(one & 15, 16));
    }
    return hex.length() == 8
        ? ProcNet.dotted((int) ProcNet.word(hex.toString(), false))
        : ProcNet.colons(hex.toString());
  }

  /** Link-local addresses with the interfaces that have them; see {@link RouteTables}. */
  private Map<String, List<String>> linkLocal() {
    Map<String, List<String>> local = new LinkedHashMap<>();
    for (String line : ProcNet.file(kernel, "if_inet6").split("\n", -1)) {
      String[] field = ProcNet.fields(line);
      if (field.length == 6 && field[3].equals("20")) {
        String address = ProcNet.colons(field[0]);
        local.computeIfAbsent(address, none -> new ArrayList<>(1)).add(address + "%" + field[5]);
      }
    }
    return local;
  }

  /** hosts(5). Distributions that give the name a loopback address say nothing by that. */
  private void ownName() {
    String name = kernel.read("proc/sys/kernel/hostname").or("").strip();
    if (name.isEmpty() || name.equals("localhost") || name.equals("(none)")) {
      return;
    }
    for (String line : kernel.read("etc/hosts").or("").split("\n", -1)) {
      int comment = line.indexOf('#');
      List<String> words = Facts.words(comment < 0 ? line : line.substring(0, comment));
      for (int i = 1; i < words.size(); i++) {
        if (words.get(i).equals(name) || words.get(i).startsWith(name + ".")) {
          String address = plain(words.getFirst());
          if (!address.isEmpty()) {
            add(address, "which this host's own name stands for (" + name + " in /etc/hosts)");
          }
        }
      }
    }
  }
}
