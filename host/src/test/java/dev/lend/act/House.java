package dev.lend.act;

import dev.lend.act.SimulatedGuests.Moment;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.JournalLog;
import dev.lend.journal.JournalRecord;
import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.Nvme;
import dev.lend.linux.NvmeChange;
import dev.lend.linux.NvmeRefusal;
import dev.lend.model.Fact;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetRoute;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSettings;
import dev.lend.plan.Request;
import dev.lend.plan.VfStep;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.Kernel;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedCrash;
import dev.lend.sysfs.SimulatedHosts;
import dev.lend.sysfs.SimulatedKernel;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * The lab's host in memory with one guest and a journal, in which Lend can die at every moment that
 * matters: before and after each kernel write, journal line and guest call.
 */
final class House {
  static final PciAddress NIC = PciAddress.parse("02:00.0").orElseThrow();
  static final PciAddress TWIN = PciAddress.parse("04:01.0").orElseThrow();
  static final PciAddress OTHER_TWIN = PciAddress.parse("04:02.0").orElseThrow();
  static final List<PciAddress> LENDABLE = List.of(NIC, TWIN, OTHER_TWIN);
  static final Request.Consent ALL = new Request.Consent(true, true);

  final Moment moment = new Moment();
  final SimulatedKernel kernel;
  final SimulatedGuests guests;
  private final Picture picture;
  final List<String> lines = new ArrayList<>();
  final List<String> said = new ArrayList<>();
  final List<String> left = new ArrayList<>();
  private Optional<Looked> looked = Optional.empty();
  Instant now = Instant.parse("2026-11-22T12:00:00Z");
  int appendsLeft = Integer.MAX_VALUE;

  /** How many of the kernel's writes were made before Lend did anything. */
  int before;

  /** Who asks. */
  String by = "test";

  /** How many lines the journal cannot take before it can again. */
  int appendsFailing = Integer.MAX_VALUE;

  /** What others do right before a write, which is given. */
  Consumer<String> beforeWrite = path -> {};

  House() {
    this(SimulatedHosts.lab());
  }

  House(SimulatedKernel kernel) {
    this.kernel = kernel;
    guests = new SimulatedGuests(kernel, moment);
    picture = new Picture(kernel, kernel);
  }

  private House(House other) {
    kernel = other.kernel.copy();
    guests = other.guests.copy(kernel, moment);
    picture = new Picture(kernel, kernel);
    lines.addAll(other.lines);
    now = other.now;
    before = other.before;
    looked = other.looked;
  }

  /** The same house, from here on apart, in which nothing is about to go wrong. */
  House copy() {
    House copy = new House(this);
    copy.calm();
    return copy;
  }

  /** Nothing goes wrong any more; what has happened stays. */
  void calm() {
    moment.spare();
    kernel.calm();
    guests.calm();
    appendsLeft = Integer.MAX_VALUE;
    appendsFailing = Integer.MAX_VALUE;
  }

  /** Every guest that runs ends. */
  void guestsEnd() {
    guests.stop(SimulatedGuests.GUEST);
    guests.stop(SimulatedGuests.OTHER);
  }

  /** The NIC is in use: it has a name of its own, addresses and a route. */
  House live() {
    int nic = kernel.index("enp2s0");
    kernel.byHand(new NetChange.Rename(nic, "lan0"));
    kernel.byHand(new NetChange.Mtu(nic, 9000));
    kernel.byHand(new NetChange.Mac(nic, "52:54:00:99:00:01"));
    kernel.byHand(new NetChange.Up(nic, true));
    kernel.byHand(new NetChange.AddAddress(nic, NetAddress.of(ip("192.0.2.1"), 24)));
    kernel.byHand(new NetChange.AddAddress(nic, NetAddress.of(ip("2001:db8::1"), 64)));
    kernel.byHand(
        new NetChange.AddRoute(nic, NetRoute.of(ip("10.0.0.0"), 8, Optional.of(ip("192.0.2.9")))));
    return this;
  }

  static IpAddress ip(String text) {
    return IpAddress.parse(text).orElseThrow();
  }

  /** What Lend writes to, dying before or after where that is wanted. */
  private final class Mortal implements Kernel {
    @Override
    public void write(String path, String value, Witness witness) throws KernelRefusal {
      moment.passes("before /" + path);
      beforeWrite.accept(path);
      kernel.write(path, value, witness);
      moment.passes("after /" + path);
    }

    @Override
    public void loadModule(String name, Witness witness) throws KernelRefusal {
      moment.passes("before modprobe " + name);
      kernel.loadModule(name, witness);
      moment.passes("after modprobe " + name);
    }

    @Override
    public Claim claim(int group) throws KernelRefusal {
      return kernel.claim(group);
    }

    @Override
    public Fact<List<String>> log() {
      return kernel.log();
    }

    @Override
    public Fact<String> read(String path) {
      return kernel.read(path);
    }

    @Override
    public Fact<byte[]> bytes(String path) {
      return kernel.bytes(path);
    }

    @Override
    public Fact<List<String>> list(String path) {
      return kernel.list(path);
    }

    @Override
    public Fact<String> link(String path) {
      return kernel.link(path);
    }

    @Override
    public Fact<String> resolve(String path) {
      return kernel.resolve(path);
    }

    @Override
    public boolean exists(String path) {
      return kernel.exists(path);
    }
  }

  /** The network that Lend changes, dying before or after where that is wanted. */
  private final class MortalNet implements Net {
    @Override
    public List<Link> links() {
      return kernel.links();
    }

    @Override
    public SortedMap<Integer, VfSettings> vfs(int link) throws NetRefusal {
      return kernel.vfs(link);
    }

    @Override
    public List<OnLink> addresses() {
      return kernel.addresses();
    }

    @Override
    public Routes routes(int link) {
      return kernel.routes(link);
    }

    @Override
    public List<Forward> forwards() {
      return kernel.forwards();
    }

    @Override
    public List<String> traffic(int link) {
      return kernel.traffic(link);
    }

    @Override
    public List<String> elsewhere(int link) {
      return kernel.elsewhere(link);
    }

    @Override
    public OptionalInt towards(IpAddress to, Optional<IpAddress> from) {
      return kernel.towards(to, from);
    }

    @Override
    public void change(NetChange change) throws NetRefusal {
      moment.passes("before " + change.describe());
      kernel.change(change);
      moment.passes("after " + change.describe());
    }
  }

  /** The NVMe controllers that Lend changes, dying before or after where that is wanted. */
  private final class MortalNvme implements Nvme {
    @Override
    public Primary primary(String name) throws NvmeRefusal {
      return kernel.primary(name);
    }

    @Override
    public SortedMap<Integer, Secondary> secondaries(String name) throws NvmeRefusal {
      return kernel.secondaries(name);
    }

    @Override
    public void change(String name, NvmeChange change) throws NvmeRefusal {
      moment.passes("before " + change.describe());
      kernel.change(name, change);
      moment.passes("after " + change.describe());
    }
  }

  private final class Log implements JournalLog {
    @Override
    public String name() {
      return "memory";
    }

    @Override
    public List<String> lines() {
      return List.copyOf(lines);
    }

    @Override
    public void append(String line) {
      moment.passes("before a line");
      if (appendsLeft > 0) {
        appendsLeft--;
      } else if (appendsFailing-- > 0) {
        throw new JournalException("No space left on device.");
      }
      lines.add(line);
      moment.passes("after a line");
    }
  }

  /** The journal as a Lend that starts now reads it. */
  Journal journal() {
    return Journal.read(new Log());
  }

  /** A journal that was read, and its lines. */
  private record Looked(List<String> lines, Journal journal) {}

  /** The journal for one who only looks: read again where lines were added. */
  Journal known() {
    if (looked.isEmpty() || !looked.get().lines().equals(lines)) {
      looked = Optional.of(new Looked(List.copyOf(lines), journal()));
    }
    return looked.get().journal();
  }

  /** A Lend that starts now. */
  Lender lender() {
    ReadHost host = new ReadHost(kernel, kernel, kernel, "");
    Patience none = (condition, limit) -> condition.getAsBoolean();
    Hands hands = new Hands(new Mortal(), new MortalNet(), new MortalNvme(), host, guests, none);
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    return new Lender(host, guests, hands, clock, by);
  }

  /** What Lend has written, each as path and value. */
  List<String> written() {
    return kernel.writes().subList(before, kernel.writes().size()).stream()
        .map(write -> "/" + write.path() + " " + write.value())
        .toList();
  }

  /** Carries a request out with all that can go wrong; empty where Lend died or gave up. */
  Optional<Outcome> attempt(Request request) {
    try {
      return Optional.of(carryOut(request));
    } catch (SimulatedCrash | JournalException cutOff) {
      return Optional.empty();
    }
  }

  /** Recovers with all that can go wrong. */
  void attemptRecovery() {
    try {
      recover();
    } catch (SimulatedCrash | JournalException cutOff) {
      said.add("cut off: " + cutOff.getMessage());
    }
  }

  Outcome carryOut(Request request) {
    return lender().carryOut(journal(), request, progress());
  }

  Optional<JournalRecord.Outcome> recover() {
    return lender().recover(journal(), progress());
  }

  private Progress progress() {
    return new Progress() {
      @Override
      public void notPutBack(String what) {
        left.add(what);
      }

      @Override
      public void recovered(String what) {
        said.add(what);
      }
    };
  }

  Outcome attach(PciAddress address) {
    return carryOut(new Request.Attach(address, SimulatedGuests.GUEST, ALL));
  }

  Outcome reserve(PciAddress address) {
    return carryOut(new Request.Reserve(address, ALL));
  }

  Outcome detach(PciAddress address) {
    return carryOut(new Request.Detach(address));
  }

  Outcome giveBack(PciAddress address) {
    return carryOut(new Request.Return(address));
  }

  /** Driver, override and network of what can be lent here, for a comparison. */
  List<String> bindings() {
    List<String> found = new ArrayList<>();
    for (PciAddress address : LENDABLE) {
      found.add(address.brief() + " " + driver(address) + " " + override(address));
      for (String name : new InterfaceNames(kernel).of(address)) {
        found.add(network(name));
      }
    }
    return found;
  }

  /** All that {@code ip} would show of an interface, but its index. */
  String network(String name) {
    return picture.network(name);
  }

  /** What Lend may change of a function. */
  String state(PciAddress address) {
    return picture.state(address);
  }

  /** The VFs of a PF: how many, what they are held to, and how the host uses them. */
  List<String> vfs(PciAddress pf) {
    String device = "sys/bus/pci/devices/" + pf;
    List<String> found = new ArrayList<>();
    found.add("count " + kernel.read(device + "/sriov_numvfs").or("none"));
    found.add("autoprobe " + kernel.read(device + "/sriov_drivers_autoprobe").or("none"));
    for (String name : new InterfaceNames(kernel).of(pf)) {
      kernel
          .links()
          .forEach(link -> {
            if (link.name().equals(name)) {
              settings(link.index(), found);
            }
          });
    }
    PfReader.vfs(kernel, pf).forEach((index, vf) -> found.add(index + " " + state(vf)));
    NvmeReader.Found nvme = new NvmeReader(kernel, kernel).read(pf);
    nvme.pool().asOptional().ifPresent(pool -> found.add("pool " + pool));
    nvme.shares().forEach((index, share) -> found.add(index + " " + share));
    return found;
  }

  private void settings(int link, List<String> found) {
    try {
      kernel
          .vfs(link)
          .forEach((index, own) -> found.add(index + " " + VfStep.words(VfStep.wishFor(own))));
    } catch (NetRefusal never) {
      throw new IllegalStateException(never);
    }
  }

  String driver(PciAddress address) {
    return picture.driver(address);
  }

  String override(PciAddress address) {
    return picture.override(address);
  }
}
