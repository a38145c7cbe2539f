package dev.lend.config;

import dev.lend.model.DeclaredPf;
import dev.lend.model.Reading;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads one file after the other, and then looks at all of them together. */
final class DeclarationReader {
  /** What files end in. */
  static final String ENDING = ".yaml";

  private static final String VERSION = "1";

  private final CarefulFiles files;
  private final List<Problems> problems = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();

  DeclarationReader(CarefulFiles files) {
    this.files = files;
  }

  /** A file that somebody named. */
  void file(Path file) {
    try {
      @Nullable Path folder = file.toAbsolutePath().getParent();
      file(file, folder == null ? Path.of("/") : folder.toRealPath());
    } catch (IOException e) {
      about(file).add(0, CarefulFiles.why(e));
    }
  }

  /** The files of a folder that is there, in the order of their names. */
  void folder(Path folder) {
    try {
      Path real = folder.toRealPath();
      Optional<String> distrust = files.distrust(real);
      if (distrust.isPresent()) {
        about(folder).add(0, distrust.get());
        return;
      }
      for (String name : names(real)) {
        file(folder.resolve(name), real);
      }
    } catch (IOException e) {
      about(folder).add(0, CarefulFiles.why(e));
    }
  }

  private static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder)) {
      for (Path file : inside) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(ENDING) && !name.startsWith(".")) {
          names.add(name);
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(null);
    return names;
  }

  private void file(Path file, Path folder) {
    switch (files.bytes(file, folder)) {
      case Reading.Wrong<byte[]>(String why) -> about(file).add(0, why);
      case Reading.Meant<byte[]>(byte[] bytes) -> content(about(file), bytes);
    }
  }

  private Problems about(Path file) {
    return about(file.toString());
  }

  private Problems about(String file) {
    Problems ofFile = new Problems(file);
    problems.add(ofFile);
    return ofFile;
  }

  /**
   * A file's content.
   *
   * @param file its name
   */
  void content(String file, byte[] bytes) {
    content(about(file), bytes);
  }

  private void content(Problems ofFile, byte[] bytes) {
    Optional<Node> tree = CarefulFiles.text(bytes, ofFile).flatMap(t -> YamlText.read(t, ofFile));
    tree.flatMap(node -> Block.of(node, "a file", ofFile, new Block.Budget()))
        .ifPresent(top -> top(top, ofFile));
  }

  private void top(Block top, Problems ofFile) {
    Optional<String> version = top.number(Keys.VERSION, Reading::of);
    if (!top.has(Keys.VERSION)) {
      ofFile.add(top.line(), "the version is missing: version: " + VERSION);
    }
    if (version.isPresent() && !version.get().equals(VERSION)) {
      // What else is in there may well be right, for a later Lend.
      ofFile.add(
          top.line(Keys.VERSION),
          "no version that is known here: "
              + Characters.brief(version.get())
              + " (version: "
              + VERSION
              + ")");
      return;
    }
    top.allow(Keys.OF_FILE);
    for (Block item : top.items(Keys.PFS)) {
      entries.add(PfReader.read(item, ofFile));
    }
  }

  /** What all files say. */
  Declarations result() {
    Set<Entry> atOdds = Conflicts.find(entries);
    List<DeclaredPf> pfs = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.sound() && !atOdds.contains(entry)) {
        pfs.add(entry.pf());
      }
    }
    List<Problem> all = new ArrayList<>();
    problems.forEach(ofFile -> all.addAll(ofFile.list()));
    return new Declarations(pfs, all);
  }
}
