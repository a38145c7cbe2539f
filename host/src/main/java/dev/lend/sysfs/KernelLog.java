package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads the log of the running kernel. {@code /dev/kmsg} gives one record for each {@code read(2)}
 * and waits for more at the end, unless it was opened so as not to: that takes a {@code dd}, since
 * the JDK cannot.
 */
final class KernelLog {
  /** A record is never longer (kernel: {@code kernel/printk/internal.h}, PRINTK_MESSAGE_MAX). */
  private static final String RECORD = "bs=8192";

  private static final int SECONDS = 3;

  /** Only the end is of interest; a large log holds hundreds of thousands of records. */
  private static final int MOST = 20_000;

  private KernelLog() {}

  static Fact<List<String>> read() {
    ProcessBuilder builder =
        new ProcessBuilder(
            LiveKernel.program(LiveKernel.DD),
            "if=/dev/kmsg",
            RECORD,
            "iflag=nonblock",
            "status=none");
    builder.environment().clear();
    builder.directory(new File("/"));
    // It ends with a complaint that there is no more for now.
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process child = builder.start();
      child.getOutputStream().close();
      java.util.ArrayDeque<String> lines = new java.util.ArrayDeque<>();
      try (BufferedReader said =
          new BufferedReader(
              new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
          lines.add(line);
          if (lines.size() > MOST) {
            lines.removeFirst();
          }
        }
      }
      if (!child.waitFor(SECONDS, TimeUnit.SECONDS)) {
        child.destroyForcibly();
      }
      return Fact.known(new ArrayList<>(lines));
    } catch (IOException e) {
      return new Fact.Unreadable<>("dev/kmsg", FileKernel.why(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Fact.absent();
    }
  }
}
