package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class ImageStoreTest {
  @TempDir Path folder = Path.of("");

  /** Of the unpacked tree, what makes the boot files and the start-up caches. */
  private static final List<String> SOURCES =
      List.of(
          "tree/usr/bin/busybox",
          "tree/usr/bin/kmod",
          "tree/usr/lib/jvm/java-25/lib/modules",
          "tree/usr/lib/modules/6.12/vfio.ko.xz");

  private final List<String> built = new CopyOnWriteArrayList<>();

  /** Builds small files instead of unpacking packages. */
  private final class Toy implements ImageStore.Builder {
    private final boolean fails;

    Toy(boolean fails) {
      this.fails = fails;
    }

    @Override
    public void base(Path part, LabListener listener) {
      built.add("base");
      write(part.resolve("root.ext4"));
      SOURCES.forEach(file -> write(part.resolve(file)));
    }

    @Override
    public void boot(Path base, Path part, LabListener listener) {
      built.add("boot");
      write(part.resolve("initrd"));
      if (fails) {
        throw new LabException("no disk left");
      }
    }

    private void write(Path file) {
      try {
        Files.createDirectories(file.resolve("..").normalize());
        Files.writeString(file, "built");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private ImageStore store() {
    return new ImageStore(folder, new Toy(false), version -> false, LabListener.silent());
  }

  @Test
  void anImageIsBuiltOnceAndThenFound() {
    store().ensure();
    Image image = store().ensure();

    assertThat(built).containsExactly("base", "boot");
    assertThat(image.damage()).isEmpty();
  }

  @Test
  void onlyTheDamagedPartIsBuiltAnew() throws IOException {
    Image image = store().ensure();
    Files.writeString(image.initrd(), "b--lt");
    assertThat(image.damage()).contains("initrd has another content than was built");

    store().discardDamaged();

    assertThat(store().ensure().damage()).isEmpty();
    assertThat(built).containsExactly("base", "boot", "boot");
  }

  @ParameterizedTest
  @FieldSource("SOURCES")
  void damageShowsOfWhatTheOtherPartsAreMadeFrom(String file) throws IOException {
    Image image = store().ensure();

    Files.writeString(image.base().resolve(file), "b--lt");

    assertThat(image.damage()).contains(file + " has another content than was built");
  }

  @Test
  void aBuildThatFailsLeavesNothingThatLooksFinished() {
    ImageStore failing =
        new ImageStore(folder, new Toy(true), version -> false, LabListener.silent());

    assertThatThrownBy(failing::ensure).hasMessage("no disk left");

    assertThat(folders()).containsExactly("base-" + Recipe.baseId());
  }

  @Test
  void whatAKilledBuildLeftIsCleared() throws IOException {
    Files.createDirectories(folder.resolve("base-1234.part/tree/usr"));
    // Renamed by hand or by a build of another kind: no stamp, so not finished.
    Files.createDirectories(folder.resolve("base-" + Recipe.baseId()));

    store().ensure();

    assertThat(folders()).containsExactly("base-" + Recipe.baseId(), "boot-" + Recipe.bootId());
  }

  @Test
  void anOutdatedImageGoesWhenNobodyWantedItForADayAndNoLabRunsFromIt() throws IOException {
    Instant longAgo = Instant.now().minus(Duration.ofDays(2));
    stamped("base-old", longAgo);
    stamped("base-used", longAgo);
    stamped("base-other-version", Instant.now());

    new ImageStore(folder, new Toy(false), "base-used"::equals, LabListener.silent()).ensure();

    assertThat(folders()).contains("base-used", "base-other-version").doesNotContain("base-old");
  }

  private void stamped(String name, Instant wanted) throws IOException {
    Path part = Files.createDirectories(folder.resolve(name));
    new Stamp("cafe", List.of()).write(part);
    Files.setLastModifiedTime(part.resolve(Stamp.NAME), FileTime.from(wanted));
  }

  @Test
  void twoStartsAtOnceBuildOnce() throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Image>> starts =
          List.of(threads.submit(() -> store().ensure()), threads.submit(() -> store().ensure()));
      for (Future<Image> start : starts) {
        assertThat(start.get().damage()).isEmpty();
      }
    }

    assertThat(built).containsExactly("base", "boot");
  }

  private List<String> folders() {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
