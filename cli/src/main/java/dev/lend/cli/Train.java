package dev.lend.cli;

import dev.lend.model.PciAddress;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Scope;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs the common commands in one go, so that the AOT cache that Java makes from such a run (JEP
 * 514) knows their classes. Not a command: the launcher starts it when it prepares a fast start.
 */
final class Train {
  private static final int REAL_FUNCTIONS = 8;

  /** What only reads: this runs on a real host. ROOT is a small made-up host. */
  private static final List<List<String>> LISTING =
      List.of(
          List.of("list"),
          List.of("list", "--root", "ROOT"),
          List.of("list", "--json", "--root", "ROOT"),
          List.of("tree", "--root", "ROOT"));

  private static final List<List<String>> LOOKING =
      List.of(
          List.of("show", TrainHost.PF, "--root", "ROOT"),
          List.of("show", TrainHost.VF, "--json", "--root", "ROOT"),
          List.of("check"),
          List.of("check", "--root", "ROOT"),
          List.of("check", TrainHost.VF, "--root", "ROOT"),
          List.of("check", TrainHost.PF, "--vfs", "--root", "ROOT"),
          List.of("status"));

  /** What needs picocli. */
  private static final List<List<String>> GRAMMAR =
      List.of(
          List.of("--help"),
          List.of("list", "--help"),
          List.of("explain", "group 1 is not viable"),
          List.of("no-such-command"),
          List.of("list", "--no-such-option"),
          List.of("vf", "list"),
          List.of("guests"),
          List.of("guests", "--json", "--root", "ROOT"));

  private Train() {}

  /**
   * Makes Java load what commands need.
   *
   * @param args {@code list} for list and tree, {@code look} for all that only reads, else
   *     everything: a cache with less in it starts faster; then the folder with the host that
   *     {@link TrainHost} made
   */
  public static void main(String[] args) throws IOException {
    String kind = args[0];
    Path root = Path.of(args[1]);
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Context context = new Context(nowhere, nowhere, false, System.getenv());
    play(LISTING, root, context);
    if (!kind.equals("list")) {
      play(LOOKING, root, context);
      showSome(context);
    }
    if (!kind.equals("list") && !kind.equals("look")) {
      play(GRAMMAR, root, context);
      new Rehearsal(root, context).play();
    }
    // Once more the way that it is started, which does not come back.
    Main.main(new String[] {"list"});
  }

  /** A few functions of this very machine: it has more kinds than what is made up. */
  private static void showSome(Context context) {
    int left = REAL_FUNCTIONS;
    for (PciAddress address :
        new HostReader(new FileKernel(Path.of("/"))).read(Scope.functions()).functions().keySet()) {
      if (left-- == 0) {
        return;
      }
      Cli.run(List.of("show", address.toString()), context);
    }
  }

  private static void play(List<List<String>> lines, Path root, Context context) {
    for (List<String> line : lines) {
      List<String> command = new ArrayList<>(line);
      Collections.replaceAll(command, "ROOT", root.toString());
      Cli.run(command, context);
    }
  }
}
