package dev.lend.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Runs programs of the machine and of the image. */
final class Programs {
  private static final int TAIL_LINES = 20;

  private Programs() {}

  /**
   * The command line that runs a program of the unpacked image on this machine, with the image's
   * own loader and libraries: no chroot, no root, nothing of the machine's own packages.
   */
  static List<String> ofTree(Path tree, String program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(tree.resolve("lib64/ld-linux-x86-64.so.2").toString());
    command.add("--library-path");
    command.add(tree.resolve("usr/lib/x86_64-linux-gnu").toString());
    command.add(tree.resolve(program).toString());
    command.addAll(arguments);
    return command;
  }

  /** Runs a command to its end and keeps all it prints. */
  static RunResult capture(ProcessBuilder builder, byte[] input) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Process process = builder.start();
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> all(process.getErrorStream()), threads);
      CompletableFuture<String> out =
          CompletableFuture.supplyAsync(() -> all(process.getInputStream()), threads);
      try {
        feed(process, input);
        int exit = process.waitFor();
        return new RunResult(exit, out.get(), err.get());
      } catch (InterruptedException e) {
        process.destroy();
        Thread.currentThread().interrupt();
        throw new LabException("Interrupted while a command ran; it was ended.", e);
      } catch (ExecutionException | CompletionException e) {
        throw new LabException("The output of a command cannot be read: " + e.getMessage(), e);
      }
    } catch (IOException e) {
      throw notStarted(builder, e);
    }
  }

  /** Runs a command on the caller's own terminal or pipes; gives its exit status. */
  static int inherit(ProcessBuilder builder) {
    try {
      return builder.inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("Interrupted while a command ran.", e);
    } catch (IOException e) {
      throw notStarted(builder, e);
    }
  }

  /**
   * Runs a command whose lines tell how far it is.
   *
   * @param what names the work in the exception that a failure becomes, with the command's last
   *     lines
   */
  static void follow(ProcessBuilder builder, String what, Consumer<String> line) {
    Deque<String> tail = new ArrayDeque<>();
    int exit;
    try {
      Process process = builder.redirectErrorStream(true).start();
      process.getOutputStream().close();
      try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
        for (String text = reader.readLine(); text != null; text = reader.readLine()) {
          if (tail.size() == TAIL_LINES) {
            tail.removeFirst();
          }
          tail.addLast(text);
          line.accept(text);
        }
        exit = process.waitFor();
      } finally {
        process.destroy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("Interrupted while " + what + ".", e);
    } catch (IOException e) {
      throw notStarted(builder, e);
    }
    if (exit != 0) {
      throw new LabException(
          "%s failed with status %d. Its last lines:%n%s"
              .formatted(capitalized(what), exit, String.join(System.lineSeparator(), tail)));
    }
  }

  private static void feed(Process process, byte[] input) {
    try (var stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException e) {
      // The command ended without reading all of its input, which is its right.
      return;
    }
  }

  private static String all(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private static LabException notStarted(ProcessBuilder builder, IOException e) {
    return new LabException(
        "%s cannot be started: %s".formatted(builder.command().getFirst(), e.getMessage()), e);
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
