package dev.lend.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.DeclaredPf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CarefulFilesTest {
  @TempDir Path place = Path.of("");
  private Path folder = Path.of("");

  @BeforeEach
  void layOut() throws IOException {
    folder = Files.createDirectory(place.resolve("lend"));
    mode(folder, "rwxr-xr-x");
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private Path write(String name, String device) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "version: 1\npfs:\n- device: " + device + "\n");
    mode(file, "rw-r--r--");
    return file;
  }

  /** Reads as root would whose files these are. */
  private Declarations asTheirOwner() throws IOException {
    return as((int) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS), true);
  }

  private Declarations as(int user, boolean strict) {
    DeclarationReader reader = new DeclarationReader(new CarefulFiles(strict, user));
    reader.folder(folder);
    return reader.result();
  }

  private static List<String> devices(Declarations read) {
    return read.pfs().stream().map(DeclaredPf::device).map(device -> device.orElse("")).toList();
  }

  @Test
  void readsTheFilesOfAFolderInTheOrderOfTheirNames() throws IOException {
    write("20.yaml", "eth2");
    write("10.yaml", "eth3");
    write("notes.txt", "eth4");
    write("old.yaml~", "eth5");
    write(".hidden.yaml", "eth6");

    assertThat(devices(Declarations.named(folder))).containsExactly("eth3", "eth2");
    assertThat(devices(Declarations.inFolder(folder))).containsExactly("eth3", "eth2");
    assertThat(Declarations.inFolder(folder).pfs().getFirst().source())
        .isEqualTo(folder + "/10.yaml:3");
  }

  @Test
  void readsOneFileWhateverItsName() throws IOException {
    assertThat(devices(Declarations.named(write("hosts", "eth1")))).containsExactly("eth1");
  }

  @Test
  void aFolderThatIsNotThereDeclaresNothingUnlessSomebodyNamedIt() {
    Path missing = place.resolve("no");

    assertThat(Declarations.inFolder(missing)).isEqualTo(new Declarations(List.of(), List.of()));
    assertThat(Declarations.named(missing).problems())
        .containsExactly(new Problem(missing.toString(), 0, "there is no such file or folder"));
  }

  @Test
  void rootDoesNotReadAFileThatOthersMayWrite() throws IOException {
    write("good.yaml", "eth1");
    for (String mode : List.of("rw-rw-r--", "rw-r--rw-")) {
      mode(write("bad.yaml", "eth2"), mode);

      Declarations read = asTheirOwner();

      assertThat(devices(read)).containsExactly("eth1");
      assertThat(read.problems())
          .singleElement()
          .asString()
          .startsWith(folder + "/bad.yaml: not trusted: others than its owner may write to ")
          .contains("chmod go-w");
    }
  }

  @Test
  void rootDoesNotReadWhatBelongsToSomebodyElse() throws IOException {
    write("good.yaml", "eth1");
    int somebodyElse = 4711;
    if ((int) Files.getAttribute(folder, "unix:uid") == 0) {
      // Root's own are trusted by everybody, so this needs one of somebody else.
      Files.setAttribute(folder.resolve("good.yaml"), "unix:uid", 1);
    }

    Declarations read = as(somebodyElse, true);

    assertThat(read.pfs()).isEmpty();
    assertThat(read.problems()).singleElement().asString().contains("not trusted", "belongs to");
  }

  @Test
  void rootDoesNotReadInAFolderThatOthersMayWrite() throws IOException {
    write("good.yaml", "eth1");
    mode(folder, "rwxrwxrwx");

    assertThat(asTheirOwner().pfs()).isEmpty();
    assertThat(asTheirOwner().problems())
        .singleElement()
        .asString()
        .startsWith(folder + ": not trusted: others than its owner may write to " + real());
  }

  @Test
  void rootDoesNotReadBelowAFolderThatOthersMayWrite() throws IOException {
    write("good.yaml", "eth1");
    mode(place, "rwxrwxrwx");
    assertThat(asTheirOwner().pfs()).isEmpty();

    // In a folder like /tmp, others cannot put another one in its place.
    Files.setAttribute(place, "unix:mode", 01777);
    assertThat(asTheirOwner().pfs()).hasSize(1);
  }

  @Test
  void whoIsNotRootReadsWhatOthersMayWrite() throws IOException {
    mode(write("shared.yaml", "eth1"), "rw-rw-rw-");

    assertThat(as(1000, false).pfs()).hasSize(1);
  }

  @Test
  void linksAreFollowedInsideTheFolderOnly() throws IOException {
    Files.move(write("there.yaml", "eth1"), place.resolve("there.yaml"));
    Files.createSymbolicLink(folder.resolve("out.yaml"), place.resolve("there.yaml"));
    write("data", "eth2");
    Files.createSymbolicLink(folder.resolve("in.yaml"), Path.of("data"));
    Files.createSymbolicLink(folder.resolve("gone.yaml"), Path.of("nowhere"));

    Declarations read = asTheirOwner();

    assertThat(devices(read)).containsExactly("eth2");
    assertThat(read.problems().stream().map(Problem::toString))
        .containsExactly(
            folder + "/gone.yaml: there is no such file or folder",
            folder
                + "/out.yaml: leads out of its folder, to "
                + real().resolveSibling("there.yaml")
                + "; write the file itself there");
  }

  private Path real() throws IOException {
    return folder.toRealPath();
  }

  @Test
  void theFolderItselfMayBeALink() throws IOException {
    write("one.yaml", "eth1");
    Path link = Files.createSymbolicLink(place.resolve("link"), folder);

    assertThat(Declarations.inFolder(link).pfs()).hasSize(1);
    assertThat(Declarations.named(link.resolve("one.yaml")).pfs()).hasSize(1);
  }

  @Test
  void whatIsNoOrdinaryFileOrTooLargeIsRefused() throws IOException {
    Files.createDirectory(folder.resolve("folder.yaml"));
    Files.write(folder.resolve("large.yaml"), new byte[CarefulFiles.MOST_BYTES + 1]);

    assertThat(Declarations.named(folder).problems().stream().map(Problem::toString))
        .containsExactly(
            folder + "/folder.yaml: no ordinary file",
            folder + "/large.yaml: larger than 1 MiB; it cannot be meant for this");
    assertThat(Declarations.named(Path.of("/dev/null")).problems())
        .singleElement()
        .asString()
        .contains("no ordinary file");
  }

  @Test
  void bytesThatAreNoTextAreNamedWithTheirLine() {
    byte[] bytes = "version: 1\npfs:\n- device: eth\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(Read.bytes(bytes).problems())
        .singleElement()
        .asString()
        .isEqualTo("a.yaml:3: no text: it is not UTF-8 from here on");
    assertThat(Read.files("version: 1\n\u0000").problems())
        .singleElement()
        .asString()
        .isEqualTo("a.yaml:2: a character that YAML does not have: U+0000");
  }

  @Test
  void aByteOrderMarkInFrontIsPassedOver() {
    assertThat(Read.files("\ufeffversion: 1\n").problems()).isEmpty();
  }
}
