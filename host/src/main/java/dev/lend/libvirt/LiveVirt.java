package dev.lend.libvirt;

import dev.lend.libvirt.Library.Call;
import dev.lend.libvirt.VirtException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A connection by libvirt's own library. */
public final class LiveVirt implements Virt {
  /** A libvirt that systemd starts for the first connection takes a while. */
  private static final Duration OPEN = Duration.ofSeconds(60);

  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** Seconds between questions whether libvirt lives, and how many may stay without an answer. */
  private static final int KEEP_ALIVE_SECONDS = 5;

  private static final int KEEP_ALIVE_COUNT = 3;

  /** {@code VIR_DOMAIN_XML_INACTIVE}. */
  private static final int INACTIVE = 2;

  /** {@code VIR_DOMAIN_AFFECT_LIVE}. */
  private static final int LIVE = 1;

  /** {@code VIR_DOMAIN_AFFECT_CONFIG}. */
  private static final int CONFIG = 2;

  private static final int UUID_BYTES = 37;

  private final Library library;
  private final Caller caller = new Caller();
  private final LiveEvents events = new LiveEvents();
  private long connection;

  private LiveVirt(Library library) {
    this.library = library;
  }

  /**
   * Connects.
   *
   * @throws VirtException there is no library, or no libvirt
   */
  public static Virt open(String uri) throws VirtException {
    LiveVirt virt = new LiveVirt(Library.get());
    try {
      virt.connect(uri);
      return virt;
    } catch (VirtException e) {
      virt.close();
      throw e;
    }
  }

  private void connect(String uri) throws VirtException {
    long callback = events.closing();
    connection =
        caller.ask(
            "the connection",
            OPEN,
            arena -> {
              long opened = library.call(Call.virConnectOpen, Library.text(arena, uri));
              if (opened == 0) {
                throw library.error(0);
              }
              // One without either is of a libvirt inside this process, which cannot go away.
              library.call(Call.virConnectRegisterCloseCallback, opened, callback);
              library.call(
                  Call.virConnectSetKeepAlive, opened, KEEP_ALIVE_SECONDS, KEEP_ALIVE_COUNT);
              return opened;
            });
  }

  private VirtException error() {
    return library.error(connection);
  }

  /** Asks something about a domain. */
  private <T> T about(String what, String uuid, Duration limit, Inquiry<T> inquiry)
      throws VirtException {
    return caller.ask(
        what,
        limit,
        arena -> {
          long domain =
              library.call(Call.virDomainLookupByUUIDString, connection, Library.text(arena, uuid));
          if (domain == 0) {
            throw error();
          }
          try {
            return inquiry.ask(arena, domain);
          } finally {
            library.call(Call.virDomainFree, domain);
          }
        });
  }

  /** Something that is asked about one domain. */
  private interface Inquiry<T> {
    T ask(Arena arena, long domain) throws VirtException;
  }

  @Override
  public List<VirtDomain> domains() throws VirtException {
    return caller.ask("the list of domains", ANSWER, this::list);
  }

  private List<VirtDomain> list(Arena arena) throws VirtException {
    MemorySegment array = arena.allocate(ValueLayout.JAVA_LONG);
    int count = (int) library.call(Call.virConnectListAllDomains, connection, array.address(), 0);
    if (count < 0) {
      throw error();
    }
    long pointers = array.get(ValueLayout.JAVA_LONG, 0);
    List<VirtDomain> domains = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        describe(arena, Library.word(pointers, i)).ifPresent(domains::add);
      }
    } finally {
      for (int i = 0; i < count; i++) {
        library.call(Call.virDomainFree, Library.word(pointers, i));
      }
      library.call(Call.free, pointers);
    }
    domains.sort(Comparator.comparing(VirtDomain::name));
    return domains;
  }

  /** Empty where it has gone meanwhile. */
  private Optional<VirtDomain> describe(Arena arena, long domain) throws VirtException {
    MemorySegment uuid = arena.allocate(UUID_BYTES);
    library.call(Call.virDomainGetUUIDString, domain, uuid.address());
    MemorySegment state = arena.allocate(ValueLayout.JAVA_INT);
    MemorySegment reason = arena.allocate(ValueLayout.JAVA_INT);
    if ((int) library.call(Call.virDomainGetState, domain, state.address(), reason.address(), 0)
        < 0) {
      VirtException why = error();
      if (why.noDomain()) {
        return Optional.empty();
      }
      throw why;
    }
    return Optional.of(
        new VirtDomain(
            Library.text(library.call(Call.virDomainGetName, domain)),
            uuid.getString(0),
            VirtDomain.State.of(state.get(ValueLayout.JAVA_INT, 0))));
  }

  @Override
  public Optional<VirtDomain> find(String nameOrUuid) throws VirtException {
    return caller.ask(
        "the question for a domain",
        ANSWER,
        arena -> {
          for (Call lookup :
              List.of(Call.virDomainLookupByName, Call.virDomainLookupByUUIDString)) {
            long domain = library.call(lookup, connection, Library.text(arena, nameOrUuid));
            if (domain != 0) {
              try {
                return describe(arena, domain);
              } finally {
                library.call(Call.virDomainFree, domain);
              }
            }
            VirtException why = error();
            // What is no UUID at all is refused as a wrong argument.
            if (!why.noDomain()
                && (lookup == Call.virDomainLookupByName || why.kind() == Kind.GONE)) {
              throw why;
            }
          }
          return Optional.empty();
        });
  }

  @Override
  public String xml(String uuid) throws VirtException {
    return xml(uuid, 0);
  }

  @Override
  public String nextXml(String uuid) throws VirtException {
    return xml(uuid, INACTIVE);
  }

  private String xml(String uuid, int flags) throws VirtException {
    return about(
        "the question what a domain has",
        uuid,
        ANSWER,
        (arena, domain) -> {
          long text = library.call(Call.virDomainGetXMLDesc, domain, flags);
          if (text == 0) {
            throw error();
          }
          return library.taken(text);
        });
  }

  @Override
  public boolean persistent(String uuid) throws VirtException {
    return about(
        "the question whether a domain is kept",
        uuid,
        ANSWER,
        (arena, domain) -> {
          int answer = (int) library.call(Call.virDomainIsPersistent, domain);
          if (answer < 0) {
            throw error();
          }
          return answer == 1;
        });
  }

  @Override
  public void attach(String uuid, String xml, Duration limit) throws VirtException {
    attach("the request to plug a device in", uuid, xml, limit, LIVE);
  }

  @Override
  public void define(String uuid, String xml) throws VirtException {
    attach("the request to change a definition", uuid, xml, ANSWER, CONFIG);
  }

  private void attach(String what, String uuid, String xml, Duration limit, int flags)
      throws VirtException {
    change(
        what,
        uuid,
        limit,
        (arena, domain) ->
            library.call(Call.virDomainAttachDeviceFlags, domain, Library.text(arena, xml), flags));
  }

  @Override
  public void detach(String uuid, String alias) throws VirtException {
    detach("the request to unplug a device", uuid, alias, LIVE);
  }

  @Override
  public void undefine(String uuid, String alias) throws VirtException {
    detach("the request to change a definition", uuid, alias, CONFIG);
  }

  private void detach(String what, String uuid, String alias, int flags) throws VirtException {
    change(
        what,
        uuid,
        ANSWER,
        (arena, domain) ->
            library.call(
                Call.virDomainDetachDeviceAlias, domain, Library.text(arena, alias), flags));
  }

  @Override
  public List<GuestInterface> interfaces(String uuid, Duration limit) throws VirtException {
    return about(
        "the question for the guest's interfaces",
        uuid,
        limit,
        (arena, domain) -> new AgentInterfaces(library, connection).read(arena, domain));
  }

  @Override
  public void destroy(String uuid, Duration limit) throws VirtException {
    change(
        "the request to end a domain",
        uuid,
        limit,
        (arena, domain) -> library.call(Call.virDomainDestroy, domain));
  }

  /** A question whose answer is negative where it failed. */
  private void change(String what, String uuid, Duration limit, Inquiry<Long> inquiry)
      throws VirtException {
    about(
        what,
        uuid,
        limit,
        (arena, domain) -> {
          if ((int) (long) inquiry.ask(arena, domain) < 0) {
            throw error();
          }
          return true;
        });
  }

  @Override
  public void listen(String uuid) throws VirtException {
    about(
        "the request for events",
        uuid,
        ANSWER,
        (arena, domain) -> {
          if (!events.listen(library, connection, domain)) {
            throw error();
          }
          return true;
        });
  }

  @Override
  public Optional<VirtEvent> event(Predicate<VirtEvent> fits, Duration limit) {
    return events.next(fits, limit, caller::lose);
  }

  @Override
  public void close() {
    long closing = connection;
    caller.end(() -> {
      if (closing != 0) {
        library.call(Call.virConnectClose, closing);
      }
    });
  }
}
