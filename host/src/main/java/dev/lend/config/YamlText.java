package dev.lend.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Makes a tree of a file's text. Nothing is made of the tree here: no object, no number. Aliases
 * are followed, within limits; merge keys ({@code <<}) are no part of YAML 1.2, and none of this.
 */
final class YamlText {
  /** The schema needs seven; the library goes into itself once for each. */
  private static final int DEEPEST = 16;

  /** Enough for one set of settings used by every PF of a large host. */
  private static final int MOST_ALIASES = 64;

  /** What the library says, where people who do not read grammars need more. */
  private static final Map<String, String> ADVICE =
      Map.of(
          "mapping values are not allowed here",
          "a ': ' where none can be: is the line indented like those around it?");

  private final Problems problems;

  /** How far it was read. */
  private int reached = 1;

  private YamlText(Problems problems) {
    this.problems = problems;
  }

  /** The tree; empty where there is none, and then that is a problem. */
  static Optional<Node> read(String text, Problems problems) {
    return new YamlText(problems).read(text);
  }

  private Optional<Node> read(String text) {
    LoadSettings settings = settings(problems.file());
    int before = problems.count();
    try {
      limit(new Parse(settings).parseString(text));
      if (problems.count() > before) {
        return Optional.empty();
      }
      Optional<Node> tree = new Compose(settings).composeString(text);
      if (tree.isEmpty()) {
        problems.add(1, "nothing is in it; a file begins with version: 1");
      }
      return tree;
    } catch (MarkedYamlEngineException wrong) {
      problems.add(line(wrong.getProblemMark()), "no YAML: " + words(wrong));
    } catch (YamlEngineException wrong) {
      problems.add(reached, "no YAML from here on: " + firstLine(wrong.getMessage()));
    } catch (IllegalArgumentException | IndexOutOfBoundsException stumbled) {
      // The library does not foresee everything: it takes "\\UFFFFFFFF" for a number of 31 bits.
      problems.add(reached, "no YAML from here on");
    }
    return Optional.empty();
  }

  private static LoadSettings settings(String file) {
    // Failsafe: every scalar is the text that it is; what belongs where is for the schema of ours.
    return LoadSettings.builder()
        .setLabel(file)
        .setSchema(new FailsafeSchema())
        // So that a list in a key's place is named with its line.
        .setAllowNonScalarKeys(true)
        .setMaxAliasesForCollections(MOST_ALIASES)
        .build();
  }

  /** Reads as far as the limits allow, before anything is built. */
  private void limit(Iterable<Event> events) {
    int depth = 0;
    int documents = 0;
    int aliases = 0;
    for (Event event : events) {
      reached = line(event.getStartMark());
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case DocumentStart -> documents++;
        case Alias -> aliases++;
        case DocumentEnd, Scalar, Comment, StreamStart, StreamEnd -> {}
      }
      Optional<String> over = over(depth, documents, aliases);
      if (over.isPresent()) {
        problems.add(reached, over.get());
        return;
      }
    }
  }

  private static Optional<String> over(int depth, int documents, int aliases) {
    if (depth > DEEPEST) {
      return Optional.of("nested too deep (more than " + DEEPEST + " levels)");
    }
    if (documents > 1) {
      return Optional.of("a second document begins here; a file holds one");
    }
    return aliases > MOST_ALIASES
        ? Optional.of("too many aliases (more than " + MOST_ALIASES + ")")
        : Optional.empty();
  }

  /** The line of a mark, counted from 1. */
  static int line(Optional<Mark> mark) {
    return mark.map(known -> known.getLine() + 1).orElse(0);
  }

  private static String words(MarkedYamlEngineException wrong) {
    String problem = firstLine(wrong.getProblem());
    @Nullable String context = wrong.getContext();
    for (Map.Entry<String, String> advice : ADVICE.entrySet()) {
      if (problem.startsWith(advice.getKey())) {
        return problem + " (" + advice.getValue() + ")";
      }
    }
    return context == null || context.isBlank() ? problem : firstLine(context) + ", " + problem;
  }

  private static String firstLine(@Nullable String text) {
    List<String> lines = text == null ? List.of() : text.strip().lines().limit(1).toList();
    return lines.isEmpty() ? "it cannot be read" : lines.getFirst();
  }
}
