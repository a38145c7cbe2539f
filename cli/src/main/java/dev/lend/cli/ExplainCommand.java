package dev.lend.cli;

import dev.lend.explain.KnownError;
import dev.lend.explain.KnownErrors;
import dev.lend.explain.Recogniser;
import dev.lend.explain.Topic;
import dev.lend.json.Json;
import dev.lend.model.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Explains an error of Lend, QEMU, libvirt or the kernel. */
final class ExplainCommand implements Command {
  private static final int INDENT = 10;

  /** How much of a line from a log is shown again. */
  private static final int SHOWN = 160;

  private final InputStream in;

  ExplainCommand() {
    this(System.in);
  }

  /** Reads from there instead of standard input. */
  ExplainCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public String name() {
    return "explain";
  }

  @Override
  public Group group() {
    return Group.LOOK;
  }

  @Override
  public String summary() {
    return "Explain an error of the kernel, QEMU or libvirt: cause, check, remedy";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend explain 'vfio 0000:01:00.0: group 1 is not viable'",
        "a message, best in quotes",
        "dmesg | lend explain -",
        "whatever is known of what standard input says",
        "lend explain",
        "the names of all errors that are known");
  }

  @Override
  public Syntax syntax() {
    return Context.json(
        Syntax.none()
            .taking(
                new Syntax.Words.Any(
                    "NAME|MESSAGE", "an error's name, a message, or - to read standard input")));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    List<String> words = new ArrayList<>(arguments.words());
    boolean json = arguments.has("--json");
    if (words.size() > 1 && words.getLast().equals("--json")) {
      json = true;
      words.removeLast();
    }
    if (words.isEmpty()) {
      list(context, json);
      return ExitCode.DONE;
    }
    String text = String.join(" ", words);
    Optional<KnownError> named = KnownErrors.named(text);
    List<Recogniser.Found> found =
        named.isPresent()
            ? List.of(new Recogniser.Found(named.get(), ""))
            : text.equals("-") ? heard() : read(text);
    if (json) {
      context.out().print(json(found).pretty());
    } else {
      print(found, text.equals("-"), context);
    }
    if (found.isEmpty() && !json) {
      context.err().println("lend: " + Text.printable(unknown(text)));
    }
    return found.isEmpty() ? ExitCode.NO : ExitCode.DONE;
  }

  private static List<Recogniser.Found> read(String text) {
    Recogniser recogniser = new Recogniser();
    text.lines().forEach(recogniser::line);
    return recogniser.found();
  }

  private List<Recogniser.Found> heard() {
    Recogniser recogniser = new Recogniser();
    try {
      InputLines.of(in, recogniser::line);
    } catch (IOException e) {
      throw new UsageException("standard input cannot be read: " + e.getMessage());
    }
    return recogniser.found();
  }

  private static String unknown(String text) {
    if (text.equals("-")) {
      return "nothing in this is an error that Lend knows. lend explain lists those it does.";
    }
    List<String> names = new ArrayList<>();
    KnownErrors.all().forEach(error -> names.add(error.name()));
    Optional<String> near = text.length() < 40 ? Nearest.of(text, names) : Optional.empty();
    return near.isPresent()
        ? "no error of that name. Did you mean: lend explain " + near.get() + "?"
        : "Lend does not know this error. The kernel may have said more: dmesg | lend explain -";
  }

  private static void print(List<Recogniser.Found> found, boolean log, Context context) {
    Paragraphs paragraphs = new Paragraphs(context);
    boolean first = true;
    for (Recogniser.Found one : found) {
      KnownError error = one.error();
      if (!first) {
        paragraphs.blank();
      }
      first = false;
      paragraphs.line(Paragraphs.Ink.BOLD, error.name());
      if (log) {
        part(paragraphs, "said", cut(one.line().strip()));
      } else if (one.line().isEmpty()) {
        part(paragraphs, "as in", error.example());
      }
      part(paragraphs, "cause", error.cause());
      part(paragraphs, "check", error.check());
      part(paragraphs, "remedy", error.remedy());
      part(paragraphs, "source", error.source());
    }
  }

  private static String cut(String line) {
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
  }

  private static void part(Paragraphs paragraphs, String label, String text) {
    paragraphs.marked("  " + label + ":", Paragraphs.Ink.DIM, INDENT, text);
  }

  private static Json json(List<Recogniser.Found> found) {
    List<Json> all = new ArrayList<>();
    for (Recogniser.Found one : found) {
      all.add(
          Explained.parts(one.error())
              .put("source", one.error().source())
              .put("message", one.line())
              .build());
    }
    return Json.object().put("explained", new Json.Arr(all)).build();
  }

  private static void list(Context context, boolean json) {
    if (json) {
      List<Json> all = new ArrayList<>();
      for (KnownError error : KnownErrors.all()) {
        all.add(
            Explained.parts(error)
                .put("example", error.example())
                .put("source", error.source())
                .build());
      }
      context.out().print(Json.object().put("errors", new Json.Arr(all)).build().pretty());
      return;
    }
    int column = 0;
    for (KnownError error : KnownErrors.all()) {
      column = Math.max(column, error.name().length() + 4);
    }
    Paragraphs paragraphs = new Paragraphs(context);
    for (Topic topic : Topic.values()) {
      paragraphs.line(Paragraphs.Ink.BOLD, topic.title());
      for (KnownError error : KnownErrors.all()) {
        if (error.topic() == topic) {
          paragraphs.marked("  " + error.name(), Paragraphs.Ink.PLAIN, column, error.cause());
        }
      }
    }
  }
}
