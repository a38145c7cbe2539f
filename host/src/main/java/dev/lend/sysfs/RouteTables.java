package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Addresses and default routes by interface, from files alone, so that a captured host reads like a
 * live one.
 *
 * <p>No file says which interface an IPv4 address is on: {@code fib_trie} has the host's addresses
 * without interfaces, {@code route} the prefixes with them. An address belongs to the interface
 * with the longest prefix around it that has no gateway. One that no such prefix covers, as on a
 * point-to-point link, stays unknown.
 */
final class RouteTables {
  /** kernel: {@code include/uapi/linux/route.h}. */
  private static final int RTF_UP = 0x1;

  private static final int RTF_GATEWAY = 0x2;
  private static final int RTF_REJECT = 0x200;

  private final Set<String> defaults = new HashSet<>();
  private final Map<String, List<String>> addresses = new HashMap<>();
  private final List<Prefix> connected = new ArrayList<>();

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
    tables.route(file(kernel, "route"));
    tables.local(file(kernel, "fib_trie"));
    tables.route6(file(kernel, "ipv6_route"));
    tables.addresses6(file(kernel, "if_inet6"));
    return tables;
  }

  boolean isDefault(String net) {
    return defaults.contains(net);
  }

  List<String> addresses(String net) {
    return addresses.getOrDefault(net, List.of());
  }

  /** {@code /proc/net} is a link to {@code self/net}, which a capture need not have. */
  private static String file(KernelReader kernel, String name) {
    return kernel.read("proc/net/" + name) instanceof Fact.Known<String>(String text)
        ? text
        : kernel.read("proc/1/net/" + name).or("");
  }

  /**
   * {@code /proc/net/route}, the main table: Iface Destination Gateway Flags RefCnt Use Metric Mask
   * (kernel: {@code net/ipv4/fib_trie.c}, {@code fib_route_seq_show}). Addresses are printed as the
   * machine's words of network order: in the byte order of the machine that was captured.
   */
  private void route(String text) {
    boolean little = littleEndian(text);
    for (String line : text.split("\n", -1)) {
      String[] field = fields(line);
      if (field.length < 8) {
        continue;
      }
      long destination = word(field[1], little);
      long flags = word(field[3], false);
      long mask = word(field[7], little);
      if (destination < 0 || flags < 0 || mask < 0 || (flags & RTF_UP) == 0) {
        continue;
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
   * The byte order shows in the masks: a mask is ones from the top, so that one which is none as it
   * stands was printed by a little-endian machine. Nearly all are.
   */
  private static boolean littleEndian(String text) {
    for (String line : text.split("\n", -1)) {
      String[] field = fields(line);
      long mask = field.length < 8 ? -1 : word(field[7], false);
      if (mask > 0 && mask != 0xffffffffL) {
        int inverse = ~(int) mask;
        return (inverse & inverse + 1) != 0;
      }
    }
    return true;
  }

  private static long word(String hex, boolean swapped) {
    if (hex.isEmpty() || hex.length() > 8) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < hex.length(); i++) {
      int digit = Character.digit(hex.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return swapped ? Integer.toUnsignedLong(Integer.reverseBytes((int) value)) : value;
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
      String[] field = fields(line);
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
    long address = dotted(text);
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
    }
  }

  private static long dotted(String text) {
    long value = 0;
    int start = 0;
    for (int part = 0; part < 4; part++) {
      int end = part < 3 ? text.indexOf('.', start) : text.length();
      int number = SysPath.number(text, start, end);
      if (number < 0 || number > 255) {
        return -1;
      }
      value = value << 8 | number;
      start = end + 1;
    }
    return value;
  }

  /**
   * {@code /proc/net/ipv6_route}: destination, its length, source, its length, next hop, metric,
   * two counters, flags, interface (kernel: {@code net/ipv6/route.c}, {@code
   * ipv6_route_native_seq_show}).
   */
  private void route6(String text) {
    for (String line : text.split("\n", -1)) {
      String[] field = fields(line);
      if (field.length == 10
          && field[1].equals("00")
          && field[0].equals("0".repeat(32))
          && !field[9].equals("lo")
          && (word(field[8], false) & RTF_REJECT) == 0) {
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
      String[] field = fields(line);
      if (field.length == 6 && field[0].length() == 32 && !field[3].equals("20")) {
        int length = SysPath.hex(field[2], 0, field[2].length());
        String address = colons(field[0]);
        if (length >= 0 && length <= 128 && !address.isEmpty()) {
          add(field[5], address + "/" + length);
        }
      }
    }
  }

  /** RFC 5952, section 4: the longest run of zero groups, the first of equals, becomes "::". */
  private static String colons(String hex) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = SysPath.hex(hex, 4 * i, 4 * i + 4);
      if (groups[i] < 0) {
        return "";
      }
    }
    int from = 8;
    int run = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > run) {
        from = i;
        run = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == from) {
        text.append("::");
        i += run - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  private void add(String net, String address) {
    addresses.computeIfAbsent(net, none -> new ArrayList<>(2)).add(address);
  }

  /** The words of a line. By hand: compiling a pattern costs more than reading all these files. */
  private static String[] fields(String line) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= line.length(); i++) {
      boolean inside = i < line.length() && line.charAt(i) > ' ';
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        words.add(line.substring(start, i));
        start = -1;
      }
    }
    return words.toArray(new String[0]);
  }
}
