package dev.lend.config;

import dev.lend.model.Nearest;
import dev.lend.model.Reading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** The keys and values on one level of a file. */
final class Block {
  /**
   * What is read of one key.
   *
   * @param line where the key is
   */
  private record Entry(int line, Node value) {}

  private final int line;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Problems problems;
  private final Budget budget;

  /**
   * How many keys are looked at in all. A file of the largest size that makes sense holds fewer; by
   * aliases it could have them looked at again and again.
   */
  static final class Budget {
    private static final int MOST_KEYS = 200_000;
    private int left = MOST_KEYS;

    private boolean spend(int keys) {
      left -= keys;
      return left >= 0;
    }
  }

  private Block(int line, Problems problems, Budget budget) {
    this.line = line;
    this.problems = problems;
    this.budget = budget;
  }

  /**
   * The keys of a node.
   *
   * @param name what the node belongs to, for messages
   */
  static Optional<Block> of(Node node, String name, Problems problems, Budget budget) {
    int line = YamlText.line(node.getStartMark());
    Block block = new Block(line, problems, budget);
    if (empty(node)) {
      return Optional.of(block);
    }
    if (!(node instanceof MappingNode mapping) || !plainTag(node, Tag.MAP)) {
      problems.add(line, name + " takes keys with values below it, not " + kind(node));
      return Optional.empty();
    }
    if (!budget.spend(mapping.getValue().size())) {
      problems.add(line, "too much in one file");
      return Optional.empty();
    }
    for (NodeTuple tuple : mapping.getValue()) {
      block.take(tuple);
    }
    return Optional.of(block);
  }

  private void take(NodeTuple tuple) {
    Node key = tuple.getKeyNode();
    int at = YamlText.line(key.getStartMark());
    if (!(key instanceof ScalarNode scalar) || !plainTag(key, Tag.STR)) {
      problems.add(at, "a key is one word, not " + kind(key));
      return;
    }
    Entry before = entries.putIfAbsent(scalar.getValue(), new Entry(at, tuple.getValueNode()));
    if (before != null) {
      problems.add(
          at, scalar.getValue() + " is here twice; it is in line " + before.line() + " already");
    }
  }

  /** The line where it begins. */
  int line() {
    return line;
  }

  /** The line of a key; that of the whole where the key is not there. */
  int line(String key) {
    Entry entry = entries.get(key);
    return entry == null ? line : entry.line();
  }

  /** True where the key is there, whatever its value. */
  boolean has(String key) {
    return entries.containsKey(key);
  }

  /** The keys, as they are in the file. */
  Collection<String> keys() {
    return entries.keySet();
  }

  /** Objects to keys that are none of these. */
  void allow(List<String> known) {
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      if (problems.full()) {
        return;
      }
      if (!known.contains(entry.getKey())) {
        problems.add(entry.getValue().line(), unknown(entry.getKey(), known));
      }
    }
  }

  private static String unknown(String key, List<String> known) {
    if (key.equals("<<")) {
      return "<< (merge) is no part of YAML 1.2; an alias can only be a whole value: vf: *common";
    }
    return "no such key here: "
        + Characters.brief(key)
        + Nearest.of(key, known)
            .map(near -> ". Did you mean " + near + "?")
            .orElse(" (there are " + String.join(", ", known) + ")");
  }

  /** What the text of a key means; empty where it is not there or means nothing. */
  <T> Optional<T> text(String key, Function<String, Reading<T>> meaning) {
    return scalar(key).flatMap(scalar -> meant(key, meaning.apply(scalar.getValue())));
  }

  /** What the number of a key means. In quotes it is a text, and no number. */
  <T> Optional<T> number(String key, Function<String, Reading<T>> meaning) {
    Optional<ScalarNode> scalar = scalar(key);
    if (scalar.isPresent() && !scalar.get().isPlain()) {
      problems.add(
          line(key),
          key
              + " takes a number, and \""
              + Characters.brief(scalar.get().getValue())
              + "\" in quotes is a text");
      return Optional.empty();
    }
    return scalar.flatMap(number -> meant(key, meaning.apply(number.getValue())));
  }

  private <T> Optional<T> meant(String key, Reading<T> reading) {
    return switch (reading) {
      case Reading.Meant<T>(T value) -> Optional.of(value);
      case Reading.Wrong<T>(String why) -> {
        problems.add(line(key), key + ": " + why);
        yield Optional.empty();
      }
    };
  }

  private Optional<ScalarNode> scalar(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.value() instanceof ScalarNode scalar && plainTag(scalar, Tag.STR) && !empty(scalar)) {
      return Optional.of(scalar);
    }
    problems.add(entry.line(), key + " takes one value, not " + kind(entry.value()));
    return Optional.empty();
  }

  /** The keys below a key; empty where it is not there. */
  Optional<Block> block(String key) {
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : of(entry.value(), key, problems, budget);
  }

  /** The items below a key, each with keys of its own; none where it is not there. */
  List<Block> items(String key) {
    Entry entry = entries.get(key);
    if (entry == null || empty(entry.value())) {
      return List.of();
    }
    if (!(entry.value() instanceof SequenceNode sequence) || !plainTag(sequence, Tag.SEQ)) {
      problems.add(
          entry.line(),
          key + " takes a list, each item with \"- \" before it, not " + kind(entry.value()));
      return List.of();
    }
    List<Block> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      of(item, "an item of " + key, problems, budget).ifPresent(items::add);
    }
    return items;
  }

  /** What the texts of a list mean; those that mean nothing are left out. */
  <T> List<T> texts(String key, Function<String, Reading<T>> meaning) {
    Entry entry = entries.get(key);
    if (entry == null || empty(entry.value())) {
      return List.of();
    }
    if (!(entry.value() instanceof SequenceNode sequence)
        || !plainTag(sequence, Tag.SEQ)
        || !budget.spend(sequence.getValue().size())) {
      problems.add(
          entry.line(),
          key + " takes a list, each item with \"- \" before it, not " + kind(entry.value()));
      return List.of();
    }
    List<T> texts = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      int at = YamlText.line(item.getStartMark());
      if (!(item instanceof ScalarNode scalar) || !plainTag(item, Tag.STR) || empty(item)) {
        problems.add(at, "an item of " + key + " is one value, not " + kind(item));
      } else {
        switch (meaning.apply(scalar.getValue())) {
          case Reading.Meant<T>(T value) -> texts.add(value);
          case Reading.Wrong<T>(String why) -> problems.add(at, key + ": " + why);
        }
      }
    }
    return texts;
  }

  /** YAML's null: nothing, or one of the words for it (YAML 1.2.2, 10.3.2). */
  private static boolean empty(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.isPlain()
        && List.of("", "~", "null", "Null", "NULL").contains(scalar.getValue());
  }

  private static boolean plainTag(Node node, Tag tag) {
    return node.getTag().equals(tag);
  }

  private static String kind(Node node) {
    if (empty(node)) {
      return "nothing";
    }
    return switch (node.getNodeType()) {
      case SCALAR ->
          plainTag(node, Tag.STR)
              ? Characters.brief(((ScalarNode) node).getValue())
              : "the type " + Characters.brief(node.getTag().getValue());
      case SEQUENCE -> "a list";
      case MAPPING -> "keys with values";
      case ANCHOR -> "an anchor";
    };
  }
}
