package dev.lend.cli;

import dev.lend.lab.LabListener;
import java.time.Duration;

/** Shows on standard error what the lab is doing. */
final class LabProgress implements LabListener {
  private final Context context;

  LabProgress(Context context) {
    this.context = context;
  }

  @Override
  public void started(String phase) {
    context.err().println("lab: " + phase + " ...");
  }

  @Override
  public void finished(String phase, Duration took) {
    if (took.toMillis() >= 1000) {
      context.err().println("lab: " + phase + ": " + took.toMillis() / 100 / 10.0 + " s");
    }
  }

  @Override
  public void note(String message) {
    context.err().println("lab: " + message);
  }
}
