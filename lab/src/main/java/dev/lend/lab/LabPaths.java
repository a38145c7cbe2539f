package dev.lend.lab;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the lab keeps its files.
 *
 * @param root folder of everything; absolute
 */
public record LabPaths(Path root) {

  public LabPaths {
    root = root.toAbsolutePath().normalize();
  }

  /** The user's cache folder: XDG_CACHE_HOME, or .cache in the home folder. */
  public static LabPaths ofUser(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    // The XDG rule: a relative path there is to be ignored.
    Path base =
        cache.startsWith("/")
            ? Path.of(cache)
            : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/root")))
                .resolve(".cache");
    return new LabPaths(base.resolve("lend").resolve("lab"));
  }

  /** Finished images, one folder each, and what is left of unfinished ones. */
  Path images() {
    return root.resolve("images");
  }

  /** The files of one running lab: keys, sockets, console log, state. */
  Path run(String name) {
    return root.resolve("run").resolve(name);
  }

  Path runs() {
    return root.resolve("run");
  }

  /** Start-up caches for the lab's JVM, one folder for each state of the program. */
  Path aot() {
    return root.resolve("aot");
  }
}
