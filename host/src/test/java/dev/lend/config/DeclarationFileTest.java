package dev.lend.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lend.gen.Gen;
import dev.lend.model.DeclaredPf;
import dev.lend.model.PciId;
import dev.lend.model.PfIdentity;
import dev.lend.model.PfWish;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeclarationFileTest {
  @TempDir Path place = Path.of("");

  private static final PfIdentity UNKNOWN = PfReader.unknown();

  private static DeclaredPf pf(String device, PfIdentity identity) {
    return new DeclaredPf(
        Optional.of(device).filter(it -> !it.isEmpty()),
        identity,
        new PfWish(Optional.of(2), VfUse.GUESTS, VfWish.none(), new TreeMap<>()),
        "");
  }

  private static PfIdentity known(String serial, String vpdSerial, String mac) {
    return new PfIdentity(
        Optional.of("3"),
        Optional.of(new PciId(0x8086, 0x10c9)),
        Optional.empty(),
        Optional.of(serial).filter(it -> !it.isEmpty()),
        Optional.of(vpdSerial).filter(it -> !it.isEmpty()),
        Optional.of(mac).filter(it -> !it.isEmpty()));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void makesFolderAndFileThatAreReadAgain() throws IOException {
    Path folder = place.resolve("etc/lend");
    DeclaredPf pf = pf("eth1", known("", "", "52:54:00:1a:b1:01"));

    Path file = DeclarationFile.save(folder, DeclarationFile.nameOf(pf), Declarations.write(pf));

    assertThat(file).isEqualTo(folder.resolve("mac-52-54-00-1a-b1-01.yaml"));
    assertThat(mode(file)).isEqualTo("rw-r--r--");
    assertThat(mode(folder)).isEqualTo("rwxr-xr-x");
    assertThat(Declarations.inFolder(folder).pfs().getFirst().wish()).isEqualTo(pf.wish());
    assertThat(Declarations.inFolder(folder).problems()).isEmpty();
  }

  @Test
  void writesAnewWhatIsThereAndWhatACrashLeft() throws IOException {
    Files.writeString(place.resolve("a.yaml"), "old");
    Files.writeString(place.resolve(".a.yaml.new"), "half a fi");

    DeclarationFile.save(place, "a.yaml", "new");

    assertThat(Files.readString(place.resolve("a.yaml"))).isEqualTo("new");
    try (var inside = Files.list(place)) {
      assertThat(inside).containsExactly(place.resolve("a.yaml"));
    }
  }

  @Test
  void aLinkInItsPlaceIsReplacedAndNotFollowed() throws IOException {
    Path elsewhere = Files.writeString(place.resolve("passwd"), "root");
    Path folder = Files.createDirectory(place.resolve("lend"));
    Files.createSymbolicLink(folder.resolve("a.yaml"), elsewhere);
    Files.createSymbolicLink(folder.resolve(".a.yaml.new"), elsewhere);

    DeclarationFile.save(folder, "a.yaml", "new");

    assertThat(Files.readString(elsewhere)).isEqualTo("root");
    assertThat(Files.isSymbolicLink(folder.resolve("a.yaml"))).isFalse();
  }

  @Test
  void whatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Files.createDirectories(place.resolve("a.yaml/full"));

    assertThatIOException().isThrownBy(() -> DeclarationFile.save(place, "a.yaml", "new"));

    try (var inside = Files.list(place)) {
      assertThat(inside).containsExactly(place.resolve("a.yaml"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".yaml", "../a.yaml", "a/b.yaml", "a", "a.yaml\n", "a b.yaml"})
  void aNameIsOfThisFolderAlone(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeclarationFile.save(place, name, "text"));
  }

  @Test
  void namesComeFromWhatACardIsKnownBy() {
    String serial = "00-11-22-ff-ff-33-44-55";
    assertThat(
            List.of(
                DeclarationFile.nameOf(pf("eth1", known(serial, "A", "52:54:00:00:00:01"))),
                DeclarationFile.nameOf(pf("0000:01:00.1", known(serial, "A", ""))),
                DeclarationFile.nameOf(pf("0000:82:00.1", known(serial, "A", ""))),
                DeclarationFile.nameOf(pf("0000:01:00.0", known("", "../A", ""))),
                DeclarationFile.nameOf(pf("01:00.0", UNKNOWN)),
                DeclarationFile.nameOf(pf("", known("", "", "")))))
        .containsExactly(
            "mac-52-54-00-00-00-01.yaml",
            "serial-" + serial + "-f1.yaml",
            "serial-" + serial + "-f1.yaml",
            "vpd-.._2f_A-f0.yaml",
            "pf-0000-01-00.0.yaml",
            "pf-slot-3-8086-10c9.yaml");
  }

  @Test
  void everyPfHasANameThatCanBeWritten() {
    Gen.check(
        DeclarationFileTest.class,
        "declaration-names",
        1_000,
        gen -> {
          DeclaredPf pf = pf(gen.flag() ? "eth1" : "", known("", gen.text(255), ""));
          String name = DeclarationFile.nameOf(pf);

          assertThat(name.length()).isLessThan(255);
          assertThat(DeclarationFile.save(place, name, "").getParent()).isEqualTo(place);
        });
  }

  @Test
  void longNamesOfDifferentCardsDiffer() {
    String same = "/".repeat(200);
    assertThat(DeclarationFile.nameOf(pf("eth1", known("", same + "1", ""))))
        .isNotEqualTo(DeclarationFile.nameOf(pf("eth1", known("", same + "2", ""))));
  }
}
