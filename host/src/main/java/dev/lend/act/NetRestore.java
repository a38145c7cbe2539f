package dev.lend.act;

import dev.lend.linux.Errno;
import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.model.NetForm;
import dev.lend.model.NetState;
import dev.lend.model.PciAddress;
import dev.lend.plan.Planner;
import dev.lend.plan.Step;
import dev.lend.sysfs.BindingReader;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.KernelReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sets interfaces up as they were before. Only what is missing is added, so it can be done again
 * after a crash; what somebody else has set meanwhile stays, and is named.
 */
final class NetRestore {
  /** Some drivers make their interfaces long after they have bound. */
  private static final Duration APPEARS = Duration.ofSeconds(15);

  /** udev gives an interface its name, and tells others of it, in its own time. */
  private static final Duration UDEV = Duration.ofSeconds(10);

  private final KernelReader kernel;
  private final InterfaceNames names;
  private final Net net;
  private final Patience patience;

  NetRestore(KernelReader kernel, Net net, Patience patience) {
    this.kernel = kernel;
    this.names = new InterfaceNames(kernel);
    this.net = net;
    this.patience = patience;
  }

  /**
   * Puts back what can be.
   *
   * @param now lifetimes of addresses are counted to here
   * @return what could not be, for a person; empty where all is as it was
   */
  List<String> restore(Step.RestoreNet step, Instant now) {
    List<String> left = new ArrayList<>();
    Optional<String> driver = new BindingReader(kernel).driver(step.address());
    if (driver.isEmpty() || driver.get().equals(Planner.VFIO_PCI)) {
      // It is not home, which is said elsewhere: its loan keeps what is to be put back.
      return left;
    }
    patience.until(() -> names.of(step.address()).size() >= step.interfaces().size(), APPEARS);
    try {
      for (NetState state : step.interfaces()) {
        Optional<Link> link = find(step, state);
        if (link.isEmpty()) {
          left.add(state.name() + " was not set up: " + step.address() + " has no such interface");
          continue;
        }
        awaitUdev(link.get().index());
        List<String> failed = new ArrayList<>();
        one(state, link.get().index(), Duration.between(step.since(), now), failed);
        failed.forEach(text -> left.add(state.name() + ": " + text));
      }
    } catch (NetRefusal refusal) {
      left.add(
          "The interface of " + step.address() + " could not be set up: " + refusal.getMessage());
    }
    return left;
  }

  /**
   * Which of the function's interfaces it was: the one with the same hardware address, or, where it
   * has only one, that one.
   */
  private Optional<Link> find(Step.RestoreNet step, NetState state) throws NetRefusal {
    List<Link> own = own(step.address());
    for (Link link : own) {
      if (state.hardware().isPresent() && state.hardware().equals(link.permanentMac())) {
        return Optional.of(link);
      }
    }
    return own.size() == 1 && step.interfaces().size() == 1
        ? Optional.of(own.getFirst())
        : Optional.empty();
  }

  /** Asked again where udev renamed an interface between the two questions. */
  private List<Link> own(PciAddress address) throws NetRefusal {
    List<Link> own = new ArrayList<>();
    for (int i = 0; i < 5 && own.isEmpty(); i++) {
      List<String> called = names.of(address);
      for (Link link : net.links()) {
        if (called.contains(link.name())) {
          own.add(link);
        }
      }
    }
    return own;
  }

  /**
   * Waits until udev has done with the interface: what is renamed before that is renamed again. It
   * then has a file for it (systemd: {@code src/libsystemd/sd-device/device-private.c},
   * device_update_db).
   */
  private void awaitUdev(int index) {
    if (kernel.exists("run/udev/control")) {
      patience.until(() -> kernel.exists("run/udev/data/n" + index), UDEV);
    }
  }

  private void one(NetState state, int index, Duration elapsed, List<String> left)
      throws NetRefusal {
    List<Link> links = net.links();
    Link link = named(links, index);
    boolean sameAsBefore = index == state.index() && link.up() == state.up();
    if (!sameAsBefore) {
      state.lost().forEach(lost -> left.add(lost.what() + " is not put back"));
    }
    rename(state, link, links, left);
    alsoCall(state, link, links, left);
    if (state.mac().isPresent() && !state.mac().equals(link.mac())) {
      attempt(new NetChange.Mac(index, state.mac().get()), left);
    }
    if (state.mtu() != link.mtu()) {
      attempt(new NetChange.Mtu(index, state.mtu()), left);
    }
    join(state, link, links, left);
    if (state.up() && !link.up()) {
      attempt(new NetChange.Up(index, true), left);
    } else if (!state.up() && link.up()) {
      left.add("was down before, and something else has set it up: it stays up");
    }
    AddressRestore addresses = new AddressRestore(net, patience, state, index, left);
    addresses.addresses(elapsed);
    addresses.routes();
    addresses.verify();
    verify(state, named(net.links(), index), left);
    for (NetState.Stacked stacked : state.stacked()) {
      List<String> failed = new ArrayList<>();
      Optional<Link> on = remade(stacked, index, failed);
      if (on.isPresent()) {
        one(stacked.state(), on.get().index(), elapsed, failed);
      }
      failed.forEach(text -> left.add(stacked.state().name() + ": " + text));
    }
  }

  /**
   * The interface that stood on another one, made again where it is not there. Whoever looks after
   * the network may do that too, at the same time.
   */
  private Optional<Link> remade(NetState.Stacked stacked, int lower, List<String> left)
      throws NetRefusal {
    String name = stacked.state().name();
    Optional<Link> there = standing(stacked, lower);
    if (there.isPresent()) {
      return there;
    }
    for (Link other : net.links()) {
      if (other.called(name)) {
        left.add("is not made again: another interface has its name");
        return Optional.empty();
      }
    }
    List<String> refused = new ArrayList<>();
    attempt(new NetChange.AddLink(lower, name, stacked.form()), refused);
    Optional<Link> made = standing(stacked, lower);
    if (made.isPresent()) {
      awaitUdev(made.get().index());
    } else {
      left.addAll(refused);
      if (refused.isEmpty()) {
        left.add("was made again and is gone again");
      }
    }
    return made;
  }

  /** By its name, or as what can be there only once. */
  private Optional<Link> standing(NetState.Stacked stacked, int lower) throws NetRefusal {
    for (Link link : net.links()) {
      boolean same =
          link.called(stacked.state().name())
              ? link.kind().equals(stacked.form().kind())
              : stacked.form() instanceof NetForm.Vlan vlan
                  && link.form().isPresent()
                  && vlan.same(link.form().get());
      if (link.lower() == lower && same) {
        return Optional.of(link);
      }
    }
    return Optional.empty();
  }

  private void alsoCall(NetState state, Link link, List<Link> links, List<String> left) {
    for (String name : state.altNames()) {
      if (link.altNames().contains(name)) {
        continue;
      }
      if (links.stream().anyMatch(other -> other.index() != link.index() && other.called(name))) {
        left.add("is not called " + name + " too: another interface is");
      } else {
        attempt(new NetChange.AddName(link.index(), name), left);
      }
    }
  }

  private static Link named(List<Link> links, int index) throws NetRefusal {
    for (Link link : links) {
      if (link.index() == index) {
        return link;
      }
    }
    throw new NetRefusal("find it again", Errno.ENODEV, "");
  }

  private void rename(NetState state, Link link, List<Link> links, List<String> left) {
    if (link.name().equals(state.name())) {
      return;
    }
    for (Link other : links) {
      if (other.called(state.name()) && other.index() != link.index()) {
        left.add("is called " + link.name() + " now: another interface has its name");
        return;
      }
    }
    attempt(new NetChange.Rename(link.index(), state.name()), left);
  }

  private void join(NetState state, Link link, List<Link> links, List<String> left) {
    Optional<String> now =
        links.stream().filter(one -> one.index() == link.master()).map(Link::name).findFirst();
    if (now.equals(state.master())) {
      return;
    }
    if (now.isPresent()) {
      left.add(
          "is in "
              + now.get()
              + " now, where something else has put it"
              + state.master().map(before -> "; before, it was in " + before).orElse(""));
      return;
    }
    for (Link other : links) {
      if (other.called(state.master().orElse(""))) {
        attempt(new NetChange.Join(link.index(), other.index()), left);
        return;
      }
    }
    left.add("was in " + state.master().orElse("") + ", which is gone");
  }

  private void attempt(NetChange change, List<String> left) {
    attempt(net, change, left);
  }

  /** Makes a change; a refusal is noted and nothing more. */
  static boolean attempt(Net net, NetChange change, List<String> left) {
    try {
      net.change(change);
      return true;
    } catch (NetRefusal refusal) {
      left.add("could not be put back: " + refusal.getMessage());
      return false;
    }
  }

  /** Reads back what a driver may have taken and not kept to. What was refused is said already. */
  private static void verify(NetState state, Link now, List<String> left) {
    if (!left.isEmpty()) {
      return;
    }
    boolean kept =
        now.name().equals(state.name())
            && now.mtu() == state.mtu()
            && now.up() == state.up()
            && (state.mac().isEmpty() || state.mac().equals(now.mac()));
    if (!kept) {
      left.add("is not as it was although nothing was refused: see ip -d link show " + now.name());
    }
  }
}
