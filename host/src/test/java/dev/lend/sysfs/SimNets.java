package dev.lend.sysfs;

import dev.lend.model.Hex;
import dev.lend.sysfs.FunctionSpec.Net;
import dev.lend.sysfs.SimTree.Access;
import dev.lend.sysfs.SimTree.Hook;
import java.util.ArrayList;
import java.util.List;

/**
 * Network interfaces, and the files under {@code /proc/net} that tell their addresses and routes.
 */
final class SimNets {
  private final SimState state;
  private final SimTree tree;

  SimNets(SimState state) {
    this.state = state;
    this.tree = state.tree;
  }

  /** An interface appears below {@code parent}, a directory under {@code sys/devices}. */
  void add(String parent, Net net) {
    String dir = parent + "/net/" + net.name();
    tree.file(dir + "/address", net.mac() + "\n");
    tree.file(dir + "/operstate", net.up() ? "up\n" : "down\n");
    tree.attribute(
        dir + "/flags", net.up() ? "0x1003\n" : "0x1002\n", Access.READ_WRITE, Hook.PLAIN, "");
    tree.file(dir + "/ifindex", (state.nets.size() + 2) + "\n");
    tree.file(dir + "/type", "1\n");
    tree.attribute(dir + "/mtu", "1500\n", Access.READ_WRITE, Hook.PLAIN, "");
    tree.link(dir + "/device", parent);
    tree.link("sys/class/net/" + net.name(), dir);
    state.nets.put(net.name(), net);
    proc();
  }

  /** An interface goes away, and its addresses and routes with it. */
  void remove(String parent, String name) {
    tree.remove(parent + "/net/" + name);
    if (tree.list(parent + "/net").or(List.of("?")).isEmpty()) {
      tree.remove(parent + "/net");
    }
    tree.remove("sys/class/net/" + name);
    state.nets.remove(name);
    proc();
  }

  private void proc() {
    StringBuilder routes =
        new StringBuilder(
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n");
    StringBuilder inet6 = new StringBuilder();
    StringBuilder routes6 = new StringBuilder();
    StringBuilder trie = new StringBuilder("Main:\n  +-- 0.0.0.0/0 3 0 5\n");
    for (Net net : state.nets.values()) {
      net.gateway().ifPresent(gateway -> defaultRoute(net.name(), gateway, routes, routes6));
      for (String address : net.addresses()) {
        int slash = address.indexOf('/');
        String bare = address.substring(0, slash);
        int prefix = Integer.parseInt(address.substring(slash + 1));
        if (bare.indexOf(':') >= 0) {
          inet6
              .append(expand(bare))
              .append(" 02 ")
              .append(Hex.digits(prefix, 2))
              .append(bare.startsWith("fe80") ? " 20 80 " : " 00 80 ")
              .append(net.name())
              .append('\n');
        } else {
          int mask = prefix == 0 ? 0 : -1 << (32 - prefix);
          int subnet = number(bare) & mask;
          route(routes, net.name(), subnet, 0, 1, mask);
          trie.append("     |-- ").append(dotted(subnet)).append("\n        /");
          trie.append(prefix).append(" link UNICAST\n");
          trie.append("     |-- ").append(bare).append("\n        /32 host LOCAL\n");
        }
      }
    }
    tree.file("proc/net/route", routes.toString());
    tree.file("proc/net/if_inet6", inet6.toString());
    tree.file("proc/net/ipv6_route", routes6.toString());
    String local = trie.toString().replace("Main:", "Local:");
    tree.file("proc/net/fib_trie", trie + local);
  }

  private static void defaultRoute(
      String name, String gateway, StringBuilder routes, StringBuilder routes6) {
    if (gateway.indexOf(':') >= 0) {
      String none = "0".repeat(32);
      routes6.append(none).append(" 00 ").append(none).append(" 00 ").append(expand(gateway));
      routes6.append(" 00000400 00000001 00000000 00450003 ").append(name).append('\n');
    } else {
      route(routes, name, 0, number(gateway), 3, 0);
    }
  }

  private static void route(
      StringBuilder out, String name, int destination, int gateway, int flags, int mask) {
    out.append(name).append('\t').append(littleEndian(destination)).append('\t');
    out.append(littleEndian(gateway)).append('\t').append(Hex.digits(flags, 4));
    out.append("\t0\t0\t0\t").append(littleEndian(mask)).append("\t0\t0\t0\n");
  }

  private static String littleEndian(int address) {
    return Hex.digits(Integer.reverseBytes(address), 8).toUpperCase(java.util.Locale.ROOT);
  }

  private static int number(String dotted) {
    int value = 0;
    for (String part : dotted.split("\\.", -1)) {
      value = value << 8 | Integer.parseInt(part);
    }
    return value;
  }

  private static String dotted(int address) {
    return (address >>> 24)
        + "."
        + (address >> 16 & 255)
        + "."
        + (address >> 8 & 255)
        + "."
        + (address & 255);
  }

  /** An IPv6 address as 32 digits. */
  private static String expand(String address) {
    int gap = address.indexOf("::");
    List<String> head = words(gap < 0 ? address : address.substring(0, gap));
    List<String> tail = gap < 0 ? List.of() : words(address.substring(gap + 2));
    StringBuilder out = new StringBuilder();
    head.forEach(out::append);
    out.repeat('0', 32 - 4 * (head.size() + tail.size()));
    tail.forEach(out::append);
    return out.toString();
  }

  private static List<String> words(String part) {
    List<String> words = new ArrayList<>();
    if (!part.isEmpty()) {
      for (String word : part.split(":", -1)) {
        words.add("0".repeat(4 - word.length()) + word);
      }
    }
    return words;
  }
}
