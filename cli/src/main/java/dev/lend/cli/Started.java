package dev.lend.cli;

import dev.lend.linux.LockedMemory;
import dev.lend.model.KernelTask;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.Tasks;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A program that was started, and that Lend waits for. */
interface Started {
  /** How it is known; empty where it has ended so soon that nobody saw it. */
  Optional<KernelTask> task();

  /** Asks it to end, as the terminal or the system asked Lend. */
  void end();

  /** Waits for its end: its exit status, or 128 and the signal that ended it. */
  int await();

  /** Starts programs. */
  interface Starter {
    /**
     * Starts one, with the standard input, output and error of this process, so with its terminal
     * too, and with a limit of locked memory as high as may be.
     *
     * @throws IOException it cannot be started
     */
    Started start(List<String> line) throws IOException;

    /** How this process is known. */
    Optional<KernelTask> self();

    /** How much memory may be locked by what is started from now on; empty where any. */
    OptionalLong lockable();
  }

  /** Starts them on this host. */
  static Starter here(KernelReader kernel) {
    Tasks tasks = new Tasks(kernel);
    return new Starter() {
      @Override
      public Started start(List<String> line) throws IOException {
        Process process = new ProcessBuilder(line).inheritIO().start();
        return new Child(process, tasks.find(process.pid()));
      }

      @Override
      public Optional<KernelTask> self() {
        return tasks.find(ProcessHandle.current().pid());
      }

      @Override
      public OptionalLong lockable() {
        return LockedMemory.lift(LockedMemory.SELF);
      }
    };
  }

  /** A child of this process. */
  record Child(Process process, Optional<KernelTask> task) implements Started {
    @Override
    public void end() {
      process.destroy();
    }

    @Override
    public int await() {
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException nobodyDoes) {
          Thread.interrupted();
        }
      }
    }
  }
}
