package dev.lend.cli;

import dev.lend.explain.KnownError;
import dev.lend.explain.Recogniser;
import dev.lend.json.Json;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.List;

/** What is known of an error that Lend reports, below that error. */
final class Explained {
  private Explained() {}

  /** The errors that what was said speaks of, about a function. */
  static List<KnownError> of(List<String> said, PciAddress device) {
    Recogniser recogniser = new Recogniser();
    for (String text : said) {
      text.lines().forEach(recogniser::line);
    }
    List<KnownError> errors = new ArrayList<>();
    recogniser.found().forEach(found -> errors.add(found.error().about(device)));
    return errors;
  }

  /** For a person, a line for each part. */
  static List<String> lines(List<KnownError> errors) {
    List<String> lines = new ArrayList<>();
    for (KnownError error : errors) {
      lines.add("  cause:  " + error.cause() + " [" + error.name() + "]");
      lines.add("  check:  " + error.check());
      lines.add("  remedy: " + error.remedy());
    }
    return lines;
  }

  /** For programs. */
  static Json json(List<KnownError> errors) {
    List<Json> all = new ArrayList<>();
    errors.forEach(error -> all.add(parts(error).build()));
    return new Json.Arr(all);
  }

  /** Name, cause, check and remedy. */
  static Json.Builder parts(KnownError error) {
    return Json.object()
        .put("name", error.name())
        .put("cause", error.cause())
        .put("check", error.check())
        .put("remedy", error.remedy());
  }
}
