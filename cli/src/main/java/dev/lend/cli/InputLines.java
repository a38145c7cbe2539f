package dev.lend.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Lines of a stream that may be endless, of lines that may be endless, with little memory. */
final class InputLines {
  /** What of a line comes after that many bytes is left out. */
  static final int LONGEST = 16_384;

  private InputLines() {}

  /** Hands over each line until the stream ends; bytes that are no UTF-8 are replaced. */
  static void of(InputStream in, Consumer<String> each) throws IOException {
    byte[] chunk = new byte[LONGEST];
    byte[] line = new byte[LONGEST];
    int length = 0;
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      for (int i = 0; i < count; i++) {
        if (chunk[i] == '\n') {
          each.accept(new String(line, 0, length, StandardCharsets.UTF_8));
          length = 0;
        } else if (length < LONGEST) {
          line[length++] = chunk[i];
        }
      }
    }
    if (length > 0) {
      each.accept(new String(line, 0, length, StandardCharsets.UTF_8));
    }
  }
}
