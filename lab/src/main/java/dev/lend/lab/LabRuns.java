package dev.lend.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The labs of this user, whatever they are called. */
final class LabRuns {
  private final LabPaths paths;

  LabRuns(LabPaths paths) {
    this.paths = paths;
  }

  /** Those whose QEMU runs, those that are still starting too. */
  List<String> names() {
    return folders().stream().filter(name -> LabProcess.find(paths.run(name)).isPresent()).toList();
  }

  /** All that have a run folder, up or not. */
  List<String> folders() {
    if (!Files.isDirectory(paths.runs())) {
      return List.of();
    }
    try (Stream<Path> runs = Files.list(paths.runs())) {
      return runs.map(folder -> folder.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new LabException("The labs cannot be listed: " + e.getMessage(), e);
    }
  }

  /** Whether one of them runs from the part of an image that has this folder name. */
  boolean use(String version) {
    return names().stream()
        .flatMap(name -> LabProcess.find(paths.run(name)).stream())
        .anyMatch(process -> process.runsFrom(version));
  }
}
