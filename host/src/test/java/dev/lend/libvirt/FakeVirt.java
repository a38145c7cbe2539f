package dev.lend.libvirt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A libvirt in memory, with one running domain, whose guest does what a test says. */
public final class FakeVirt {
  /** The name of the domain. */
  public static final String NAME = "web1";

  /** Its UUID. */
  public static final String UUID = "4dea22b3-1d52-d8f3-2516-782e98ab3fa0";

  /** What happens when the guest is asked to let a device go. */
  public enum Manner {
    /** It lets it go, and libvirt says so. */
    LETS_GO,
    /** It lets it go before libvirt has answered, and no event tells. */
    LETS_GO_UNSAID,
    /** It refuses: by an event. */
    REFUSES,
    /** It refuses: by libvirt's answer. */
    REFUSES_AT_ONCE,
    /** It says nothing. */
    SILENT,
    /** It was asked before, and lets go now. */
    WAS_ASKED,
    /** It is busy at first, and lets go then. */
    BUSY_FIRST,
    /** The domain ends. */
    ENDS,
    /** libvirt goes away, and the guest lets go meanwhile. */
    LIBVIRT_ENDS_AND_IT_LETS_GO,
    /** libvirt goes away while the guest is asked, and is there again at once. */
    LIBVIRT_ENDS_ONCE
  }

  /** What libvirt does when a device is to be plugged in. */
  public enum Plug {
    /** It does it. */
    TAKES,
    /** It says no. */
    REFUSES,
    /** It goes away and has done it. */
    ENDS_AFTER,
    /** It goes away and has not done it. */
    ENDS_BEFORE,
    /** It says that it did it, and did not. */
    LIES
  }

  /** What happens when the domain is to be ended. */
  public enum Destroy {
    /** It ends. */
    ENDS,
    /** Its process hangs in the kernel. */
    REFUSES,
    /** It ends, and libvirt goes away before it says so. */
    LIBVIRT_ENDS_AFTER
  }

  private final Map<String, String> devices = new LinkedHashMap<>();
  private final List<String> asked = new ArrayList<>();
  private VirtDomain.State state = VirtDomain.State.RUNNING;
  private Manner manner = Manner.LETS_GO;
  private Plug plug = Plug.TAKES;
  private Destroy destroy = Destroy.ENDS;
  private Optional<List<Virt.GuestInterface>> interfaces = Optional.empty();
  private boolean reachable = true;
  private boolean returns = true;
  private boolean library = true;
  private int ports = 2;
  private String tuning = "";
  private final Map<String, String> definition = new LinkedHashMap<>();
  private final Map<String, String> others = new LinkedHashMap<>();
  private boolean persistent = true;
  private boolean undefined;

  /** What its definition has besides devices. */
  public FakeVirt tuning(String xml) {
    tuning = xml;
    return this;
  }

  /** How the guest answers. */
  public FakeVirt manner(Manner how) {
    manner = how;
    return this;
  }

  /** How libvirt plugs. */
  public FakeVirt plug(Plug how) {
    plug = how;
    return this;
  }

  /** What its guest's agent tells of its interfaces; it has none before. */
  public FakeVirt agent(List<Virt.GuestInterface> tells) {
    interfaces = Optional.of(tells);
    return this;
  }

  /** How it ends. */
  public FakeVirt destroy(Destroy how) {
    destroy = how;
    return this;
  }

  /** What the domain does. */
  public FakeVirt state(VirtDomain.State now) {
    state = now;
    return this;
  }

  /** How many root ports it has that nothing is in. */
  public FakeVirt ports(int free) {
    ports = free;
    return this;
  }

  /** A libvirt that does not come back when it went away. */
  public FakeVirt goesForGood() {
    returns = false;
    return this;
  }

  /** A host without libvirt's library. */
  public FakeVirt withoutLibrary() {
    library = false;
    return this;
  }

  /** A device that it has, by the XML that it was plugged in with. */
  public FakeVirt device(String alias, String xml) {
    devices.put(alias, xml);
    return this;
  }

  /** What it has. */
  public List<String> devices() {
    return List.copyOf(devices.keySet());
  }

  /** What its definition has, by alias. */
  public List<String> defined() {
    return List.copyOf(definition.keySet());
  }

  /** A device of its definition, by its XML. */
  public FakeVirt defined(String alias, String xml) {
    definition.put(alias, xml);
    return this;
  }

  /** A domain that is forgotten when it ends. */
  public FakeVirt transientDomain() {
    persistent = false;
    return this;
  }

  /** Nobody keeps its definition any more, nor does it run. */
  public FakeVirt undefined() {
    undefined = true;
    return this;
  }

  /** Another domain, which is off, and has devices by its definition. */
  public FakeVirt another(String name, String devices) {
    others.put(name, devices);
    return this;
  }

  /** The domain starts anew, with what its definition has. */
  public FakeVirt startsAnew() {
    devices.clear();
    devices.putAll(definition);
    state = VirtDomain.State.RUNNING;
    return this;
  }

  /** What was asked of it, in order. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** A connection to it. */
  public Virt open(String uri) throws VirtException {
    if (!library) {
      throw new VirtException(
          VirtException.Kind.ABSENT, "libvirt's library (libvirt.so.0) is not on this host");
    }
    if (!reachable) {
      if (!returns) {
        throw new VirtException(VirtException.Kind.GONE, "Failed to connect socket");
      }
      reachable = true;
    }
    asked.add("open " + uri);
    return new Connection();
  }

  private VirtDomain domain() {
    return new VirtDomain(NAME, UUID, state);
  }

  private static VirtException error(String why, int code) {
    return new VirtException(VirtException.Kind.ERROR, why, code);
  }

  private final class Connection implements Virt {
    private final Deque<VirtEvent> events = new ArrayDeque<>();
    private boolean listens;
    private int attempts;

    private void alive() throws VirtException {
      if (!reachable) {
        throw new VirtException(VirtException.Kind.GONE, "client socket is closed");
      }
    }

    private void end() {
      reachable = false;
      say(new VirtEvent.Closed());
    }

    private void say(VirtEvent event) {
      if (listens) {
        events.add(event);
      }
    }

    @Override
    public List<VirtDomain> domains() throws VirtException {
      alive();
      List<VirtDomain> all = new ArrayList<>();
      if (!undefined) {
        all.add(domain());
      }
      others.keySet().forEach(name -> all.add(new VirtDomain(name, name, VirtDomain.State.OFF)));
      return all;
    }

    @Override
    public Optional<VirtDomain> find(String nameOrUuid) throws VirtException {
      alive();
      return !undefined && (nameOrUuid.equals(NAME) || nameOrUuid.equals(UUID))
          ? Optional.of(domain())
          : Optional.empty();
    }

    @Override
    public String xml(String uuid) throws VirtException {
      alive();
      return xml(devices);
    }

    private String xml(Map<String, String> those) {
      StringBuilder xml = new StringBuilder("<domain>" + tuning + "<devices>");
      xml.append("<controller type='pci' index='0' model='pcie-root'/>");
      for (int i = 1; i <= ports; i++) {
        xml.append("<controller type='pci' index='" + i + "' model='pcie-root-port'/>");
      }
      those.values().forEach(xml::append);
      return xml.append("</devices></domain>").toString();
    }

    @Override
    public String nextXml(String uuid) throws VirtException {
      alive();
      String other = others.get(uuid);
      return other == null ? xml(definition) : "<domain><devices>" + other + "</devices></domain>";
    }

    @Override
    public boolean persistent(String uuid) throws VirtException {
      alive();
      return !uuid.equals(UUID) || persistent;
    }

    @Override
    public void define(String uuid, String xml) throws VirtException {
      alive();
      asked.add("define " + xml);
      put(definition, xml);
    }

    @Override
    public void undefine(String uuid, String alias) throws VirtException {
      alive();
      asked.add("undefine " + alias);
      switch (plug) {
        case TAKES -> definition.remove(alias);
        case REFUSES -> throw error("internal trouble", 1);
        case LIES -> {}
        case ENDS_AFTER, ENDS_BEFORE -> {
          if (plug == Plug.ENDS_AFTER) {
            definition.remove(alias);
          }
          end();
          alive();
        }
      }
    }

    /** As libvirt takes XML now. */
    private void put(Map<String, String> where, String xml) throws VirtException {
      int at = xml.indexOf("<alias name='") + 13;
      String alias = xml.substring(at, xml.indexOf('\'', at));
      switch (plug) {
        case TAKES -> where.put(alias, xml);
        case REFUSES -> throw error("No more available PCI slots", 1);
        case LIES -> {}
        case ENDS_AFTER, ENDS_BEFORE -> {
          if (plug == Plug.ENDS_AFTER) {
            where.put(alias, xml);
          }
          end();
          alive();
        }
      }
    }

    @Override
    public void attach(String uuid, String xml, Duration limit) throws VirtException {
      alive();
      asked.add("attach " + xml);
      put(devices, xml);
    }

    @Override
    public void detach(String uuid, String alias) throws VirtException {
      alive();
      asked.add("detach " + alias);
      attempts++;
      switch (manner) {
        case LETS_GO -> letsGo(alias);
        case LETS_GO_UNSAID -> devices.remove(alias);
        case REFUSES -> say(new VirtEvent.RemovalFailed(alias));
        case REFUSES_AT_ONCE -> throw error("unplug of device was rejected by the guest", 9);
        case SILENT -> say(new VirtEvent.Removed("another"));
        case WAS_ASKED -> {
          say(new VirtEvent.Removed(alias));
          throw error("Device " + alias + " is already in the process of unplug", 1);
        }
        case BUSY_FIRST -> {
          if (attempts == 1) {
            throw error("guest is busy (power indicator blinking)", 1);
          }
          letsGo(alias);
        }
        case ENDS -> {
          state = VirtDomain.State.OFF;
          say(new VirtEvent.Ended());
        }
        case LIBVIRT_ENDS_AND_IT_LETS_GO -> {
          devices.remove(alias);
          end();
        }
        case LIBVIRT_ENDS_ONCE -> {
          manner = Manner.LETS_GO;
          end();
          alive();
        }
      }
    }

    @Override
    public List<GuestInterface> interfaces(String uuid, Duration limit) throws VirtException {
      alive();
      if (interfaces.isEmpty()) {
        throw error("argument unsupported: QEMU guest agent is not configured", 74);
      }
      return interfaces.get();
    }

    @Override
    public void destroy(String uuid, Duration limit) throws VirtException {
      alive();
      asked.add("destroy " + uuid);
      switch (destroy) {
        case ENDS -> state = VirtDomain.State.OFF;
        case REFUSES -> throw error("Failed to terminate process 42 with SIGKILL", 38);
        case LIBVIRT_ENDS_AFTER -> {
          state = VirtDomain.State.OFF;
          end();
          alive();
        }
      }
    }

    private void letsGo(String alias) {
      devices.remove(alias);
      say(new VirtEvent.Removed(alias));
    }

    @Override
    public void listen(String uuid) throws VirtException {
      alive();
      listens = true;
    }

    @Override
    public Optional<VirtEvent> event(Predicate<VirtEvent> fits, Duration limit) {
      while (!events.isEmpty()) {
        VirtEvent event = events.poll();
        if (fits.test(event)) {
          return Optional.of(event);
        }
      }
      return Optional.empty();
    }

    @Override
    public void close() {
      listens = false;
    }
  }
}
