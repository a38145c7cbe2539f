package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of a simulated host: one sorted map from canonical path to node, because it is copied
 * far more often than it is searched.
 */
final class SimTree {
  /** More links than this in one path is a loop (kernel: {@code include/linux/namei.h}). */
  private static final int MOST_LINKS = 40;

  /** What may be done to an attribute; a read of one that has no {@code show} gives EACCES. */
  enum Access {
    READ,
    WRITE,
    READ_WRITE
  }

  /** What a write to an attribute sets off; {@code owner} in the node says on what. */
  enum Hook {
    NONE,
    PLAIN,
    BIND,
    UNBIND,
    NEW_ID,
    PROBE,
    RESCAN,
    OVERRIDE,
    NUMVFS,
    AUTOPROBE,
    RESET,
    RESET_METHOD,
    CONFIG,
    REMOVE
  }

  /** What is at a path. */
  sealed interface Node {}

  /** A directory. */
  record Dir() implements Node {}

  /** A file or attribute: its text as {@code read(2)} gives it. */
  record Text(String text, Access access, Hook hook, String owner) implements Node {}

  /** A symbolic link. */
  record Link(String target) implements Node {}

  private static final Node DIR = new Dir();

  private final TreeMap<String, Node> nodes;

  /**
   * Where paths lead that were asked for. Copies share it for as long as they have the same files:
   * most of what is read is read in each of a thousand copies.
   */
  private Map<String, Optional<String>> found;

  SimTree() {
    this(new TreeMap<>(), new ConcurrentHashMap<>());
    nodes.put("", DIR);
  }

  private SimTree(TreeMap<String, Node> nodes, Map<String, Optional<String>> found) {
    this.nodes = nodes;
    this.found = found;
  }

  SimTree copy() {
    return new SimTree(new TreeMap<>((SortedMap<String, Node>) nodes), found);
  }

  /** Puts a node where none is, or one of another kind. */
  private void put(String path, Node node) {
    Node old = nodes.put(path, node);
    if (!(old instanceof Text && node instanceof Text)) {
      found = new ConcurrentHashMap<>();
    }
  }

  void dir(String path) {
    if (!nodes.containsKey(path)) {
      put(path, DIR);
      dir(parent(path));
    }
  }

  /** A file that can only be read. */
  void file(String path, String text) {
    attribute(path, text, Access.READ, Hook.NONE, "");
  }

  void attribute(String path, String text, Access access, Hook hook, String owner) {
    dir(parent(path));
    put(path, new Text(text, access, hook, owner));
  }

  /** Changes the text of an attribute that is there. */
  void text(String path, String text) {
    if (nodes.get(path) instanceof Text old) {
      nodes.put(path, new Text(text, old.access(), old.hook(), old.owner()));
    }
  }

  /** A link to a canonical path, stored relative as sysfs does. */
  void link(String path, String to) {
    String from = parent(path);
    dir(from);
    int same = 0;
    for (int i = 0; i < from.length() && i < to.length() && from.charAt(i) == to.charAt(i); i++) {
      if (from.charAt(i) == '/') {
        same = i + 1;
      }
    }
    int up = 1;
    for (int i = same; i < from.length(); i++) {
      up += from.charAt(i) == '/' ? 1 : 0;
    }
    put(path, new Link("../".repeat(up) + to.substring(same)));
  }

  /** A link whose text is given, such as those under {@code /proc/PID/fd}. */
  void rawLink(String path, String target) {
    dir(parent(path));
    put(path, new Link(target));
  }

  /** Removes a path and all that is below it. */
  void remove(String path) {
    found = new ConcurrentHashMap<>();
    nodes.remove(path);
    nodes.subMap(path + "/", path + "0").clear();
  }

  /** The node at a canonical path. */
  Optional<Node> node(String canonical) {
    return Optional.ofNullable(nodes.get(canonical));
  }

  /** The canonical form of a path: every link resolved. Empty where it leads nowhere. */
  Optional<String> canonical(String path) {
    Optional<String> known = found.get(path);
    if (known == null) {
      known = walk("", path, 0);
      found.put(path, known);
    }
    return known;
  }

  private Optional<String> walk(String start, String path, int links) {
    String at = path.startsWith("/") ? "" : start;
    int from = 0;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      String name = path.substring(from, to);
      from = to + 1;
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        at = parent(at);
        continue;
      }
      String next = at.isEmpty() ? name : at + "/" + name;
      Node node = nodes.get(next);
      if (node == null) {
        return Optional.empty();
      }
      if (node instanceof Link(String target)) {
        Optional<String> led = links > MOST_LINKS ? Optional.empty() : walk(at, target, links + 1);
        if (led.isEmpty()) {
          return led;
        }
        next = led.get();
      }
      at = next;
    }
    return Optional.of(at);
  }

  Fact<String> read(String path) {
    Optional<String> canonical = canonical(path);
    if (canonical.isEmpty()) {
      return Fact.absent();
    }
    return switch (nodes.get(canonical.get())) {
      case Text(String text, Access access, Hook hook, String owner) when access == Access.WRITE ->
          new Fact.Unreadable<>(path, "Permission denied");
      case Text file -> Fact.known(withoutLineEnds(file.text()));
      case null, default -> new Fact.Unreadable<>(path, "Is a directory");
    };
  }

  Fact<List<String>> list(String path) {
    Optional<String> canonical = canonical(path);
    if (canonical.isEmpty()) {
      return Fact.absent();
    }
    if (!(nodes.get(canonical.get()) instanceof Dir)) {
      return new Fact.Unreadable<>(path, "Not a directory");
    }
    String below = canonical.get().isEmpty() ? "" : canonical.get() + "/";
    List<String> names = new ArrayList<>();
    String next = nodes.higherKey(below);
    while (next != null && next.startsWith(below)) {
      int slash = next.indexOf('/', below.length());
      if (slash < 0) {
        names.add(next.substring(below.length()));
        next = nodes.higherKey(next);
      } else {
        next = nodes.ceilingKey(next.substring(0, slash) + "0");
      }
    }
    return Fact.known(names);
  }

  Fact<String> link(String path) {
    Optional<String> in = canonical(parent(path));
    String name = path.substring(path.lastIndexOf('/') + 1);
    Node node = in.isEmpty() ? null : nodes.get(in.get().isEmpty() ? name : in.get() + "/" + name);
    return switch (node) {
      case null -> Fact.absent();
      case Link(String target) -> Fact.known(target);
      default -> new Fact.Unreadable<>(path, "Invalid argument");
    };
  }

  private static String withoutLineEnds(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\n') {
      end--;
    }
    return text.substring(0, end);
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}
