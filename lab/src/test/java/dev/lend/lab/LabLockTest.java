package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabLockTest {
  @TempDir Path folder = Path.of("");

  @Test
  void theSecondWaitsAndSaysForWhom() throws InterruptedException, ExecutionException {
    Path file = folder.resolve("lock");
    CompletableFuture<String> heard = new CompletableFuture<>();
    LabListener ear =
        new LabListener() {
          @Override
          public void started(String phase) {}

          @Override
          public void finished(String phase, Duration took) {}

          @Override
          public void note(String message) {
            heard.complete(message);
          }
        };

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> second;
      try (LabLock first = LabLock.take(file, "building the image", LabListener.silent())) {
        second = threads.submit(() -> LabLock.take(file, "the second", ear).close());
        assertThat(heard.get())
            .contains("building the image", "process " + ProcessHandle.current().pid());
        assertThat(second).isNotDone();
        assertThat(first).isNotNull();
      }
      second.get();
    }
  }
}
