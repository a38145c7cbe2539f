package dev.lend.sysfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Addresses and default routes by interface, from files alone, so that a captured host reads like a
 * live one.
 *
 * <p>No file says which interface an IPv4 address is on: {@code fib_trie} has the host's addresses
 * without interfaces, {@code route} the prefixes with them. An address belongs to the interface
 * with the longest prefix around it that has no gateway. One that no such prefix covers, a /32 as
 * cloud hosts have it, belongs to the one interface that has routes and no address; where there are
 * several, it stays unknown.
 */
final class RouteTables {
  /** kernel: {@code include/uapi/linux/route.h}. */
  private static final int RTF_UP = 0x1;

  private static final int RTF_GATEWAY = 0x2;
  private static final int RTF_REJECT = 0x200;

  private final Set<String> defaults = new HashSet<>();
  private final Map<String, List<String>> addresses = new HashMap<>();
  private final List<Prefix> connected = new ArrayList<>();
  private final Set<String> routed = new TreeSet<>();
  private final List<String> homeless = new ArrayList<>();

  private RouteTables() {}

  /** A prefix that an interface reaches without a gateway; numbers in network order. */
  private record Prefix(String net, int destination, int mask, int metric) {
    boolean covers(int address) {
      return (address & mask) == destination;
    }

    /** True where this one is the narrower, or as narrow and preferred. */
    boolean before(Prefix other) {
      int difference = Integer.bitCount(mask) - Integer.bitCount(other.mask);
      return difference > 0 || difference == 0 && metric < other.metric;
    }
  }

  static RouteTables none() {
    return new RouteTables();
  }

  static RouteTables read(KernelReader kernel) {
    RouteTables tables = new RouteTables();
    tables.route(ProcNet.file(kernel, "route"));
    tables.local(ProcNet.file(kernel, "fib_trie"));
    tables.settle();
    tables.route6(ProcNet.file(kernel, "ipv6_route"));
    tables.addresses6(ProcNet.file(kernel, "if_inet6"));
    return tables;
  }

  boolean isDefault(String net) {
    return defaults.contains(net);
  }

  List<String> addresses(String net) {
    return addresses.getOrDefault(net, List.of());
  }

  /**
   * {@code /proc/net/route}, the main table: Iface Destination Gateway Flags RefCnt Use Metric Mask
   * (kernel: {@code net/ipv4/fib_trie.c}, {@code fib_route_seq_show}). Addresses are printed as the
   * machine's words of network order: in the byte order of the machine that was captured.
   */
  private void route(String text) {
    boolean little = ProcNet.littleEndian(text);
    for (String line : text.split("\n", -1)) {
      String[] field = ProcNet.fields(line);
      if (field.length < 8) {
        continue;
      }
      long destination = ProcNet.word(field[1], little);
      long flags = ProcNet.word(field[3], false);
      long mask = ProcNet.word(field[7], little);
      if (destination < 0 || flags < 0 || mask < 0 || (flags & RTF_UP) == 0) {
        continue;
      }
      if ((flags & RTF_REJECT) == 0) {
        routed.add(field[0]);
      }
      if (mask == 0 && destination == 0) {
        if ((flags & RTF_REJECT) == 0 && !field[0].equals("*")) {
          defaults.add(field[0]);
        }
      } else if ((flags & (RTF_GATEWAY | RTF_REJECT)) == 0) {
        int metric = Math.max(0, SysPath.number(field[6], 0, field[6].length()));
        connected.add(new Prefix(field[0], (int) destination, (int) mask, metric));
      }
    }
  }

  /**
   * {@code /proc/net/fib_trie}: a leaf is {@code |-- 10.0.0.5}, and a line {@code /32 host LOCAL}
   * below it makes it an address of this host (kernel: {@code net/ipv4/fib_trie.c}, {@code
   * fib_trie_seq_show}).
   */
  private void local(String text) {
    Set<String> seen = new HashSet<>();
    String leaf = "";
    for (String line : text.split("\n", -1)) {
      String[] field = ProcNet.fields(line);
      if (field.length == 2 && field[0].equals("|--")) {
        leaf = field[1];
      } else if (field.length == 3
          && field[0].equals("/32")
          && field[1].equals("host")
          && field[2].equals("LOCAL")
          && seen.add(leaf)) {
        place(leaf);
      }
    }
  }

  private void place(String text) {
    long address = ProcNet.dotted(text);
    if (address < 0) {
      return;
    }
    Prefix best = new Prefix("", 0, 0, Integer.MAX_VALUE);
    for (Prefix prefix : connected) {
      if (prefix.covers((int) address) && prefix.before(best)) {
        best = prefix;
      }
    }
    if (!best.net.isEmpty()) {
      add(best.net, text + "/" + Integer.bitCount(best.mask));
    } else if (!text.startsWith("127.")) {
      homeless.add(text + "/32");
    }
  }

  private void settle() {
    routed.removeAll(addresses.keySet());
    routed.remove("*");
    if (routed.size() == 1) {
      for (String address : homeless) {
        add(routed.iterator().next(), address);
      }
    }
  }

  /**
   * {@code /proc/net/ipv6_route}: destination, its length, source, its length, next hop, metric,
   * two counters, flags, interface (kernel: {@code net/ipv6/route.c}, {@code
   * ipv6_route_native_seq_show}).
   */
  private void route6(String text) {
    for (String line : text.split("\n", -1)) {
      String[] field = ProcNet.fields(line);
      if (field.length == 10
          && field[1].equals("00")
          && field[0].equals("0".repeat(32))
          && !field[9].equals("lo")
          && (ProcNet.word(field[8], false) & RTF_REJECT) == 0) {
        defaults.add(field[9]);
      }
    }
  }

  /**
   * {@code /proc/net/if_inet6}: address, interface number, prefix length, scope, flags, interface
   * (kernel: {@code net/ipv6/addrconf.c}, {@code if6_seq_show}). Scope 20 is link-local.
   */
  private void addresses6(String text) {
    for (String line : text.split("\n", -1)) {
      String[] field = ProcNet.fields(line);
      if (field.length == 6 && field[0].length() == 32 && !field[3].equals("20")) {
        int length = SysPath.hex(field[2], 0, field[2].length());
        String address = ProcNet.colons(field[0]);
        if (length >= 0 && length <= 128 && !address.isEmpty()) {
          add(field[5], address + "/" + length);
        }
      }
    }
  }

  private void add(String net, String address) {
    addresses.computeIfAbsent(net, none -> new ArrayList<>(2)).add(address);
  }
}
