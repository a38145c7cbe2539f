package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PassingLabsTest {
  @TempDir Path folder = Path.of("");

  @Test
  void onlyThoseOfTheKindWhoseProcessIsGoneAreCleared() throws IOException {
    LabPaths paths = new LabPaths(folder);
    Process ended = new ProcessBuilder("true").start();
    ended.onExit().join();
    Path orphan = Files.createDirectories(paths.run("demo-" + ended.pid()));
    Path mine = Files.createDirectories(paths.run(PassingLabs.name("demo")));
    Path other = Files.createDirectories(paths.run("test-" + ended.pid()));
    Path kept = Files.createDirectories(paths.run("demo"));

    PassingLabs.endOrphans("demo", paths);

    assertThat(orphan).doesNotExist();
    assertThat(mine).exists();
    assertThat(other).exists();
    assertThat(kept).exists();
  }
}
