package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A host's files in memory, links included, for tests of what only reads. */
public final class MapKernel implements KernelReader {
  private final TreeMap<String, byte[]> files = new TreeMap<>();
  private final TreeMap<String, String> links = new TreeMap<>();
  private final TreeSet<String> directories = new TreeSet<>();
  private final List<String> log = new ArrayList<>();

  /** A text file. */
  public MapKernel file(String path, String text) {
    return file(path, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** A file of bytes. */
  public MapKernel file(String path, byte[] bytes) {
    parents(path);
    files.put(path, bytes);
    return this;
  }

  /** A directory. */
  public MapKernel directory(String path) {
    parents(path);
    directories.add(path);
    return this;
  }

  /** A symbolic link with its target as it is stored. */
  public MapKernel link(String path, String target) {
    parents(path);
    links.put(path, target);
    return this;
  }

  /** Puts a line into the kernel's log, as {@code /dev/kmsg} gives it. */
  public MapKernel says(String message) {
    log.add("3," + log.size() + ",1000,-;" + message);
    return this;
  }

  /** Takes a file away. */
  public MapKernel without(String path) {
    files.remove(path);
    return this;
  }

  /** Writes the host below a directory, for what reads real files. */
  public void writeTo(Path root) throws IOException {
    for (String directory : directories) {
      Files.createDirectories(root.resolve(directory));
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(root.resolve(file.getKey()), file.getValue());
    }
    for (Map.Entry<String, String> link : links.entrySet()) {
      Files.createSymbolicLink(root.resolve(link.getKey()), Path.of(link.getValue()));
    }
    if (!log.isEmpty()) {
      Files.createDirectories(root.resolve("dev"));
      Files.writeString(root.resolve(FileKernel.LOG), String.join("\n", log) + "\n");
    }
  }

  private void parents(String path) {
    for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      directories.add(path.substring(0, at));
    }
  }

  @Override
  public Fact<String> read(String path) {
    return bytes(path)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).replaceAll("[\r\n]+$", ""));
  }

  @Override
  public Fact<byte[]> bytes(String path) {
    Optional<String> real = real(path);
    byte[] bytes = real.isEmpty() ? null : files.get(real.get());
    return bytes == null ? Fact.absent() : Fact.known(bytes.clone());
  }

  @Override
  public Fact<List<String>> list(String path) {
    Optional<String> real = real(path);
    if (real.isEmpty() || !directories.contains(real.get())) {
      return Fact.absent();
    }
    String inside = real.get() + "/";
    TreeSet<String> names = new TreeSet<>();
    for (Iterable<String> keys :
        List.<Iterable<String>>of(files.keySet(), links.keySet(), directories)) {
      for (String key : keys) {
        if (key.startsWith(inside)) {
          String rest = key.substring(inside.length());
          int slash = rest.indexOf('/');
          names.add(slash < 0 ? rest : rest.substring(0, slash));
        }
      }
    }
    return Fact.known(new ArrayList<>(names));
  }

  @Override
  public Fact<String> link(String path) {
    int slash = path.lastIndexOf('/');
    Optional<String> parent = slash < 0 ? Optional.of("") : real(path.substring(0, slash));
    if (parent.isEmpty()) {
      return Fact.absent();
    }
    String own = parent.get().isEmpty() ? path : parent.get() + path.substring(slash);
    String target = links.get(own);
    if (target != null) {
      return Fact.known(target);
    }
    return there(own) ? new Fact.Unreadable<>(path, "Not a symbolic link") : Fact.absent();
  }

  @Override
  public Fact<String> resolve(String path) {
    return real(path).<Fact<String>>map(Fact::known).orElseGet(Fact::absent);
  }

  @Override
  public Fact<List<String>> log() {
    return Fact.known(List.copyOf(log));
  }

  @Override
  public boolean exists(String path) {
    return real(path).isPresent();
  }

  private boolean there(String real) {
    return files.containsKey(real) || directories.contains(real) || links.containsKey(real);
  }

  private Optional<String> real(String path) {
    List<String> done = new ArrayList<>();
    List<String> rest = new ArrayList<>(List.of(path.split("/")));
    for (int hops = 0; !rest.isEmpty() && hops < 1000; hops++) {
      String name = rest.removeFirst();
      if (name.equals("..")) {
        done.removeLast();
      } else if (!name.equals(".") && !name.isEmpty()) {
        done.add(name);
        String target = links.get(String.join("/", done));
        if (target != null) {
          done.removeLast();
          if (target.startsWith("/")) {
            done.clear();
          }
          rest.addAll(0, List.of(target.split("/")));
        }
      }
    }
    String real = String.join("/", done);
    return there(real) ? Optional.of(real) : Optional.empty();
  }
}
