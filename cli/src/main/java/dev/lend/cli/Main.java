package dev.lend.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command line's entry point. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] args) {
    OutputSink sink = new OutputSink();
    PrintStream out = new PrintStream(sink, false, StandardCharsets.UTF_8);
    Context context = new Context(out, System.err, isTerminal(), System.getenv());
    int code = Cli.run(List.of(args), context);
    out.flush();
    if (sink.failed() && !sink.readerLeft()) {
      System.err.println("lend: the output could not be written: " + sink.why());
      code = code == ExitCode.DONE.status() ? ExitCode.PUT_BACK.status() : code;
    }
    // Shutdown hooks are only for who is interrupted, and what Java does at an orderly end takes a
    // millisecond or two.
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }

  /** Asks the kernel what standard output is: {@code System.console()} would load a line editor. */
  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }
}
