package dev.lend.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands in the lab, by the image's own ssh. One connection is opened when the lab comes up and
 * carries all commands: a new one costs a second of emulated cryptography.
 */
final class Ssh {
  private static final String CONTROL = "ssh.sock";

  private final Path tree;
  private final Path run;

  /**
   * @param run the lab's run folder, where the keys and the connection's socket are
   */
  Ssh(Path tree, Path run) {
    this.tree = tree;
    this.run = run;
  }

  /** Makes the lab's key pairs. Each start has its own: nothing secret is in the image. */
  void makeKeys() throws IOException {
    for (String name : List.of("user_key", "host_key")) {
      Files.deleteIfExists(run.resolve(name));
      Programs.follow(
          in(
              Programs.ofTree(
                  tree,
                  "usr/bin/ssh-keygen",
                  List.of("-q", "-t", "ed25519", "-N", "", "-C", "lend-lab", "-f", name))),
          "making the lab's keys",
          line -> {});
    }
    Files.copy(run.resolve("user_key.pub"), Files.newOutputStream(run.resolve("authorized_keys")));
    Files.writeString(
        run.resolve("known_hosts"), "lab " + Files.readString(run.resolve("host_key.pub")));
  }

  /** Opens the connection that later commands share. */
  void connect(int port) {
    // -f: returns when the connection stands. Its output goes to a file, or the caller's pipes
    // would stay open with it.
    ProcessBuilder builder =
        in(
            command(
                port,
                List.of("-M", "-N", "-f", "-o", "ControlPersist=yes", "-o", "ConnectTimeout=60")));
    Path log = run.resolve("ssh.log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    try {
      int exit = builder.start().waitFor();
      if (exit != 0) {
        throw new LabException(
            "The lab started, but ssh cannot connect to it: " + Files.readString(log).strip());
      }
    } catch (IOException e) {
      throw new LabException("ssh to the lab cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("Interrupted while connecting to the lab.", e);
    }
  }

  /** A process that runs this command in the lab with exactly these arguments. */
  ProcessBuilder command(int port, List<String> words, boolean terminal) {
    List<String> arguments = new ArrayList<>();
    arguments.add(terminal ? "-tt" : "-T");
    List<String> command = new ArrayList<>(command(port, arguments));
    if (!words.isEmpty()) {
      command.add(ShellWords.join(words));
    }
    return in(command);
  }

  private List<String> command(int port, List<String> options) {
    List<String> arguments = new ArrayList<>();
    for (String option :
        List.of(
            "LogLevel=ERROR",
            "IdentitiesOnly=yes",
            "IdentityFile=user_key",
            "UserKnownHostsFile=known_hosts",
            "StrictHostKeyChecking=yes",
            "HostKeyAlias=lab",
            "ControlPath=" + CONTROL)) {
      arguments.add("-o");
      arguments.add(option);
    }
    arguments.addAll(List.of("-F", "none", "-p", Integer.toString(port)));
    arguments.addAll(options);
    arguments.add("root@127.0.0.1");
    return Programs.ofTree(tree, "usr/bin/ssh", arguments);
  }

  /** All names are relative to the run folder: a socket's name has only 108 bytes. */
  private ProcessBuilder in(List<String> command) {
    return new ProcessBuilder(command).directory(run.toFile());
  }

  /** Makes the run folder, which nobody else may look into. */
  static void makeFolder(Path run) throws IOException {
    Files.createDirectories(run.getParent());
    if (!Files.isDirectory(run)) {
      Files.createDirectory(
          run, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }
}
