package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Fuzz;
import dev.lend.gen.Gen;
import dev.lend.gen.Harm;
import dev.lend.json.Json;
import dev.lend.sysfs.CapturedHosts;
import dev.lend.sysfs.SampleHosts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the files of a host hold, the commands that only look show what they can and say what
 * they cannot, and soon.
 */
@Timeout(900)
class HostFuzzTest {
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("check"),
          List.of("check", "--json"),
          List.of("check", "01:00.0"),
          List.of("check", "01:00.0", "--json"),
          List.of("list"),
          List.of("list", "--json"),
          List.of("show", "01:00.0"),
          List.of("show", "00:03.0", "--json"),
          List.of("tree"),
          List.of("tree", "--json"),
          List.of("status"),
          List.of("status", "--json"),
          List.of("capture"));

  /** Texts that the kernel writes where something else is asked for, and numbers out of range. */
  private static final List<String> TEXTS =
      List.of(
          "",
          "\n",
          " ",
          "-1",
          "0",
          "255",
          "65536",
          "4294967296",
          "99999999999999999999",
          "0x",
          "0xffffffffffffffff",
          "0xg",
          "(null)",
          "e1000e",
          "../../../../etc/passwd",
          "0000:01:00.0",
          "ffff:ff:1f.7",
          "52:54:00:00:00:01",
          "\u001b[2J",
          "a\tb",
          "PCI_SLOT_NAME=\nPCI_CLASS=zz\nDRIVER=\u0007",
          "vfio-pci vfio-pci");

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void whateverTheFilesOfAHostHoldItIsShownOrNamed() {
    Gen.check(HostFuzzTest.class, "host", Fuzz.times(25), this::harmed);
  }

  private void harmed(Gen gen) throws IOException {
    Path root = Files.createDirectory(folder.resolve("host")).toRealPath();
    try {
      host(gen, root);
      List<Path> all = everything(root);
      for (int i = gen.oneOf(1, 3, 40); i > 0; i--) {
        harm(gen, root, gen.oneOf(all));
      }
      for (int i = 0; i < 5; i++) {
        looks(gen.oneOf(COMMANDS), root);
      }
      listsVfs(root);
    } finally {
      remove(root);
    }
  }

  private static void host(Gen gen, Path root) throws IOException {
    switch (gen.between(0, 6)) {
      case 0 -> SampleHosts.server(root);
      case 1 -> SampleHosts.cloud(root);
      case 2 -> SampleHosts.odd(root);
      case 3 -> CapturedHosts.intelReady().writeTo(root);
      case 4 -> CapturedHosts.intelForgotten().writeTo(root);
      case 5 -> CapturedHosts.amdReady().writeTo(root);
      default -> CapturedHosts.virtualMachine().writeTo(root);
    }
  }

  /** All below a folder but itself; links are not followed. */
  private static List<Path> everything(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> !path.equals(root)).sorted().toList();
    }
  }

  private static void harm(Gen gen, Path root, Path path) throws IOException {
    if (!inside(root, path)) {
      return;
    }
    boolean file = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    byte[] whole = file ? Files.readAllBytes(path) : new byte[0];
    if (file && gen.chance(70)) {
      Files.write(path, content(gen, whole));
      return;
    }
    remove(path);
    switch (gen.between(0, 6)) {
      case 0 -> {}
      case 1 -> Files.write(path, content(gen, whole));
      case 2 -> Files.createDirectories(path.resolve(gen.oneOf("x", "net", "0000:01:00.0")));
      case 3 -> Files.createSymbolicLink(path, path.getFileName());
      case 4 -> Files.createSymbolicLink(path, Path.of("../".repeat(gen.between(0, 12)) + "etc"));
      case 5 -> Files.createSymbolicLink(path, Path.of("/sys/bus/pci/devices"));
      default -> Files.createSymbolicLink(path, gen.oneOf(everything(root)));
    }
  }

  /** It is still there, and no folder above it has become a link that leads elsewhere. */
  private static boolean inside(Path root, Path path) throws IOException {
    Path above = path.resolveSibling(".");
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && Files.exists(above)
        && above.toRealPath().equals(above.normalize());
  }

  private static byte[] content(Gen gen, byte[] whole) {
    return switch (gen.between(0, 4)) {
      case 0 -> gen.oneOf(TEXTS).getBytes(StandardCharsets.UTF_8);
      case 1 -> gen.bytes(300);
      case 2 -> "9".repeat(gen.oneOf(20, 5_000, 70_000)).getBytes(StandardCharsets.UTF_8);
      case 3 -> gen.text(40).getBytes(StandardCharsets.UTF_8);
      default -> Harm.any(gen, whole);
    };
  }

  /** It takes no {@code --root} from a person: what netlink tells is not in a folder. */
  private void listsVfs(Path root) throws IOException {
    Path state = Files.createDirectories(folder.resolve("state"));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Context context = new Context(out, out, false, Map.of());
    List<String> words = List.of("--root", root.toString(), "--state", state.toString());
    Arguments arguments = Cli.read(new ListCommand(), words, context).orElseThrow();
    try {
      new VfListCommand().run(arguments, context);
    } catch (UsageException | DeclinedException named) {
      out.println(named.getMessage());
    }
    assertThat(CliRun.obeyed(printed.toString(StandardCharsets.UTF_8))).isEmpty();
  }

  private void looks(List<String> command, Path root) throws IOException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of("--root", root.toString()));
    Path captured = folder.resolve("captured.tar.gz");
    if (command.contains("capture")) {
      line.add(captured.toString());
    }
    if (command.contains("status")) {
      Path state = Files.createDirectories(folder.resolve("state"));
      line.addAll(List.of("--state", state.toString()));
    }
    long start = System.nanoTime();
    CliRun run = CliRun.of(line.toArray(String[]::new));
    Files.deleteIfExists(captured);
    assertThat(run.err()).as("%s", line).doesNotContain("this is a bug", "out of memory");
    assertThat(run.status()).as("%s: %s", line, run.err()).isBetween(0, 3);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).as("%s", line).isLessThan(SOON);
    if (command.contains("--json") && !run.out().isEmpty()) {
      assertThat(Json.parse(run.out())).isNotNull();
    }
    assertThat(CliRun.obeyed(run.out() + run.err())).as("%s", line).isEmpty();
  }

  private static void remove(Path path) throws IOException {
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
