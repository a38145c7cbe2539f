package dev.lend.journal;

import dev.lend.gen.Gen;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetLoss;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetRoute;
import dev.lend.model.NetState;
import dev.lend.model.VfSettings;
import java.util.Optional;
import java.util.TreeMap;

/** Random records about the network. */
final class NetRecords {
  private NetRecords() {}

  static IpAddress ip(Gen gen) {
    byte[] bytes = new byte[gen.oneOf(4, 16)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = gen.chance(60) ? 0 : (byte) gen.between(0, 255);
    }
    return IpAddress.of(bytes);
  }

  private static long u32(Gen gen) {
    return Integer.toUnsignedLong(gen.oneOf(0, 1, -1, gen.between(0, Integer.MAX_VALUE)));
  }

  private static NetAddress address(Gen gen) {
    return new NetAddress(
        ip(gen),
        gen.between(0, 128),
        gen.maybe(NetRecords::ip),
        gen.maybe(NetRecords::ip),
        gen.between(0, 255),
        u32(gen),
        gen.maybe(some -> some.text(8)),
        u32(gen),
        u32(gen),
        gen.between(0, 255));
  }

  private static NetRoute route(Gen gen) {
    TreeMap<Integer, Long> limits = new TreeMap<>();
    gen.list(2, some -> some.between(1, 20)).forEach(kind -> limits.put(kind, u32(gen)));
    return new NetRoute(
        ip(gen),
        gen.between(0, 128),
        gen.maybe(NetRecords::ip),
        gen.maybe(NetRecords::ip),
        gen.oneOf(254, 1000, -1),
        gen.between(0, 255),
        gen.between(0, 255),
        u32(gen),
        gen.between(0, 255),
        gen.flag(),
        gen.between(0, 3),
        limits);
  }

  private static NetForm form(Gen gen) {
    TreeMap<Integer, Integer> priorities = new TreeMap<>();
    gen.list(2, some -> some.between(0, 7)).forEach(from -> priorities.put(from, 3));
    return gen.oneOf(
        new NetForm.Vlan(
            gen.between(0, 4094), gen.oneOf(0x8100, 0x88a8), u32(gen), priorities, priorities),
        new NetForm.Macvlan(u32(gen), gen.between(0, 3)),
        new NetForm.Ipvlan(gen.between(0, 2), gen.between(0, 3)));
  }

  static NetState state(Gen gen) {
    return state(gen, 2);
  }

  private static NetState state(Gen gen, int levels) {
    return new NetState(
        gen.text(15),
        gen.between(1, 300),
        gen.maybe(some -> "52:54:00:00:00:02"),
        gen.flag(),
        gen.between(68, 65_535),
        gen.maybe(some -> "52:54:00:00:00:01"),
        gen.maybe(some -> some.text(8)),
        gen.list(2, NetRecords::address),
        gen.list(2, NetRecords::route),
        gen.list(2, some -> new NetLoss(some.text(8), some.list(2, one -> one.text(5)))),
        gen.list(2, some -> some.text(8)),
        gen.list(levels, some -> new NetState.Stacked(form(some), state(some, levels - 1))));
  }

  static NetOrigin.Vf vf(Gen gen) {
    return new NetOrigin.Vf(
        Records.address(gen),
        gen.between(0, 255),
        new VfSettings(
            "52:54:00:00:00:01",
            new VfSettings.Vlan(gen.between(0, 4095), gen.between(0, 7), gen.between(0, 0xffff)),
            u32(gen),
            u32(gen),
            gen.maybe(Gen::flag),
            gen.oneOf(VfSettings.Link.values()),
            gen.maybe(Gen::flag),
            gen.maybe(Gen::flag)));
  }

  static NetOrigin origin(Gen gen) {
    Optional<NetOrigin.Vf> vf = gen.maybe(NetRecords::vf);
    return new NetOrigin(gen.list(2, NetRecords::state), vf);
  }
}
