package dev.lend.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.gen.Gen;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  @TempDir Path temp;

  private Path folder() {
    return temp.resolve("state");
  }

  private StateFolder lock() {
    return StateFolder.lock(folder(), "lend attach (pid 7)", who -> {});
  }

  private List<JournalRecord> write(Gen gen, int transactions) {
    List<JournalRecord> records = Records.history(gen, transactions);
    try (StateFolder state = lock()) {
      Journal journal = state.journal();
      records.forEach(journal::append);
    }
    return records;
  }

  private List<JournalRecord> read() {
    try (StateFolder state = lock()) {
      return state.journal().records();
    }
  }

  @Test
  void keepsWhatWasAppendedForTheNextWhoOpensIt() {
    List<JournalRecord> records = write(new Gen(1), 5);
    assertThat(read()).isEqualTo(records);
    assertThat(Journal.read(FileJournalLog.readOnly(folder())).records()).isEqualTo(records);
    assertThat(folder().resolve("journal.aside")).doesNotExist();
  }

  @Test
  void makesAFolderThatIsItsOwnAlone() throws IOException {
    lock().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
        .isEqualTo("rwx------");
  }

  @Test
  void losesNothingWhereverTheEndWasTornAndSetsThatAside() throws IOException {
    List<JournalRecord> records = write(new Gen(2), 2);
    Path file = folder().resolve("journal");
    Path mirror = folder().resolve("journal.mirror");
    byte[] whole = Files.readAllBytes(file);
    Path aside = folder().resolve("journal.aside");
    for (int cut = 0; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      Files.deleteIfExists(mirror);
      Files.deleteIfExists(aside);
      int lines = 0;
      int end = 0;
      for (int i = 0; i < cut; i++) {
        if (whole[i] == '\n') {
          lines++;
          end = i + 1;
        }
      }
      // A line of which only the end is missing is whole.
      boolean all = whole[cut] == '\n' && cut > end;
      assertThat(Journal.read(FileJournalLog.readOnly(folder())).records())
          .hasSize(all ? lines + 1 : lines);
      assertThat(Files.size(file)).as("reading changes nothing").isEqualTo(cut);
      assertThat(read())
          .as("cut at %d", cut)
          .isEqualTo(records.subList(0, all ? lines + 1 : lines));
      assertThat(Files.size(file)).isEqualTo(all ? cut + 1 : end);
      if (cut > end && !all) {
        // Half a character grows when it is kept as text.
        assertThat(Files.size(aside)).isBetween(cut - end + 1L, cut - end + 10L);
      } else {
        assertThat(aside).doesNotExist();
      }
      assertThat(mirror).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void takesALastLineThatIsPartlyZeroForTornAndGoesOnBehindTheLastWholeOne() throws IOException {
    List<JournalRecord> records = write(new Gen(3), 3);
    List<JournalRecord> left = records.subList(0, records.size() - 1);
    for (String name : List.of("journal", "journal.mirror")) {
      Path file = folder().resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      Arrays.fill(bytes, bytes.length - 12, bytes.length - 1, (byte) 0);
      Files.write(file, bytes);
    }
    try (StateFolder state = lock()) {
      Journal journal = state.journal();
      assertThat(journal.records()).isEqualTo(left);
      journal.append(records.getLast());
    }
    assertThat(read()).isEqualTo(records);
  }

  @Test
  void refusesDamageBeforeTheLastLineWhereThereIsNoMirror() throws IOException {
    write(new Gen(4), 3);
    Path file = folder().resolve("journal");
    byte[] whole = Files.readAllBytes(file);
    int lastLine = whole.length - 1;
    while (whole[lastLine - 1] != '\n') {
      lastLine--;
    }
    for (int at = lastLine - 1; at >= 0; at -= 7) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      Files.deleteIfExists(folder().resolve("journal.mirror"));
      assertThatThrownBy(this::read)
          .as("byte %d", at)
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("of the journal " + file + " is damaged")
          .hasMessageContaining("aside once every device is home");
      assertThat(Files.readAllBytes(file)).as("and leaves it alone").isEqualTo(damaged);
    }
  }

  /** Whatever happens to one of the two files: cut, overwritten, repeated, written to, deleted. */
  @Test
  void losesNothingWhateverHappensToOneOfTheFiles() {
    Gen.check(StateFolderTest.class, "one-file", 150, this::losesNothing);
  }

  private void losesNothing(Gen gen) throws IOException {
    for (String name : List.of("journal", "journal.mirror", "journal.aside")) {
      Files.deleteIfExists(folder().resolve(name));
    }
    List<JournalRecord> records = write(gen, 3);
    Path file = folder().resolve(gen.oneOf("journal", "journal.mirror"));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, harmed(gen, whole));
    if (gen.chance(10)) {
      Files.delete(file);
    }
    assertThat(Journal.read(FileJournalLog.readOnly(folder())).records()).isEqualTo(records);
    assertThat(read()).isEqualTo(records);
    assertThat(file).as("mended").hasBinaryContent(whole);
    assertThat(folder().resolve("journal.mirror")).hasBinaryContent(whole);
  }

  private static byte[] harmed(Gen gen, byte[] whole) {
    byte[] harmed = whole.clone();
    int at = gen.between(0, whole.length - 1);
    switch (gen.between(0, 4)) {
      case 0 -> {
        return Arrays.copyOf(whole, at);
      }
      case 1 -> harmed[at] ^= (byte) gen.between(1, 255);
      case 2 -> Arrays.fill(harmed, at, gen.between(at, whole.length), (byte) 0);
      case 3 -> {
        byte[] twice = Arrays.copyOf(whole, whole.length + at);
        System.arraycopy(whole, 0, twice, whole.length, at);
        return twice;
      }
      default -> {
        byte[] foreign = "somebody's notes\n".getBytes(StandardCharsets.UTF_8);
        byte[] more = Arrays.copyOf(whole, whole.length + foreign.length);
        System.arraycopy(whole, at, more, at + foreign.length, whole.length - at);
        System.arraycopy(foreign, 0, more, at, foreign.length);
        return more;
      }
    }
    return harmed;
  }

  @Test
  void doesNotPutALineBehindTheRestOfOneThatFailed() throws IOException {
    List<JournalRecord> records = write(new Gen(5), 2);
    try (StateFolder state = lock()) {
      Journal journal = state.journal();
      long last = records.getLast().transaction();
      if (journal.unfinished().isPresent()) {
        journal.append(Records.closed(new Gen(6), last));
      }
      Files.writeString(folder().resolve("journal"), "half a li", StandardOpenOption.APPEND);
      journal.append(Records.opened(new Gen(7), last + 1));
      assertThat(Journal.read(FileJournalLog.readOnly(folder())).records())
          .isEqualTo(journal.records());
    }
  }

  @Test
  void saysThatAJournalCannotBeReadInsteadOfThatNothingIsLent() throws IOException {
    Files.createDirectories(folder().resolve("journal"));
    assertThatThrownBy(() -> FileJournalLog.readOnly(folder()))
        .isInstanceOf(JournalException.class)
        .hasMessageStartingWith("Cannot read the journal " + folder().resolve("journal"));
    assertThat(FileJournalLog.readOnly(temp.resolve("none")).lines()).isEmpty();
  }

  @Test
  void namesTheFolderThatCannotBeMade() throws IOException {
    Files.writeString(folder(), "a file");
    assertThatThrownBy(this::lock)
        .isInstanceOf(JournalException.class)
        .hasMessageStartingWith("Cannot use the state folder " + folder() + ": ")
        .hasMessageEndingWith("Run as root, or name another folder with --state DIR.");
  }

  @Test
  void refusesAReadOnlyFolder() throws IOException {
    Files.createDirectory(folder());
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("r-x------"));
    Assumptions.assumeFalse(Files.isWritable(folder()), "root may write everywhere");
    assertThatThrownBy(this::lock)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("Permission denied");
  }

  @Test
  void refusesAFolderThatOthersMayWriteToOrThatIsALink() throws IOException {
    Files.createDirectory(folder());
    for (String permissions : List.of("rwxrwx---", "rwx----w-")) {
      Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString(permissions));
      assertThatThrownBy(this::lock)
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("others may write to it");
    }
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwx------"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), folder());
    assertThatThrownBy(() -> StateFolder.lock(link, "me", who -> {}))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("is a link");
  }

  @Test
  void refusesAFolderOfSomebodyElse() throws IOException {
    Files.createDirectory(folder());
    try {
      Files.setAttribute(folder(), "unix:uid", 12345);
    } catch (IOException e) {
      Assumptions.abort("only root can give a folder away");
    }
    assertThatThrownBy(this::lock)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("belongs to somebody else");
  }

  @Test
  void waitsForAnotherHandleInThisProcessAndNamesItsHolder() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    CompletableFuture<Void> second;
    try (StateFolder first = lock()) {
      second =
          CompletableFuture.runAsync(() -> StateFolder.lock(folder(), "second", told::add).close());
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("lend attach (pid 7)");
      assertThat(second).isNotDone();
      assertThat(first.journal().records()).isEmpty();
    }
    second.get(10, TimeUnit.SECONDS);
    assertThat(told).isEmpty();
  }

  @Test
  void aHostHasOneWriterWhateverFoldersAreNamed() throws Exception {
    Optional<Path> host = Optional.of(temp.resolve("host.lock"));
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    CompletableFuture<Void> second;
    try (StateFolder first = StateFolder.lock(folder(), host, "the first", who -> {})) {
      second =
          CompletableFuture.runAsync(
              () -> StateFolder.lock(temp.resolve("other"), host, "second", told::add).close());
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("the first");
      assertThat(second).isNotDone();
      assertThat(first.journal().records()).isEmpty();
    }
    second.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whereOnlyRootMayHaveTheHostsLockTheFoldersOwnDoes() throws Exception {
    Optional<Path> host = Optional.of(temp.resolve("no such folder").resolve("host.lock"));
    StateFolder.lock(folder(), host, "a", who -> {}).close();
    assertThat(folder().resolve("lock")).exists();
  }

  @Test
  void waitsForAnotherProcessAndNamesItsHolder() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("locked");
      BlockingQueue<String> told = new LinkedBlockingQueue<>();
      CompletableFuture<Void> second =
          CompletableFuture.runAsync(() -> StateFolder.lock(folder(), "second", told::add).close());
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("the other process");
      assertThat(second).isNotDone();
      other.destroyForcibly().waitFor();
      second.get(10, TimeUnit.SECONDS);
    } finally {
      other.destroyForcibly();
    }
  }

  /** Holds the lock until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws IOException {
      StateFolder.lock(Path.of(args[0]), "the other process", who -> {});
      System.out.println("locked");
      while (System.in.read() >= 0) {
        continue;
      }
    }
  }
}
