package dev.lend.cli;

import dev.lend.act.Progress;
import dev.lend.journal.Confirmations;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.JournalRecord;
import dev.lend.journal.StateFolder;
import dev.lend.model.PciAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a change is confirmed or has to be taken back. Not in the list of commands: {@link
 * Guardian} starts it.
 */
final class GuardCommand implements Command {
  static final String NAME = "guard-change";

  /** How long to wait for news at most: that a process has died is no event in a folder. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return "Take a change back unless it is confirmed in time";
  }

  @Override
  public List<String> examples() {
    return List.of("lend reserve eth0 --confirm-within 60s", "starts it by itself");
  }

  @Override
  public Syntax syntax() {
    return Context.state(
        Syntax.none()
            .taking(new Syntax.Words.One("ADDRESS", "the function that is about to be changed"))
            .required("--after", "NUMBER", "the last change before it")
            .required("--asker", "PID", "the process that makes the change"));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Workshop workshop = Workshop.of(arguments, context, Duration.ofSeconds(60));
    PciAddress address =
        PciAddress.parse(arguments.word())
            .orElseThrow(() -> new UsageException("no address: " + arguments.word()));
    int after = arguments.number("--after", 0);
    Optional<ProcessHandle> asker = ProcessHandle.of(arguments.number("--asker", 0));
    try (WatchService news = workshop.state().getFileSystem().newWatchService()) {
      watch(workshop.state(), news);
      Guardian.ready(context);
      while (true) {
        // Looked at first: a change that ends in between is then seen as ended.
        boolean asking = asker.isPresent() && asker.get().isAlive();
        Journal journal = workshop.lookAtJournal();
        Optional<Confirmations.Pending> pending = pending(journal, address, after);
        Instant now = Instant.now();
        if (pending.isPresent() && !now.isBefore(pending.get().until())
            || pending.isEmpty() && !asking && journal.unfinished().isPresent()) {
          return takeBack(arguments, context, workshop);
        }
        if (pending.isEmpty() && (!asking || ended(journal, address, after))) {
          return ExitCode.DONE;
        }
        await(news, pending.map(one -> Duration.between(now, one.until())).orElse(LOOK_AGAIN));
      }
    } catch (IOException | JournalException e) {
      throw new UsageException("cannot watch " + workshop.state() + ": " + e.getMessage());
    }
  }

  private static void watch(Path folder, WatchService news) throws IOException {
    folder.register(
        news, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
  }

  private static void await(WatchService news, Duration most) {
    long limit = Math.clamp(most.toMillis(), 1, LOOK_AGAIN.toMillis());
    try {
      @Nullable WatchKey key = news.poll(limit, TimeUnit.MILLISECONDS);
      if (key != null) {
        key.pollEvents();
        key.reset();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<Confirmations.Pending> pending(
      Journal journal, PciAddress address, long after) {
    return journal.confirmations().pending().stream()
        .filter(one -> one.transaction() > after && one.address().equals(address))
        .findFirst();
  }

  /** True where the change has ended, whatever came of it. */
  private static boolean ended(Journal journal, PciAddress address, long after) {
    boolean opened = false;
    for (JournalRecord record : journal.records()) {
      if (record instanceof JournalRecord.Opened one && one.transaction() > after) {
        opened |= one.address().equals(address);
      }
    }
    return opened && journal.unfinished().isEmpty();
  }

  private static ExitCode takeBack(Arguments arguments, Context context, Workshop workshop) {
    try (StateFolder folder = workshop.lock(arguments, who -> {})) {
      workshop
          .lender()
          .recover(
              folder.journal(),
              new Progress() {
                @Override
                public void recovered(String what) {
                  context.err().println(Instant.now() + " " + Text.printable(what));
                }
              });
    }
    return ExitCode.DONE;
  }
}
