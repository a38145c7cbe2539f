package dev.lend.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.cli.Checkout.Outcome;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LauncherTest {
  @TempDir Path place;
  private Checkout checkout;

  @BeforeEach
  void layOut() throws Exception {
    checkout = new Checkout(place);
  }

  @AfterEach
  void endWhatWaits() {
    checkout.end();
  }

  @Test
  void runsWithTheJavaThatJavaHomeNames() throws Exception {
    Path mine = checkout.java(place.resolve("my java"), "25.0.3", true);
    checkout.java(checkout.jvms.resolve("java-26"), "26", true);
    checkout.set("JAVA_HOME", mine.toString());

    Outcome outcome = checkout.lend("list", "two words");

    assertThat(outcome.out()).startsWith(mine + "/bin/java\n").endsWith("list\ntwo words\n");
    assertThat(outcome.status()).isZero();
  }

  /** Java would warn of each native call otherwise. */
  @Test
  void whatAsksLibvirtIsStartedSoThatItMayCallTheCLibrary() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25", true);

    assertThat(checkout.lend("check", "--json", "--guests").out()).contains("\n-jar\n");
    assertThat(checkout.lend("check").out()).contains("\n-cp\n");
  }

  @Test
  void passesOverAJavaHomeThatIsTooOld() throws Exception {
    Path old = checkout.java(place.resolve("old"), "17.0.15", true);
    Path good = checkout.java(checkout.jvms.resolve("java-25"), "25-ea", true);
    checkout.set("JAVA_HOME", old.toString());

    assertThat(checkout.lend("list").out()).startsWith(good + "/bin/java\n");
  }

  @Test
  void passesOverAJavaHomeThatIsNotThere() throws Exception {
    Path good = checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    checkout.set("JAVA_HOME", "/no/such java");

    assertThat(checkout.lend("list").out()).startsWith(good + "/bin/java\n");
  }

  @Test
  void takesTheJavaOnThePathBeforeThoseOfTheDistribution() throws Exception {
    Path mine = checkout.java(place.toRealPath().resolve("opt java"), "27.0.1", true);
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    checkout.onPath(mine);

    assertThat(checkout.lend("list").out()).startsWith(mine + "/bin/java\n");
  }

  @Test
  void saysWhichJavasItSawWhereNoneWillDo() throws Exception {
    Path old = checkout.java(checkout.jvms.resolve("java-17"), "17.0.15", true);
    Path ancient = checkout.java(checkout.jvms.resolve("java-8"), "1.8.0_392", true);
    Path runtime = checkout.java(checkout.jvms.resolve("jre-25"), "25.0.1", false);
    checkout.set("JAVA_HOME", "/no/such java");

    Outcome outcome = checkout.lend("list");

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .contains(
            "needs a JDK 25 or newer, and finds none",
            "JAVA_HOME names no Java: /no/such java",
            old + " is Java 17",
            ancient + " is Java 1\n",
            runtime + " is Java 25 without a compiler",
            "openjdk-25-jdk-headless");
    assertThat(checkout.builds()).isZero();
  }

  @Test
  void asksForAPlaceForDownloadsWhereHomeIsNotSet() throws Exception {
    checkout.unset("HOME");

    Outcome outcome = checkout.lend("list");

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("set HOME or XDG_CACHE_HOME");
  }

  @Test
  void buildsAtTheFirstStartOnly() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);

    Outcome first = checkout.lend("list");
    Outcome second = checkout.lend("list");

    assertThat(first.err()).contains("Building Lend (first start");
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).contains("-XX:AOTCache=" + checkout.root + "/target/dist/list.aot");
    assertThat(checkout.lend("attach").out())
        .contains("-XX:AOTCache=" + checkout.root + "/target/dist/lend.aot");
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void buildsAgainWhereASourceIsNewerOrGone() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    Path source = checkout.root.resolve("cli/src/main/java/Main.java");
    checkout.lend("list");

    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    Outcome changed = checkout.lend("list");
    Files.delete(source);
    checkout.lend("list");

    assertThat(changed.err()).contains("the sources have changed");
    assertThat(checkout.builds()).isEqualTo(3);
  }

  @Test
  void aSecondStartWaitsForTheBuildOfTheFirst() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    Path gate = gate();
    Process first = checkout.start("./lend", "list");
    BufferedReader firstSays = Checkout.errors(first);
    Checkout.awaitLine(firstSays, "cli");

    Process second = checkout.start("./lend", "list");
    Checkout.awaitLine(Checkout.errors(second), "another start is building Lend");
    Files.writeString(gate, "go\n");

    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void buildsAfreshWhatAKilledBuildHasLeft() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    Path gate = gate();
    Path half = checkout.root.resolve("cli/target/half.jar");
    Process killed = checkout.start("./lend", "list");
    Checkout.awaitLine(Checkout.errors(killed), "cli");
    Files.createDirectories(half.getParent());
    Files.writeString(half, "half a jar");
    killed.descendants().forEach(ProcessHandle::destroyForcibly);
    killed.destroyForcibly().waitFor();
    Files.delete(gate);

    Outcome next = checkout.lend("list");

    assertThat(next.status()).isZero();
    assertThat(next.err()).contains("Building Lend");
    assertThat(half).doesNotExist();
  }

  @Test
  void showsTheEndOfTheLogWhereTheBuildFails() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    Files.writeString(checkout.root.resolve("mvn.error"), "[ERROR] Main.java:[3,1] ';' expected\n");

    Outcome failed = checkout.lend("list");
    Outcome next = checkout.lend("list");

    assertThat(failed.status()).isEqualTo(3);
    assertThat(failed.err()).contains("';' expected", "target/build.log");
    assertThat(next.status()).isZero();
    assertThat(checkout.builds()).isEqualTo(2);
  }

  @Test
  void triesAFailedDownloadOnceMore() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    Path remembered = place.resolve(".cache/lend/maven/a.jar.lastUpdated");
    Files.createDirectories(remembered.getParent());
    Files.writeString(remembered, "");
    Files.writeString(
        checkout.root.resolve("mvn.error"), "[ERROR] Could not transfer artifact a:a:jar:1\n");

    Outcome outcome = checkout.lend("list");

    assertThat(outcome.status()).isZero();
    assertThat(Files.readAllLines(checkout.root.resolve("mvn.runs")).get(1)).contains(" -U ");
    assertThat(remembered).doesNotExist();
  }

  @Test
  void downloadsAgainWhatIsDamagedInMavensCache() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    Path cache = Files.createDirectories(place.resolve(".cache/lend/maven"));
    Path whole = Files.writeString(cache.resolve("whole.jar"), "whole");
    Path cut = Files.writeString(cache.resolve("cut off.jar"), "who");
    String sum =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-1").digest("whole".getBytes(UTF_8)));
    Files.writeString(cache.resolve("whole.jar.sha1"), sum);
    Files.writeString(cache.resolve("cut off.jar.sha1"), sum + "  cut off.jar\n");
    Files.writeString(checkout.root.resolve("mvn.error"), "[ERROR] a class is missing\n");

    Outcome outcome = checkout.lend("list");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).contains("Maven's cache is damaged: downloading 1 of its files");
    assertThat(cut).doesNotExist();
    assertThat(whole).exists();
    assertThat(Files.readAllLines(checkout.root.resolve("mvn.runs")))
        .hasSize(2)
        .allSatisfy(run -> assertThat(run).contains("-C "));
  }

  @Test
  void ignoresACacheFolderThatIsNoAbsolutePath() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    checkout.set("XDG_CACHE_HOME", "relative");

    checkout.lend("list");

    assertThat(checkout.root.resolve("relative")).doesNotExist();
    assertThat(place.resolve(".cache/lend/maven")).isDirectory();
  }

  @Test
  void twoFirstStartsAtOnceInstallOnce() throws Exception {
    Path gate = place.resolve("apt gate");
    checkout.run("mkfifo", gate.toString());
    checkout.onDebian(gate);
    Process first = checkout.start("./lend", "list");
    Checkout.awaitLine(Checkout.errors(first), "installing openjdk-25-jdk-headless");

    Process second = checkout.start("./lend", "list");
    Checkout.awaitLine(Checkout.errors(second), "another start is building Lend");
    Files.writeString(gate, "go\n");

    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(Files.readAllLines(checkout.root.resolve("apt.runs")))
        .singleElement()
        .asString()
        .contains("DPkg::Lock::Timeout");
  }

  @Test
  void aStartOfAnotherCheckoutWaitsWhereMavensCacheIsBeingFilled() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    Path gate = gate();
    Path other = place.resolve("other sources");
    checkout.run("cp", "-R", checkout.root.toString(), other.toString());
    Files.delete(other.resolve("mvn.gate"));
    Process first = checkout.start("./lend", "list");
    Checkout.awaitLine(Checkout.errors(first), "cli");

    Process second = checkout.start(other.resolve("lend").toString(), "list");
    Checkout.awaitLine(Checkout.errors(second), "another start of Lend installs or downloads");
    Files.writeString(gate, "go\n");

    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
  }

  @Test
  void otherCheckoutsAreNotHeldUpByTestsThatRun() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    Path gate = gate();
    Path other = place.resolve("other sources");
    checkout.run("cp", "-R", checkout.root.toString(), other.toString());
    Files.delete(other.resolve("mvn.gate"));
    Process tests = checkout.start("sh", "-c", "exec ./test >&2");
    Checkout.awaitLine(Checkout.errors(tests), "Running a test");

    assertThat(checkout.run(other.resolve("lend").toString(), "list").status()).isZero();
    Files.writeString(gate, "go\n");
    assertThat(tests.waitFor()).isZero();
  }

  @Test
  void saysThatItWaitsForATestRun() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    Path gate = gate();
    Process tests = checkout.start("sh", "-c", "exec ./test >&2");
    Checkout.awaitLine(Checkout.errors(tests), "Building lend-cli");

    Process start = checkout.start("./lend", "list");
    Checkout.awaitLine(Checkout.errors(start), "running all its tests, which takes many minutes");
    Files.writeString(gate, "go\n");

    assertThat(tests.waitFor()).isZero();
    assertThat(start.waitFor()).isZero();
  }

  @Test
  void leavesACacheAloneThatIsOlderThanAJar() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    checkout.lend("list");
    Files.setLastModifiedTime(
        checkout.root.resolve("target/dist/lib/lend-cli-0.1.0.jar"),
        FileTime.from(Instant.now().plusSeconds(60)));

    assertThat(checkout.run("target/dist/lend", "list").out()).doesNotContain("-XX:AOTCache");
  }

  @Test
  void leavesACacheAloneThatWasMadeForAnotherBuild() throws Exception {
    Path java = checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    checkout.lend("list");
    Path dist = checkout.root.resolve("target/dist");
    Files.writeString(dist.resolve(".built"), "another build\n");

    Outcome outcome = checkout.run("target/dist/lend", "list");

    assertThat(outcome.err()).contains("preparing a fast start");
    assertThat(Files.readAllLines(dist.resolve(".prepared")))
        .containsExactly(
            java + "/bin/java",
            dist.toString(),
            "another build",
            "JAVA_RUNTIME_VERSION=\"25.0.1+9\"",
            Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
  }

  @Test
  void preparesAgainWhereJavaWasUpgradedInItsPlace() throws Exception {
    Path home = checkout.jvms.resolve("java-25");
    checkout.java(home, "25.0.1", true);
    checkout.lend("list");

    checkout.java(home, "25.0.2", true);
    Outcome upgraded = checkout.lend("list");
    Outcome next = checkout.lend("list");

    assertThat(upgraded.err()).contains("preparing a fast start");
    assertThat(next.err()).isEmpty();
    assertThat(next.out()).contains("-XX:AOTCache=");
  }

  @Test
  void makesACacheAnewThatWasDamagedBeforeTheLastBoot() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    checkout.lend("list");
    Path dist = checkout.root.resolve("target/dist");
    FileTime made = Files.getLastModifiedTime(dist.resolve("list.aot"));
    Files.writeString(dist.resolve("list.aot"), "c_che\n");
    Files.setLastModifiedTime(dist.resolve("list.aot"), made);
    bootedSince(dist);

    Outcome outcome = checkout.lend("list");

    assertThat(outcome.err()).contains("are damaged: making them anew");
    assertThat(dist.resolve("list.aot")).hasContent("cache\n");
    assertThat(checkout.lend("list").err()).isEmpty();
  }

  @Test
  void makesACacheAnewThatSomethingWroteInto() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    checkout.lend("list");
    Path cache = checkout.root.resolve("target/dist/list.aot");
    Files.writeString(cache, "c_che\n");
    Files.setLastModifiedTime(cache, FileTime.from(Instant.now().plusSeconds(60)));

    assertThat(checkout.lend("list").err()).contains("are damaged: making them anew");
    assertThat(cache).hasContent("cache\n");
  }

  @Test
  void keepsCachesThatABootHasLeftWhole() throws Exception {
    checkout.java(checkout.jvms.resolve("java-25"), "25.0.1", true);
    checkout.lend("list");
    bootedSince(checkout.root.resolve("target/dist"));

    Outcome outcome = checkout.lend("list");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("-XX:AOTCache=");
  }

  /** As if the machine had been started again since the program looked at its caches. */
  private static void bootedSince(Path dist) throws Exception {
    List<String> lines = new ArrayList<>(Files.readAllLines(dist.resolve(".prepared")));
    lines.set(4, "another boot");
    Files.write(dist.resolve(".prepared"), lines);
  }

  @Test
  void preparesACopyOfTheProgramAgainAndStartsItThroughALink() throws Exception {
    Path java = checkout.java(checkout.jvms.resolve("jre-25"), "25.0.1", false);
    Path sdk = checkout.java(checkout.jvms.resolve("jdk-26"), "26.0.1", true);
    checkout.lend("list");
    Path copy = place.toRealPath().resolve("opt lend");
    Path link = Files.createSymbolicLink(place.resolve("linked"), copy.resolve("lend"));
    checkout.run("cp", "-R", checkout.root.resolve("target/dist").toString(), copy.toString());

    Outcome first = checkout.run(link.toString(), "list");
    Outcome second = checkout.run(link.toString(), "list");

    assertThat(first.err()).contains("preparing a fast start");
    assertThat(second.err()).isEmpty();
    assertThat(second.out())
        .contains("-XX:AOTCache=" + copy + "/list.aot", copy + "/lib/lend-cli-0.1.0.jar")
        .startsWith((java.compareTo(sdk) < 0 ? java : sdk) + "/bin/java\n");
  }

  @Test
  void looksForAJavaAgainWhereTheRememberedOneIsGone() throws Exception {
    Path first = checkout.java(checkout.jvms.resolve("java-25.0.1"), "25.0.1", true);
    Path second = checkout.java(checkout.jvms.resolve("java-25.0.2"), "25.0.2", true);
    checkout.lend("list");
    Files.move(first, place.resolve("gone"));

    Outcome outcome = checkout.lend("list");

    assertThat(outcome.out()).startsWith(second + "/bin/java\n");
    assertThat(checkout.builds()).isEqualTo(1);
  }

  /** Makes the next Maven wait until something is written to the gate. */
  private Path gate() throws Exception {
    checkout.run("mkfifo", "mvn.gate");
    return checkout.root.resolve("mvn.gate");
  }
}
