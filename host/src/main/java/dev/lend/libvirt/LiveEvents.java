package dev.lend.libvirt;

import dev.lend.libvirt.Library.Call;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What a libvirt calls back with, kept until somebody waits for it. */
final class LiveEvents {
  /** Of {@code virDomainEventID}. */
  private static final int LIFECYCLE = 0;

  private static final int REMOVED = 15;
  private static final int ADDED = 19;
  private static final int REMOVAL_FAILED = 22;

  /** Of {@code virDomainEventType}. */
  private static final int STOPPED = 5;

  private final BlockingQueue<VirtEvent> events = new LinkedBlockingQueue<>();

  /** The function pointer for a connection that breaks. */
  long closing() {
    return Library.callback((a, b, c, d, e) -> events.add(new VirtEvent.Closed()));
  }

  /**
   * Asks for the events of a domain.
   *
   * @return false where libvirt refused
   */
  boolean listen(Library library, long connection, long domain) {
    long ended =
        Library.callback((conn, its, event, detail, own) -> {
          if ((int) event == STOPPED) {
            events.add(new VirtEvent.Ended());
          }
        });
    long added = Library.callback((c, d, alias, e, f) -> hear(new VirtEvent.Added(text(alias))));
    long removed =
        Library.callback((c, d, alias, e, f) -> hear(new VirtEvent.Removed(text(alias))));
    long failed =
        Library.callback((c, d, alias, e, f) -> hear(new VirtEvent.RemovalFailed(text(alias))));
    return register(library, connection, domain, LIFECYCLE, ended)
        && register(library, connection, domain, ADDED, added)
        && register(library, connection, domain, REMOVED, removed)
        && register(library, connection, domain, REMOVAL_FAILED, failed);
  }

  private static boolean register(
      Library library, long connection, long domain, int event, long callback) {
    return (int)
            library.call(
                Call.virConnectDomainEventRegisterAny, connection, domain, event, callback, 0, 0)
        >= 0;
  }

  private static String text(long address) {
    return Library.text(address);
  }

  private void hear(VirtEvent event) {
    events.add(event);
  }

  /**
   * As {@link Virt#event}.
   *
   * @param onClosed told when the connection broke
   */
  Optional<VirtEvent> next(Predicate<VirtEvent> fits, Duration limit, Runnable onClosed) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        VirtEvent event = events.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (event == null) {
          return Optional.empty();
        }
        if (event instanceof VirtEvent.Closed) {
          onClosed.run();
        }
        if (fits.test(event)) {
          return Optional.of(event);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
