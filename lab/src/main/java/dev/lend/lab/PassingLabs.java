package dev.lend.lab;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Labs that live no longer than the process that started them, so that two at once do not get in
 * each other's way: the process' number is in their name.
 */
public final class PassingLabs {
  private PassingLabs() {}

  /** The name of this process' own lab of a kind. */
  public static String name(String kind) {
    return kind + "-" + ProcessHandle.current().pid();
  }

  /**
   * Ends those whose process was killed: nobody else will.
   *
   * @param kind as in {@link #name}; those of which a process has several ({@code kind-word}) too
   */
  public static void endOrphans(String kind, LabPaths paths) {
    Pattern passing = Pattern.compile(Pattern.quote(kind) + "-(?:[a-z]+-)?(\\d{1,18})");
    for (String name : new LabRuns(paths).folders()) {
      Matcher matcher = passing.matcher(name);
      if (matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
        Lab orphan = Lab.of(LabOptions.defaults().withName(name), paths, LabListener.silent());
        orphan.discard();
        orphan.forget();
      }
    }
  }
}
