package dev.lend.lab;

import java.time.Duration;

/**
 * Hears what the lab is doing while the caller waits. Called from the thread that called the lab.
 */
public interface LabListener {
  /** A phase of work began; it ends with {@link #finished} or with an exception. */
  void started(String phase);

  /** The phase is over and took this long. */
  void finished(String phase, Duration took);

  /** Something worth a line that is no phase of its own, such as waiting for another process. */
  void note(String message);

  /** A listener that ignores everything. */
  static LabListener silent() {
    return new LabListener() {
      @Override
      public void started(String phase) {}

      @Override
      public void finished(String phase, Duration took) {}

      @Override
      public void note(String message) {}
    };
  }
}
