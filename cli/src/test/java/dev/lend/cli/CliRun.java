package dev.lend.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run of the command line, in this process, came to.
 *
 * @param status its exit status
 */
record CliRun(int status, String out, String err) {
  /** Runs with output into a pipe, in a UTF-8 locale. */
  static CliRun of(String... args) {
    return in(false, Map.of("LANG", "C.UTF-8"), args);
  }

  /** Runs in an environment. */
  static CliRun in(boolean terminal, Map<String, String> env, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, false, StandardCharsets.UTF_8);
    PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    int status = Cli.run(List.of(args), new Context(outStream, errStream, terminal, env));
    outStream.flush();
    return new CliRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The lines of an output with something in them that a terminal would obey. */
  static List<String> obeyed(String output) {
    return Stream.of(output.split("\n", -1))
        .filter(line -> line.codePoints().anyMatch(c -> c < 0x20 || c >= 0x7f && c < 0xa0))
        .toList();
  }
}
