package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class AotCacheTest {
  private static final Image IMAGE = new Image(Path.of("base-x"), Path.of("boot-x"));

  @TempDir Path place = Path.of("");
  private final List<String> made = new CopyOnWriteArrayList<>();
  private Path folder = Path.of("");
  private Path dist = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void layOut() throws IOException {
    folder = place.resolve("aot");
    target = place.resolve("run");
    dist = program("dist");
  }

  private Path program(String name) throws IOException {
    Path lib = Files.createDirectories(place.resolve(name).resolve("lib"));
    Files.writeString(lib.resolve("lend-cli.jar"), name);
    return place.resolve(name);
  }

  private void train(Image image, Path program, Path into) throws IOException {
    made.add(program.getFileName().toString());
    for (String kind : List.of("list", "look", "lend")) {
      Files.writeString(into.resolve(kind + ".aot"), kind);
    }
  }

  private AotCache cache() {
    return new AotCache(folder, this::train, LabListener.silent());
  }

  @Test
  void aCacheIsMadeOnceAndHandedOut() throws IOException {
    cache().provide(IMAGE, dist, target);
    cache().provide(IMAGE, dist, target);

    assertThat(made).containsExactly("dist");
    assertThat(target.resolve("list.aot")).hasContent("list");
  }

  @Test
  void aDamagedCacheIsMadeAnewAndNotHandedOut() throws IOException {
    cache().provide(IMAGE, dist, target);
    Files.writeString(folders().getFirst().resolve("list.aot"), "l-st");

    cache().provide(IMAGE, dist, target);

    assertThat(made).hasSize(2);
    assertThat(target.resolve("list.aot")).hasContent("list");
  }

  @Test
  void aFolderThatAKilledStartLeftIsCleared() throws IOException {
    Files.createDirectories(folder.resolve("part123"));
    Files.writeString(folder.resolve("part123/list.aot"), "half");

    cache().provide(IMAGE, dist, target);

    assertThat(folders()).hasSize(1).noneMatch(path -> path.endsWith("part123"));
  }

  @Test
  void theCacheOfAnotherProgramStaysUntilNobodyWantedItForADay() throws IOException {
    cache().provide(IMAGE, dist, target);
    Path first = folders().getFirst();
    cache().provide(IMAGE, program("other"), target);
    assertThat(folders()).hasSize(2);

    Files.setLastModifiedTime(
        first.resolve(Stamp.NAME), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    cache().provide(IMAGE, program("third"), target);

    assertThat(folders()).hasSize(2).doesNotContain(first);
  }

  @Test
  void twoStartsAtOnceMakeItOnce() throws IOException, InterruptedException, ExecutionException {
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(1);
    AotCache slow =
        new AotCache(
            folder,
            (image, program, into) -> {
              making.countDown();
              await(waiting);
              train(image, program, into);
            },
            LabListener.silent());
    AotCache second = new AotCache(folder, this::train, noting(waiting));

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> one = threads.submit(() -> provide(slow));
      making.await();
      Future<?> two = threads.submit(() -> provide(second));
      one.get();
      two.get();
    }

    assertThat(made).containsExactly("dist");
    assertThat(target.resolve("lend.aot")).hasContent("lend");
  }

  @Test
  void withoutACacheTheLabOnlyStartsMoreSlowly() throws IOException {
    Files.createDirectories(target);
    Files.writeString(target.resolve("list.aot"), "of an older build");
    AotCache failing =
        new AotCache(
            folder,
            (image, program, into) -> {
              throw new LabException("not root");
            },
            LabListener.silent());

    failing.provide(IMAGE, dist, target);

    assertThat(target.resolve("list.aot")).doesNotExist();
    assertThat(folders()).isEmpty();
  }

  private Void provide(AotCache cache) throws IOException {
    cache.provide(IMAGE, dist, target);
    return null;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Counts down when the one who listens has to wait. */
  private static LabListener noting(CountDownLatch latch) {
    return new LabListener() {
      @Override
      public void started(String phase) {}

      @Override
      public void finished(String phase, Duration took) {}

      @Override
      public void note(String message) {
        latch.countDown();
      }
    };
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }
}
