package dev.lend.sysfs;

import dev.lend.model.NetInterface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where packets leave this host, by the main tables as {@code /proc/net} shows them. Rules and
 * other tables are not in there: only netlink tells those.
 */
final class Routes {
  /** kernel: {@code include/uapi/linux/route.h} and {@code ipv6_route.h}. */
  private static final int RTF_UP = 0x1;

  private static final int RTF_REJECT = 0x200;
  private static final long RTF_ANYCAST = 0x00100000L;
  private static final long RTF_LOCAL = 0x80000000L;

  private final List<Route> routes = new ArrayList<>();

  private Routes() {}

  /** One route; {@code destination} has 4 or 16 bytes, of which {@code length} bits count. */
  private record Route(String net, byte[] destination, int length, long metric, String text) {
    boolean covers(byte[] address) {
      if (address.length != destination.length) {
        return false;
      }
      int whole = length / 8;
      int mask = 0xff << 8 - length % 8 & 0xff;
      return Arrays.equals(address, 0, whole, destination, 0, whole)
          && (mask == 0 || ((address[whole] ^ destination[whole]) & mask) == 0);
    }
  }

  static Routes read(KernelReader kernel) {
    Routes all = new Routes();
    all.four(ProcNet.file(kernel, "route"));
    all.six(ProcNet.file(kernel, "ipv6_route"));
    return all;
  }

  /** See {@link RouteTables} for the file. */
  private void four(String text) {
    boolean little = ProcNet.littleEndian(text);
    for (String line : text.split("\n", -1)) {
      String[] field = ProcNet.fields(line);
      if (field.length < 8) {
        continue;
      }
      long destination = ProcNet.word(field[1], little);
      long flags = ProcNet.word(field[3], false);
      long mask = ProcNet.word(field[7], little);
      if (destination >= 0
          && mask >= 0
          && flags >= 0
          && (flags & RTF_UP) != 0
          && (flags & RTF_REJECT) == 0) {
        int length = Integer.bitCount((int) mask);
        routes.add(
            new Route(
                field[0],
                ProcNet.bytes4((int) destination),
                length,
                SysPath.number(field[6], 0, field[6].length()),
                ProcNet.dotted((int) destination) + "/" + length));
      }
    }
  }

  /** See {@link RouteTables} for the file. */
  private void six(String text) {
    for (String line : text.split("\n", -1)) {
      String[] field = ProcNet.fields(line);
      long flags = field.length == 10 ? ProcNet.word(field[8], false) : -1;
      int length = field.length == 10 ? SysPath.hex(field[1], 0, field[1].length()) : -1;
      Optional<byte[]> destination =
          length < 0 || length > 128 ? Optional.empty() : ProcNet.bytes(ProcNet.colons(field[0]));
      if (flags >= 0
          && destination.isPresent()
          && destination.get().length == 16
          && (flags & (RTF_REJECT | RTF_LOCAL | RTF_ANYCAST)) == 0
          && !field[0].startsWith("ff")
          && !field[0].startsWith("fe8")) {
        routes.add(
            new Route(
                field[9],
                destination.get(),
                length,
                ProcNet.word(field[5], false),
                ProcNet.colons(field[0]) + "/" + length));
      }
    }
  }

  /** By interface, where routes lead, without default routes and the networks it is itself in. */
  Map<String, List<String>> beyond(List<NetInterface> nets) {
    Map<String, List<byte[]>> own = new HashMap<>();
    for (NetInterface net : nets) {
      List<byte[]> addresses = new ArrayList<>();
      for (String address : net.addresses()) {
        ProcNet.bytes(address.substring(0, address.indexOf('/'))).ifPresent(addresses::add);
      }
      own.put(net.name(), addresses);
    }
    Map<String, List<String>> beyond = new HashMap<>();
    for (Route route : routes) {
      if (route.length > 0
          && own.containsKey(route.net)
          && own.get(route.net).stream().noneMatch(route::covers)) {
        beyond.computeIfAbsent(route.net, none -> new ArrayList<>()).add(route.text);
      }
    }
    return beyond;
  }

  /** The interfaces through which packets to an address leave: several with equal routes. */
  Set<String> towards(String address) {
    Optional<byte[]> bytes = ProcNet.bytes(address);
    Set<String> nets = new TreeSet<>();
    if (bytes.isEmpty()) {
      return nets;
    }
    int length = -1;
    long metric = 0;
    for (Route route : routes) {
      if (!route.covers(bytes.get())) {
        continue;
      }
      boolean better = route.length > length || route.length == length && route.metric < metric;
      if (better) {
        nets.clear();
        length = route.length;
        metric = route.metric;
      }
      if (better || route.length == length && route.metric == metric) {
        nets.add(route.net);
      }
    }
    return nets;
  }
}
