package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A copy of the launchers in a directory of its own, on a machine that has only what a test puts
 * there: its own PATH, its own Javas, and a Maven that builds in no time and counts its runs.
 */
final class Checkout {
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "awk",
          "cat",
          "cksum",
          "cp",
          "find",
          "flock",
          "grep",
          "id",
          "mkdir",
          "mkfifo",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sha1sum",
          "tail",
          "touch",
          "tr",
          "wc");

  /** How a command ended, and all that it printed. */
  record Outcome(int status, String out, String err) {}

  final Path root;
  final Path jvms;
  private final Path bin;
  private final Map<String, String> environment = new HashMap<>();

  /** Lays it out below a directory that may have spaces in its name. */
  Checkout(Path place) throws IOException {
    root = Files.createDirectories(place.resolve("lend sources")).toRealPath();
    bin = Files.createDirectories(place.resolve("bin"));
    jvms = Files.createDirectories(place.resolve("all javas")).toRealPath();
    Path here = Path.of("..").toRealPath();
    for (String file : List.of("lend", "test", "scripts", "cli/src/main/dist")) {
      copy(here.resolve(file), root.resolve(file));
    }
    for (String file : List.of("pom.xml", "cli/pom.xml", "cli/src/main/java/Main.java")) {
      Path target = root.resolve(file);
      Files.createDirectories(target.getParent());
      Files.writeString(target, "");
    }
    for (String tool : TOOLS) {
      program(bin.resolve(tool), "exec " + find(tool) + " \"$@\"\n");
    }
    // Sources of the very moment of the build would count as newer than it.
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
      }
    }
    program(
        bin.resolve("mvn"),
        """
        echo "$*" >>mvn.runs
        [ ! -e mvn.gate ] || { echo '[INFO] Building lend-cli 0.1.0'; read -r go <mvn.gate; }
        [ ! -e mvn.error ] || { cat mvn.error; rm mvn.error; exit 1; }
        mkdir -p target/dist/lib && cp cli/src/main/dist/* target/dist/
        echo built >>target/dist/lib/lend-cli-0.1.0.jar
        """);
    set("PATH", bin.toString());
    set("HOME", place.toString());
    set("LEND_JVMS", jvms.toString());
  }

  /** Sets a variable of the environment of every command from now on. */
  void set(String name, String value) {
    environment.put(name, value);
  }

  /** Takes a variable away. */
  void unset(String name) {
    environment.remove(name);
  }

  /** Puts a Java into a directory: it prints what it was started with, and makes empty caches. */
  Path java(Path home, String version, boolean compiler) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Test\"\nJAVA_RUNTIME_VERSION=\"%s+9\"\nJAVA_VERSION=\"%s\"\n"
            .formatted(version, version));
    program(
        home.resolve("bin/java"),
        """
        for word; do
          case $word in -XX:AOTCacheOutput=*) echo cache >"${word#*=}"; exit 0 ;; esac
        done
        echo "$0"
        for word; do echo "$word"; done
        """);
    if (compiler) {
      program(home.resolve("bin/javac"), "exit 1\n");
    }
    return home;
  }

  /** Makes a Java the one that the PATH finds, by a link as distributions have it. */
  void onPath(Path home) throws IOException {
    Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
  }

  /**
   * Makes it root's Debian, where a JDK can be installed; each time that it is, apt-get notes in
   * {@code apt.runs}, and waits until something is written to the gate.
   */
  void onDebian(Path gate) throws IOException {
    program(bin.resolve("id"), "echo 0\n");
    program(bin.resolve("apt-cache"), "echo '  Candidate: 25'\n");
    Path made = java(root.resolveSibling("packaged java"), "25.0.1", true);
    program(
        bin.resolve("apt-get"),
        """
        case "$*" in *install*) ;; *) exit 0 ;; esac
        echo "$*" >>apt.runs
        read -r go <'%s'
        cp -R '%s' '%s'
        """
            .formatted(gate, made, jvms.resolve("java-25")));
  }

  /** How often Maven ran. */
  int builds() throws IOException {
    Path runs = root.resolve("mvn.runs");
    return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
  }

  /** Starts a command in the root of the sources. */
  Process start(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectOutput(Files.createTempFile(root.getParent(), "out", ".txt").toFile());
    return builder.start();
  }

  /** Runs a command to its end. */
  Outcome run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path out = Files.createTempFile(root.getParent(), "out", ".txt");
    Path err = Files.createTempFile(root.getParent(), "err", ".txt");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS))
        .as("%s ends", Arrays.toString(command))
        .isTrue();
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Runs {@code ./lend}. */
  Outcome lend(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("./lend"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Reads what a started command says until a line has the text. */
  static void awaitLine(BufferedReader err, String text) throws IOException {
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      if (line.contains(text)) {
        return;
      }
    }
    throw new AssertionError("never said: " + text);
  }

  /** The errors that a started command prints. */
  static BufferedReader errors(Process process) {
    return process.errorReader(StandardCharsets.UTF_8);
  }

  private static void program(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static Path find(String tool) {
    for (String directory : List.of("/usr/bin", "/bin")) {
      Path file = Path.of(directory, tool);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new AssertionError("this machine has no " + tool);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> all = Files.walk(from)) {
      all.forEach(file -> {
        try {
          Files.copy(
              file,
              to.resolve(from.relativize(file).toString()),
              StandardCopyOption.COPY_ATTRIBUTES,
              StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }
}
