package dev.lend.cli;

import dev.lend.act.Progress;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.Reserve;
import dev.lend.journal.StateFolder;
import dev.lend.model.PciAddress;
import java.io.IOException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a change is confirmed or has to be taken back. Not in the list of commands: {@link
 * Guardian} starts it.
 */
final class GuardCommand implements Command {
  static final String NAME = "guard-change";

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
            .required("--within", "SECONDS", "how long it may wait to be confirmed")
            .required("--asker", "PID", "the process that makes the change"));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Workshop workshop = Workshop.of(arguments, context, Duration.ofSeconds(60));
    PciAddress address =
        PciAddress.parse(arguments.word())
            .orElseThrow(() -> new UsageException("no address: " + arguments.word()));
    int after = arguments.number("--after", 0);
    Reserve reserve = Reserve.of(workshop.state(), after);
    try (WatchService news = workshop.state().getFileSystem().newWatchService()) {
      workshop
          .state()
          .register(
              news, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      Guardian.ready(context);
      new GuardDuty(
              new OnDuty(arguments, context, workshop, reserve, news, address),
              address,
              after,
              Duration.ofSeconds(arguments.number("--within", 60)))
          .keep();
      return ExitCode.DONE;
    } catch (IOException e) {
      throw new UsageException("cannot watch " + workshop.state() + ": " + e.getMessage());
    } finally {
      reserve.release();
    }
  }

  /** On the host that this runs on. */
  private record OnDuty(
      Arguments arguments,
      Context context,
      Workshop workshop,
      Reserve reserve,
      WatchService news,
      PciAddress address)
      implements GuardDuty.Post {
    @Override
    public Journal look() {
      return workshop.lookAtJournal();
    }

    @Override
    public boolean asking() {
      return ProcessHandle.of(arguments.number("--asker", 0))
          .map(ProcessHandle::isAlive)
          .orElse(false);
    }

    @Override
    public void takeBack(boolean home) {
      try {
        attempt(home);
      } catch (JournalException unwritable) {
        // A full disk is the likeliest reason: what was kept for this moment makes room.
        reserve.release();
        attempt(home);
      }
    }

    private void attempt(boolean home) {
      try (StateFolder folder = workshop.lock(arguments, who -> note("Waiting for " + who))) {
        Journal journal = folder.journal();
        Progress progress =
            new Progress() {
              @Override
              public void recovered(String what) {
                note(what);
              }

              @Override
              public void notPutBack(String what) {
                note("Not as it was: " + what);
              }
            };
        if (home) {
          workshop.lender().takeBack(journal, address, progress);
        } else {
          workshop.lender().recover(journal, progress);
        }
      }
    }

    @Override
    public void await(Duration most) {
      try {
        @Nullable WatchKey key = news.poll(Math.max(1, most.toMillis()), TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public long now() {
      return System.nanoTime();
    }

    @Override
    public void note(String what) {
      context.err().println(Instant.now() + " " + Text.printable(what));
    }
  }
}
