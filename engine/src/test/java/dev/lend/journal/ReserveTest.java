package dev.lend.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReserveTest {
  @TempDir private Path folder;

  @Test
  void takesRoomAndGivesItBack() throws IOException {
    Reserve reserve = Reserve.of(folder, 12);
    reserve.take();
    reserve.take();
    assertThat(Files.size(folder.resolve("reserve-12"))).isEqualTo(2 << 20);
    reserve.release();
    reserve.release();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void saysWhereThereIsNone() {
    assertThatThrownBy(() -> Reserve.of(folder.resolve("nowhere"), 1).take())
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("for taking the change back");
  }
}
