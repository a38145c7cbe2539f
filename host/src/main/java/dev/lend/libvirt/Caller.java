package dev.lend.libvirt;

import dev.lend.libvirt.VirtException.Kind;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes all calls of one connection on one thread, for an error belongs to the thread of its call.
 * A call that does not come back in its time costs that thread and the connection, and nothing
 * else.
 */
final class Caller {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("libvirt-calls").factory());
  private boolean lost;

  /** Something that is asked on the thread for that. */
  interface Question<T> {
    T ask(Arena arena) throws VirtException;
  }

  /**
   * Asks, and waits for the answer.
   *
   * @param what is asked, to go on after "no answer to"
   */
  <T> T ask(String what, Duration limit, Question<T> question) throws VirtException {
    if (lost) {
      throw new VirtException(Kind.GONE, "the connection to libvirt is lost");
    }
    Future<T> answer =
        thread.submit(() -> {
          try (Arena arena = Arena.ofConfined()) {
            return question.ask(arena);
          }
        });
    try {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      lost = true;
      throw new VirtException(
          Kind.MUTE, "libvirt gives no answer to " + what + " within " + limit.toSeconds() + " s");
    } catch (InterruptedException | CancellationException stopped) {
      lost = true;
      Thread.currentThread().interrupt();
      throw new VirtException(Kind.MUTE, "the wait for libvirt was interrupted");
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof VirtException why) {
        lost |= why.kind() == Kind.GONE;
        throw why;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  /** From now on nothing is asked any more. */
  void lose() {
    lost = true;
  }

  /** Does a last thing, for which nobody waits: a libvirt that hangs would keep the caller here. */
  void end(Runnable last) {
    if (!thread.isShutdown()) {
      thread.execute(last);
      thread.shutdown();
    }
  }
}
