package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Outputs that are kept as files; {@code -Dgolden.update=true} writes them anew. */
final class Golden {
  private static final Path PLACE = Path.of("src/test/resources/golden");

  private Golden() {}

  static void check(String name, String output) throws IOException {
    Path file = PLACE.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(PLACE);
      Files.writeString(file, output);
    }
    assertThat(output).isEqualTo(Files.readString(file));
  }
}
