package dev.lend.linux;

import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetRoute;
import dev.lend.model.VfSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The network of the running kernel. Nothing native is loaded before the first question.
 *
 * <p>Each question is asked by a thread of its own, which is given up where no answer comes in
 * time: a driver that hangs may keep the kernel from answering anybody ({@link NetlinkSocket}).
 */
public final class LiveNet implements Net {
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration SOCKET = Duration.ofSeconds(8);

  /** What the kernel says where no packet could leave: that is an answer. */
  private static final Set<Errno> NO_WAY =
      Set.of(Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EINVAL, Errno.EACCES, Errno.ENODEV);

  @FunctionalInterface
  private interface Talk<T> {
    T with(Rtnetlink kernel) throws NetRefusal, Malformed;
  }

  @Override
  public List<Link> links() throws NetRefusal {
    return talk(
        "list the interfaces",
        kernel -> {
          List<Link> links = new ArrayList<>();
          for (Rtnetlink.Message message : kernel.dump("list the interfaces", LinkCodec.dump())) {
            links.add(LinkCodec.decode(message));
          }
          return links;
        });
  }

  @Override
  public SortedMap<Integer, VfSettings> vfs(int link) throws NetRefusal {
    return talk(
        "list the VFs",
        kernel -> VfCodec.decode(kernel.ask("list the VFs", LinkCodec.withVfs(link))));
  }

  @Override
  public List<OnLink> addresses() throws NetRefusal {
    return talk(
        "list the addresses",
        kernel -> {
          List<OnLink> addresses = new ArrayList<>();
          for (Rtnetlink.Message message : kernel.dump("list the addresses", AddressCodec.dump())) {
            AddressCodec.decode(message).ifPresent(addresses::add);
          }
          return addresses;
        });
  }

  @Override
  public Routes routes(int link) throws NetRefusal {
    return talk(
        "list the routes",
        kernel -> {
          List<NetRoute> plain = new ArrayList<>();
          List<OddRoute> others = new ArrayList<>();
          for (boolean v6 : new boolean[] {false, true}) {
            for (Rtnetlink.Message message : routes(kernel, v6, link)) {
              switch (RouteCodec.decode(message, link)) {
                case RouteCodec.Found.Plain(NetRoute route) -> plain.add(route);
                case RouteCodec.Found.Other(OddRoute route) -> others.add(route);
                case RouteCodec.Found.Foreign foreign -> {}
              }
            }
          }
          return new Routes(plain, others);
        });
  }

  /** An interface that is gone has none; asked for its routes, the kernel says that it is gone. */
  private static List<Rtnetlink.Message> routes(Rtnetlink kernel, boolean v6, int link)
      throws NetRefusal {
    try {
      return kernel.dump("list the routes", RouteCodec.dump(v6, link));
    } catch (NetRefusal refusal) {
      if (refusal.errno() == Errno.ENODEV) {
        return List.of();
      }
      throw refusal;
    }
  }

  @Override
  public List<String> traffic(int link) throws NetRefusal {
    String what = "list what tc holds";
    return talk(
        what,
        kernel -> {
          List<String> found = new ArrayList<>();
          List<TrafficCodec.Discipline> set;
          try {
            set = TrafficCodec.disciplines(kernel.dump(what, TrafficCodec.disciplines()), link);
          } catch (NetRefusal refusal) {
            if (refusal.unsupported()) {
              return found; // A kernel without traffic control.
            }
            throw refusal;
          }
          for (TrafficCodec.Discipline one : set) {
            if (one.hook()) {
              filters(kernel, link, Abi.TC_INGRESS, "for what comes in ", found);
              filters(kernel, link, Abi.TC_EGRESS, "for what goes out ", found);
            } else if (one.root()) {
              found.add("the queueing discipline " + one.words());
              filters(kernel, link, one.handle(), "of " + one.words() + " ", found);
            }
          }
          return found;
        });
  }

  private static void filters(Rtnetlink kernel, int link, int at, String where, List<String> found)
      throws NetRefusal, Malformed {
    List<String> names =
        TrafficCodec.filters(kernel.dump("list the filters", TrafficCodec.filters(link, at)));
    String text = "the tc filters " + where + "(" + String.join(", ", names) + ")";
    if (!names.isEmpty() && !found.contains(text)) {
      found.add(text);
    }
  }

  @Override
  public List<String> elsewhere(int link) throws NetRefusal {
    String what = "look into other network namespaces";
    return talk(
        what,
        kernel -> {
          List<String> found = new ArrayList<>();
          for (Rtnetlink.Message space : kernel.dump(what, SpaceCodec.dump())) {
            OptionalInt number = SpaceCodec.number(space);
            if (number.isPresent()) {
              within(kernel, what, link, number.getAsInt(), found);
            }
          }
          return found;
        });
  }

  private static void within(Rtnetlink kernel, String what, int link, int space, List<String> found)
      throws NetRefusal, Malformed {
    List<Rtnetlink.Message> links;
    OptionalInt own;
    try {
      links = kernel.dump(what, SpaceCodec.links(space));
      // Asked after: to tell what a link there stands on, the kernel gives this one a number too.
      own = SpaceCodec.number(kernel.ask(what, SpaceCodec.of(thisThread())));
    } catch (NetRefusal gone) {
      return; // It has ended meanwhile, or the kernel lets nobody look into others.
    }
    for (Rtnetlink.Message message : links) {
      if (own.isPresent() && SpaceCodec.standsOn(message, link, own.getAsInt())) {
        Link one = LinkCodec.decode(message);
        if (one.index() != link && !one.kind().equals("veth")) {
          found.add(one.name() + " (" + one.kind() + ")");
        }
      }
    }
  }

  /** A thread may be in another namespace than its process (proc(5), thread-self). */
  private static long thisThread() throws NetRefusal {
    try {
      return Long.parseLong(
          String.valueOf(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName()));
    } catch (IOException | NumberFormatException e) {
      throw new NetRefusal("find this thread", Errno.ENOENT, "");
    }
  }

  @Override
  public List<Forward> forwards() throws NetRefusal {
    String what = "list whom bridges and interfaces know";
    return talk(
        what,
        kernel -> {
          // A bridge tells an address once for each of its VLANs.
          Set<Forward> found = new LinkedHashSet<>();
          for (Rtnetlink.Message message : kernel.dump(what, ForwardCodec.dump())) {
            ForwardCodec.decode(message).ifPresent(found::add);
          }
          return List.copyOf(found);
        });
  }

  @Override
  public OptionalInt towards(IpAddress to, Optional<IpAddress> from) throws NetRefusal {
    String what = "find the way to " + to;
    return talk(
        what,
        kernel -> {
          try {
            int link = RouteCodec.link(kernel.ask(what, RouteCodec.towards(to, from)));
            return link == 0 ? OptionalInt.empty() : OptionalInt.of(link);
          } catch (NetRefusal refusal) {
            if (NO_WAY.contains(refusal.errno())) {
              return OptionalInt.empty();
            }
            throw refusal;
          }
        });
  }

  @Override
  public void change(NetChange change) throws NetRefusal {
    MessageWriter request =
        switch (change) {
          case NetChange.Up(int link, boolean up) -> LinkCodec.setUp(link, up);
          case NetChange.Rename(int link, String name) ->
              LinkCodec.set(link).attribute(Abi.IFLA_IFNAME, name);
          case NetChange.Mtu(int link, int mtu) ->
              LinkCodec.set(link).attribute(Abi.IFLA_MTU, (long) mtu);
          case NetChange.Mac(int link, String mac) ->
              LinkCodec.set(link).attribute(Abi.IFLA_ADDRESS, Hardware.bytes(mac));
          case NetChange.Join(int link, int master) ->
              LinkCodec.set(link).attribute(Abi.IFLA_MASTER, (long) master);
          case NetChange.AddName(int link, String name) -> LinkCodec.addName(link, name);
          case NetChange.AddLink(int link, String name, NetForm form) ->
              StackCodec.add(link, name, form);
          case NetChange.AddAddress(int link, NetAddress address) ->
              AddressCodec.add(link, address);
          case NetChange.AddRoute(int link, NetRoute route) -> RouteCodec.add(link, route);
          case NetChange.SetVfs(int link, List<VfOrder> orders) -> VfCodec.set(link, orders);
          case NetChange.Forward(int link, String mac, boolean enter) ->
              enter ? ForwardCodec.enter(link, mac) : ForwardCodec.takeOut(link, mac);
        };
    talk(
        change.describe(),
        kernel -> {
          kernel.change(change.describe(), request);
          return true;
        });
  }

  private static <T> T talk(String what, Talk<T> talk) throws NetRefusal {
    FutureTask<T> task =
        new FutureTask<>(() -> {
          try (NetlinkSocket socket = NetlinkSocket.open(SOCKET)) {
            return talk.with(new Rtnetlink(socket));
          }
        });
    Thread.ofPlatform().daemon().name("netlink").start(task);
    try {
      return task.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new NetRefusal(what, Errno.ETIMEDOUT, "no answer from the kernel");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetRefusal(what, Errno.EINTR, "");
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case NetRefusal refusal -> throw refusal;
        case Malformed malformed ->
            throw new NetRefusal(what, Errno.EBADMSG, String.valueOf(malformed.getMessage()));
        case null, default -> throw new IllegalStateException(failed);
      }
    }
  }
}
