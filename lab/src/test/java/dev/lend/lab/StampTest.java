package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StampTest {
  @TempDir Path folder = Path.of("");

  @BeforeEach
  void buildAFolder() throws IOException {
    Files.writeString(folder.resolve("disk"), "content of the disk");
    Files.writeString(folder.resolve("name with blanks"), "");
    Stamp.of("cafe", folder, List.of(Path.of("disk"), Path.of("name with blanks"))).write(folder);
  }

  @Test
  void whatWasBuiltIsReadBackAndIsWhole() {
    Stamp stamp = Stamp.read(folder).orElseThrow();

    assertThat(stamp.recipe()).isEqualTo("cafe");
    assertThat(stamp.files())
        .extracting(Stamp.Entry::path)
        .containsExactly("disk", "name with blanks");
    assertThat(stamp.damage(folder)).isEmpty();
  }

  @Test
  void oneChangedByteOfTheSameSizeIsFound() throws IOException {
    Files.writeString(folder.resolve("disk"), "content of the dusk");

    assertThat(damage()).isEqualTo("disk has another content than was built");
  }

  @Test
  void aFileCutShortIsFound() throws IOException {
    Files.writeString(folder.resolve("disk"), "content");

    assertThat(damage()).isEqualTo("disk has 7 bytes instead of 19");
  }

  @Test
  void aMissingFileIsFound() throws IOException {
    Files.delete(folder.resolve("disk"));

    assertThat(damage()).isEqualTo("disk is missing");
  }

  @Test
  void aStampThatCannotBeReadCountsAsNone() throws IOException {
    Files.writeString(folder.resolve(Stamp.NAME), "lend-lab-stamp 1\nrecipe cafe\nfile x y z\n");
    assertThat(Stamp.read(folder)).isEmpty();

    Files.writeString(folder.resolve(Stamp.NAME), "lend-lab-stamp 2\nrecipe cafe\n");
    assertThat(Stamp.read(folder)).isEmpty();

    Files.delete(folder.resolve(Stamp.NAME));
    assertThat(Stamp.read(folder)).isEmpty();
  }

  private String damage() {
    return Stamp.read(folder).orElseThrow().damage(folder).orElseThrow();
  }
}
