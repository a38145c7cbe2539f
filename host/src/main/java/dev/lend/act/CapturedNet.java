package dev.lend.act;

import dev.lend.journal.VfStepCodec;
import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.linux.Errno;
import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.IpAddress;
import dev.lend.model.NetInterface;
import dev.lend.model.SriovRole;
import dev.lend.model.VfSettings;
import dev.lend.model.VfWish;
import dev.lend.plan.VfStep;
import dev.lend.sysfs.KernelReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What netlink told of the PFs of a host when it was captured: their interfaces, and what their VFs
 * are held to. Nothing else of the network is in there.
 */
public final class CapturedNet implements Net {
  /** Where a capture has it. */
  public static final String PATH = "lend/pf-links.json";

  /** What is left of a hardware address that is not kept: its maker (IEEE 802, OUI). */
  private static final int MAKER = 8;

  private record Seen(Link link, SortedMap<Integer, VfSettings> vfs) {}

  private final List<Seen> seen = new ArrayList<>();

  /** As a captured host has it; nothing where it was captured without. */
  public CapturedNet(KernelReader kernel) {
    if (kernel.read(PATH) instanceof Fact.Known<String>(String text)) {
      try {
        for (Json item : Json.parseObject(text).array("links")) {
          if (item instanceof Json.Obj link) {
            seen.add(seen(link));
          }
        }
      } catch (JsonException | IllegalArgumentException nonsense) {
        seen.clear();
      }
    }
  }

  /**
   * What is kept of a host's network.
   *
   * @param addresses true to keep whole hardware addresses
   */
  public static byte[] record(Net net, HostSnapshot host, boolean addresses) {
    List<Json> links = new ArrayList<>();
    try {
      for (Link link : net.links()) {
        if (ofPf(host, link)) {
          links.add(encode(link, net.vfs(link.index()), addresses));
        }
      }
    } catch (NetRefusal refused) {
      links.clear();
    }
    return Json.object()
        .put("links", new Json.Arr(links))
        .build()
        .pretty()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static boolean ofPf(HostSnapshot host, Link link) {
    return host.net(link.name())
        .flatMap(NetInterface::function)
        .flatMap(host::function)
        .map(function -> function.sriov() instanceof SriovRole.Physical)
        .orElse(false);
  }

  private static Json encode(Link link, SortedMap<Integer, VfSettings> vfs, boolean addresses) {
    List<Json> settings = new ArrayList<>();
    vfs.forEach((index, vf) -> {
      VfWish all = VfStep.wishFor(vf);
      VfWish kept =
          new VfWish(
              Optional.of(new VfWish.Exactly(brief(vf.mac(), addresses))),
              all.vlan(),
              all.minRate(),
              all.maxRate(),
              all.spoofCheck(),
              all.link(),
              all.rssQuery(),
              all.trust(),
              all.nodeGuid().filter(guid -> addresses),
              all.portGuid().filter(guid -> addresses),
              all.nvme());
      settings.add(
          Json.object().put("vf", index).put("settings", VfStepCodec.encode(kept)).build());
    });
    return Json.object()
        .put("index", link.index())
        .put("name", link.name())
        .put("up", link.up())
        .put("mtu", link.mtu())
        .put("mac", link.mac().map(mac -> brief(mac, addresses)))
        .put("permanent_mac", link.permanentMac().map(mac -> brief(mac, addresses)))
        .put("vfs", new Json.Arr(settings))
        .build();
  }

  /** Which address is none at all has to stay visible. */
  private static String brief(String mac, boolean whole) {
    return whole || mac.length() <= MAKER ? mac : mac.substring(0, MAKER) + ":00:00:00";
  }

  private static Seen seen(Json.Obj json) {
    SortedMap<Integer, VfSettings> vfs = new TreeMap<>();
    for (Json item : json.array("vfs")) {
      if (item instanceof Json.Obj vf) {
        vfs.put((int) vf.number("vf"), settings(VfStepCodec.wish(vf.object("settings"))));
      }
    }
    Link link =
        new Link(
            (int) json.number("index"),
            json.text("name"),
            List.of(),
            json.flag("up"),
            (int) json.number("mtu"),
            json.optionalText("mac"),
            json.optionalText("permanent_mac"),
            0,
            "",
            0,
            "",
            vfs.size());
    return new Seen(link, vfs);
  }

  private static VfSettings settings(VfWish wish) {
    return new VfSettings(
        wish.mac().orElse(new VfWish.Auto()) instanceof VfWish.Exactly(String mac) ? mac : "",
        wish.vlan().orElse(VfSettings.Vlan.none()),
        wish.minRate().orElse(0L),
        wish.maxRate().orElse(0L),
        wish.spoofCheck(),
        wish.link().orElse(VfSettings.Link.AUTO),
        wish.rssQuery(),
        wish.trust(),
        wish.nodeGuid(),
        wish.portGuid());
  }

  @Override
  public List<Link> links() {
    return seen.stream().map(Seen::link).toList();
  }

  @Override
  public SortedMap<Integer, VfSettings> vfs(int link) {
    for (Seen one : seen) {
      if (one.link().index() == link) {
        return one.vfs();
      }
    }
    return new TreeMap<>();
  }

  @Override
  public List<OnLink> addresses() {
    return List.of();
  }

  @Override
  public Routes routes(int link) {
    return new Routes(List.of(), List.of());
  }

  @Override
  public List<String> traffic(int link) {
    return List.of();
  }

  @Override
  public List<String> elsewhere(int link) {
    return List.of();
  }

  @Override
  public List<Forward> forwards() {
    return List.of();
  }

  @Override
  public OptionalInt towards(IpAddress to, Optional<IpAddress> from) {
    return OptionalInt.empty();
  }

  @Override
  public void change(NetChange change) throws NetRefusal {
    throw new NetRefusal("change a captured host", Errno.EPERM, "");
  }
}
