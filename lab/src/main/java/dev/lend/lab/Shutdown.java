package dev.lend.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends a lab: in order where it keeps what it writes, so that its units stop and its disks have it
 * all.
 */
final class Shutdown {
  /**
   * systemd gives a unit that does not stop 90 seconds; an idle lab is gone after ten, on a machine
   * with all processors busy after a minute.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(240);

  private final LabOptions options;
  private final LabPaths paths;
  private final Path run;
  private final LabListener listener;

  Shutdown(LabOptions options, LabPaths paths, LabListener listener) {
    this.options = options;
    this.paths = paths;
    this.run = paths.run(options.name());
    this.listener = listener;
  }

  /**
   * Ends what runs; one that is up and keeps what it writes is asked to, and only then its power is
   * cut.
   *
   * @return whether there was anything
   */
  boolean inOrder() {
    Optional<LabProcess> process = LabProcess.find(run);
    LabState.running(run)
        .filter(LabState::kept)
        .flatMap(state -> ask(state, "poweroff"))
        .ifPresent(reason ->
            listener.note(
                "The lab '%s' does not shut down: %s. Its power is cut; what it had not synced is lost."
                    .formatted(options.name(), reason)));
    process.ifPresent(LabProcess::end);
    return process.isPresent();
  }

  /**
   * Ends what runs, whatever it is.
   *
   * @return whether there was anything
   */
  boolean atOnce() {
    Optional<LabProcess> process = LabProcess.find(run);
    process.ifPresent(LabProcess::end);
    return process.isPresent();
  }

  /**
   * Asks systemd in the lab to end it, and waits until its QEMU is gone.
   *
   * @param verb systemctl's: poweroff or reboot. QEMU ends with either
   * @return why it is still there; empty when it is gone
   */
  Optional<String> ask(LabState state, String verb) {
    Instant start = Instant.now();
    listener.started("shutting the lab host down");
    ProcessBuilder asking =
        state
            .ssh(paths, run)
            .command(state.port(), List.of("systemctl", "--no-block", verb), false);
    CompletableFuture<Optional<String>> gone =
        state.process().gone().thenApply(ended -> Optional.<String>empty());
    Optional<String> reason =
        CompletableFuture.supplyAsync(() -> Programs.capture(asking, new byte[0]))
            .thenCompose(answer ->
                answer.ok()
                    ? gone
                    : CompletableFuture.completedFuture(
                        Optional.of("it refuses: " + answer.err().strip())))
            .applyToEither(gone, found -> found)
            .completeOnTimeout(
                Optional.of("it is still there after %d s".formatted(PATIENCE.toSeconds())),
                PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS)
            .join();
    listener.finished("shutting the lab host down", Duration.between(start, Instant.now()));
    return reason;
  }
}
