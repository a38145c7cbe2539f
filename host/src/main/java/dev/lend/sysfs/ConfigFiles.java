package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads other programs' configuration, and remembers what it was not let see. */
final class ConfigFiles {
  private static final String MASK = "/dev/null";

  private final KernelReader kernel;
  private final List<String> unseen = new ArrayList<>();

  ConfigFiles(KernelReader kernel) {
    this.kernel = kernel;
  }

  /** What could not be read, and why: {@code /etc/netplan/01.yaml: Permission denied}. */
  List<String> unseen() {
    return List.copyOf(unseen);
  }

  /**
   * The files of several directories by their names, as most programs read them: a file in an
   * earlier directory replaces those of the same name in the later ones, and an empty one or a link
   * to {@code /dev/null} takes them away.
   *
   * @param suffix how their names end
   */
  List<ConfigFile> layered(String suffix, List<String> directories) {
    SortedMap<String, ConfigFile> byName = new TreeMap<>();
    for (String directory : directories) {
      for (ConfigFile file : in(directory, suffix)) {
        byName.putIfAbsent(file.name(), file);
      }
    }
    return List.copyOf(byName.values());
  }

  /** The files of several directories, all of them. */
  List<ConfigFile> each(String suffix, List<String> directories) {
    List<ConfigFile> files = new ArrayList<>();
    for (String directory : directories) {
      files.addAll(in(directory, suffix));
    }
    return files;
  }

  private Collection<ConfigFile> in(String directory, String suffix) {
    List<ConfigFile> files = new ArrayList<>();
    for (String name : names(directory)) {
      if (name.endsWith(suffix) && !leftover(name)) {
        file(directory + "/" + name).ifPresent(files::add);
      }
    }
    return files;
  }

  /** The names in a directory, in order. */
  List<String> names(String directory) {
    Fact<List<String>> found = kernel.list(directory);
    if (found instanceof Fact.Unreadable<List<String>>(String path, String why)
        && kernel.exists(directory)) {
      unseen.add("/" + path + ": " + why);
    }
    List<String> names = new ArrayList<>(found.or(List.of()));
    names.sort(null);
    return names;
  }

  /** What editors and package managers leave behind; no program reads it. */
  private static boolean leftover(String name) {
    return name.startsWith(".")
        || name.endsWith("~")
        || name.endsWith(".bak")
        || name.endsWith(".orig")
        || name.endsWith(".rpmsave")
        || name.endsWith(".rpmnew")
        || name.contains(".dpkg-");
  }

  /** One file; empty where it is not there or could not be read. */
  Optional<ConfigFile> file(String path) {
    if (kernel.link(path) instanceof Fact.Known<String>(String target) && target.equals(MASK)) {
      return Optional.of(new ConfigFile(path, List.of()));
    }
    return switch (kernel.read(path)) {
      case Fact.Known<String>(String text) ->
          Optional.of(new ConfigFile(path, List.of(text.split("\n", -1))));
      case Fact.Absent<String>() -> Optional.empty();
      case Fact.Unreadable<String>(String where, String why) -> {
        // A directory among the files is nothing that anybody was kept from seeing.
        if (!(kernel.list(path) instanceof Fact.Known<List<String>>)) {
          unseen.add("/" + where + ": " + why);
        }
        yield Optional.empty();
      }
    };
  }

  /** A script that somebody starts; what is none, or cannot be read, is nobody's loss. */
  Optional<ConfigFile> script(String path) {
    return kernel
        .read(path)
        .asOptional()
        .filter(text -> text.startsWith("#!"))
        .map(text -> new ConfigFile(path, List.of(text.split("\n", -1))));
  }
}
