package dev.lend.sysfs;

/**
 * Names as shells match them (POSIX.1-2017, Shell and Utilities, 2.13): {@code *}, {@code ?},
 * {@code [a-z]}.
 */
final class Glob {
  private Glob() {}

  /** True where the pattern matches all of the text. In time bounded by both lengths multiplied. */
  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int from = 0;
    while (t < text.length()) {
      int next =
          p < pattern.length() && pattern.charAt(p) != '*' ? step(pattern, p, text.charAt(t)) : -1;
      if (next >= 0) {
        p = next;
        t++;
      } else if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        from = t;
      } else if (star >= 0) {
        p = star + 1;
        t = ++from;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** Where the pattern goes on after it matched one character; -1 where it does not. */
  private static int step(String pattern, int at, char c) {
    char wanted = pattern.charAt(at);
    if (wanted == '?') {
      return at + 1;
    }
    int close = wanted == '[' ? pattern.indexOf(']', at + 2) : -1;
    if (close < 0) {
      return wanted == c ? at + 1 : -1;
    }
    boolean inverted = pattern.charAt(at + 1) == '!' || pattern.charAt(at + 1) == '^';
    boolean in = false;
    for (int i = at + (inverted ? 2 : 1); i < close; i++) {
      if (i + 2 < close && pattern.charAt(i + 1) == '-') {
        in |= c >= pattern.charAt(i) && c <= pattern.charAt(i + 2);
        i += 2;
      } else {
        in |= c == pattern.charAt(i);
      }
    }
    return in != inverted ? close + 1 : -1;
  }
}
