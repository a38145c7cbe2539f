package dev.lend.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Fuzz;
import dev.lend.gen.Gen;
import dev.lend.gen.Harm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to both files of the journal: what is whole in one of them counts, or Lend says
 * that it cannot know.
 */
class JournalFuzzTest {
  private static final List<String> COPIES = List.of("journal", "journal.mirror");

  @TempDir Path folder;

  @Test
  void whatIsWholeInOneOfTheFilesCountsOrIsRefused() {
    Gen.check(JournalFuzzTest.class, "both-files", Fuzz.times(300), this::harmed);
  }

  private void harmed(Gen gen) throws IOException {
    List<JournalRecord> records = written(gen);
    byte[] whole = Files.readAllBytes(folder.resolve("journal"));
    List<String> lines = new String(whole, StandardCharsets.UTF_8).lines().toList();
    Set<String> left = new HashSet<>();
    for (String copy : COPIES) {
      byte[] bytes = whole;
      for (int i = gen.between(0, 3); i > 0; i--) {
        bytes = Harm.any(gen, bytes);
      }
      Files.write(folder.resolve(copy), bytes);
      left.addAll(List.of(new String(bytes, StandardCharsets.UTF_8).split("\n", -1)));
    }
    int kept = 0;
    while (kept < lines.size() && left.contains(lines.get(kept))) {
      kept++;
    }
    boolean gap = lines.stream().skip(kept).anyMatch(left::contains);

    Optional<List<JournalRecord>> looked = read();
    Optional<List<JournalRecord>> opened = opened();

    assertThat(opened).as("looking and opening say the same").isEqualTo(looked);
    if (gap) {
      assertThat(looked).as("a line is missing in the middle").isEmpty();
    }
    if (kept == lines.size()) {
      assertThat(looked).as("nothing is lost").contains(records);
    }
    if (looked.isPresent()) {
      assertThat(looked.get()).isEqualTo(records.subList(0, kept));
      goesOn(looked.get());
    }
  }

  private List<JournalRecord> written(Gen gen) throws IOException {
    for (String name : List.of("journal", "journal.mirror", "journal.aside")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    List<JournalRecord> records = Records.history(gen, 3);
    Journal journal = Journal.read(FileJournalLog.open(folder));
    records.forEach(journal::append);
    return records;
  }

  /** What somebody reads who only looks; empty where it is refused. */
  private Optional<List<JournalRecord>> read() {
    try {
      return Optional.of(Journal.read(FileJournalLog.readOnly(folder)).records());
    } catch (JournalException refused) {
      return refusedWell(refused);
    }
  }

  /** What somebody reads who is going to change something, and mends the files for that. */
  private Optional<List<JournalRecord>> opened() {
    try {
      return Optional.of(Journal.read(FileJournalLog.open(folder)).records());
    } catch (JournalException refused) {
      return refusedWell(refused);
    }
  }

  private Optional<List<JournalRecord>> refusedWell(JournalException refused) {
    assertThat(refused)
        .hasMessageContaining("of the journal " + folder.resolve("journal") + " is damaged: ")
        .hasMessageContaining("aside once every device is home");
    return Optional.empty();
  }

  /** Both files are alike again, and take more. */
  private void goesOn(List<JournalRecord> records) throws IOException {
    assertThat(folder.resolve("journal.mirror")).hasSameBinaryContentAs(folder.resolve("journal"));
    Journal journal = Journal.read(FileJournalLog.open(folder));
    if (journal.unfinished().isPresent()) {
      journal.append(Records.closed(new Gen(1), journal.last()));
    }
    journal.append(Records.opened(new Gen(2), journal.last() + 1));
    assertThat(read()).contains(journal.records());
    assertThat(journal.records().subList(0, records.size())).isEqualTo(records);
  }
}
