package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabTest {
  @TempDir Path folder = Path.of("");

  @Test
  void aLabThatIsNotUpSaysHowToStartIt() {
    Lab lab = lab();

    assertThat(lab.status()).isEqualTo(new LabStatus.Down("lab"));
    assertThat(lab.down()).isFalse();
    assertThatThrownBy(() -> lab.run("true"))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("is not up")
        .hasMessageContaining("lend lab up");
  }

  @Test
  void aProcessThatOnlyHasTheNumberOfTheLabsIsLeftAlone() throws IOException {
    Path run = new LabPaths(folder).run("lab");
    Files.createDirectories(run);
    long self = ProcessHandle.current().pid();
    Files.writeString(run.resolve("qemu.pid"), self + "\n");
    new LabState(
            new LabProcess(self, 1),
            2222,
            Instant.EPOCH,
            "base-x",
            "boot-x",
            "dist none, share none",
            "standard machine, no state kept",
            false)
        .write(run);

    assertThat(lab().status()).isEqualTo(new LabStatus.Down("lab"));
    assertThat(lab().down()).isFalse();
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void theStateIsReadBackAsItWasWritten() throws IOException {
    LabState state =
        new LabState(
            new LabProcess(4711, 99),
            2222,
            Instant.parse("2026-11-22T13:00:00Z"),
            "base-x",
            "boot-x",
            "dist none, share none",
            "standard machine, state kept",
            true);

    state.write(folder);

    assertThat(LabState.read(folder)).contains(state);
  }

  @Test
  void aCommaInAPathDoesNotSplitQemusOptions() {
    Image image = new Image(Path.of("/a,b/base"), Path.of("/a,b/boot"));

    List<String> arguments =
        Machine.arguments(
            LabOptions.defaults().withShare(Path.of("/x,y")),
            image,
            Path.of("/r,s"),
            Path.of("/aot"));

    assertThat(arguments)
        .anyMatch(word -> word.contains("path=/x,,y,"))
        .anyMatch(word -> word.endsWith("file=/a,,b/base/root.ext4"))
        .anyMatch(word -> word.endsWith("file=/r,,s/host_key"))
        .containsSequence("-initrd", "/a,b/boot/initrd");
  }

  @Test
  void theCardAndThePlainNicChangePlacesAndNothingElseMoves() {
    List<String> first = arguments(LabOptions.defaults());
    List<String> second = arguments(LabOptions.defaults().withCardSlot(2));

    assertThat(first).anyMatch(word -> word.startsWith("igb,bus=rp1,"));
    assertThat(second)
        .anyMatch(word -> word.startsWith("igb,bus=rp2,"))
        .anyMatch(word -> word.startsWith("e1000e,bus=rp1,"));
    assertThat(first).filteredOn(word -> !word.matches("(igb|e1000e),.*")).isSubsetOf(second);
  }

  @Test
  void onlyALabThatKeepsItsStateHasADiskForItAndItIsFlushedWhenTheLabSaysSo() {
    assertThat(arguments(LabOptions.defaults()))
        .noneMatch(word -> word.contains("kept") || word.contains(Machine.KEEP_WORD));
    assertThat(arguments(LabOptions.defaults().keeping()))
        .anyMatch(word -> word.endsWith(" " + Machine.KEEP_WORD))
        .contains(
            "if=none,id=kept,format=raw,cache=writeback,file=kept/root.img",
            "if=none,id=nvme,format=raw,cache=writeback,file=kept/nvme.img");
  }

  @Test
  void aSlotThatIsNotThereIsRefusedAndSoIsOneOfAMachineWithoutTheCard() {
    assertThatThrownBy(() -> LabOptions.defaults().withCardSlot(3))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("choose 1 or 2");
    assertThatThrownBy(() -> LabOptions.defaults().withCardSlot(2).withProfile(LabProfile.SCALE))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("no SR-IOV network card");
  }

  @Test
  void aLabThatIsNotUpIsNotRebooted() {
    assertThatThrownBy(() -> lab().reboot(false))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("is not up")
        .hasMessageContaining("lend lab up");
  }

  @Test
  void whatIsKeptGoesWhenItIsForgottenAndOnlyThen() throws IOException {
    Path kept = keep("base-x");

    assertThat(lab().down()).isFalse();
    assertThat(kept.resolve("root.img")).exists();
    assertThat(lab().discard()).isTrue();
    assertThat(kept).doesNotExist();
    assertThat(lab().discard()).isFalse();
  }

  @Test
  void whatWasKeptOverAnotherImageIsRefusedWithTheWayOutForThisLab() throws IOException {
    keep("base-x");
    LabOptions mine = LabOptions.defaults().withName("mine").keeping();
    Image image = new Image(folder.resolve("base-y"), folder.resolve("boot-y"));

    assertThatThrownBy(() -> new Kept(new LabPaths(folder).run("lab")).prepare(mine, image))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("base-x, now base-y")
        .hasMessageContaining("lend lab down --forget --name mine");
  }

  @Test
  void theCacheFolderFollowsTheXdgRule() {
    assertThat(LabPaths.ofUser(Map.of("XDG_CACHE_HOME", "/c", "HOME", "/h")).root())
        .isEqualTo(Path.of("/c/lend/lab"));
    assertThat(LabPaths.ofUser(Map.of("XDG_CACHE_HOME", "relative", "HOME", "/h")).root())
        .isEqualTo(Path.of("/h/.cache/lend/lab"));
  }

  @Test
  void aNameThatWouldLeaveTheFolderIsRefused() {
    assertThatThrownBy(() -> LabOptions.defaults().withName("../x"))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("is no name for a lab");
  }

  @Test
  void thePackageListNamesNoPackageTwiceAndHoldsNoComment() {
    List<String> packages = List.of(Recipe.packages().split(","));

    assertThat(packages).doesNotHaveDuplicates().contains("qemu-system-x86", "linux-image-amd64");
    assertThat(packages).allMatch(name -> name.matches("[a-z0-9.+-]+"));
  }

  /** As a lab leaves it that kept something. */
  private Path keep(String base) throws IOException {
    Path kept = Files.createDirectories(new LabPaths(folder).run("lab").resolve(Kept.FOLDER));
    Files.writeString(kept.resolve("root.img"), "all that was written");
    Files.writeString(kept.resolve("base"), base + "\n");
    return kept;
  }

  private static List<String> arguments(LabOptions options) {
    return Machine.arguments(
        options,
        new Image(Path.of("/base"), Path.of("/boot")),
        Path.of("/run/lab"),
        Path.of("/aot"));
  }

  private Lab lab() {
    return Lab.of(LabOptions.defaults(), new LabPaths(folder), LabListener.silent());
  }
}
