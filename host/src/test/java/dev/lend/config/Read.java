package dev.lend.config;

import java.nio.charset.StandardCharsets;

/** Reads texts as if they were files. */
final class Read {
  private Read() {}

  /** The texts as the files a.yaml, b.yaml and so on. */
  static Declarations files(String... texts) {
    DeclarationReader reader = new DeclarationReader(new CarefulFiles(true, 0));
    char name = 'a';
    for (String text : texts) {
      reader.content(name++ + ".yaml", text.getBytes(StandardCharsets.UTF_8));
    }
    return reader.result();
  }

  /** One file's bytes. */
  static Declarations bytes(byte[] bytes) {
    DeclarationReader reader = new DeclarationReader(new CarefulFiles(true, 0));
    reader.content("a.yaml", bytes);
    return reader.result();
  }
}
