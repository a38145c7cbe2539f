package dev.lend.json;

import java.util.List;
import java.util.Map;

/**
 * Writes JSON piece by piece, so that a list of 65,536 functions need not be built as values first.
 * The caller keeps the pieces in a legal order.
 */
public final class JsonWriter {
  private final StringBuilder text = new StringBuilder(256);
  private final boolean pretty;
  private int depth;
  private boolean first = true;
  private boolean afterName;

  /**
   * @param pretty true for several indented lines, false for one line
   */
  public JsonWriter(boolean pretty) {
    this.pretty = pretty;
  }

  /** Opens an object. */
  public JsonWriter beginObject() {
    return open('{');
  }

  /** Closes it. */
  public JsonWriter endObject() {
    return close('}');
  }

  /** Opens an array. */
  public JsonWriter beginArray() {
    return open('[');
  }

  /** Closes it. */
  public JsonWriter endArray() {
    return close(']');
  }

  /** Starts a member; its value must follow. */
  public JsonWriter name(String name) {
    separate();
    string(name);
    text.append(pretty ? ": " : ":");
    afterName = true;
    return this;
  }

  /** A text. */
  public JsonWriter value(String value) {
    separate();
    string(value);
    return this;
  }

  /** A whole number. */
  public JsonWriter value(long value) {
    separate();
    text.append(value);
    return this;
  }

  /** A truth value. */
  public JsonWriter value(boolean value) {
    separate();
    text.append(value);
    return this;
  }

  /** {@code null}. */
  public JsonWriter nil() {
    separate();
    text.append("null");
    return this;
  }

  /** A whole value. */
  public JsonWriter value(Json json) {
    switch (json) {
      case Json.Obj(Map<String, Json> members) -> {
        beginObject();
        for (Map.Entry<String, Json> member : members.entrySet()) {
          name(member.getKey()).value(member.getValue());
        }
        endObject();
      }
      case Json.Arr(List<Json> items) -> {
        beginArray();
        for (Json item : items) {
          value(item);
        }
        endArray();
      }
      case Json.Text(String value) -> value(value);
      case Json.Num(java.math.BigDecimal value) -> {
        separate();
        text.append(value);
      }
      case Json.Bool(boolean value) -> value(value);
      case Json.Nil() -> nil();
    }
    return this;
  }

  /** What was written so far and not yet handed over. */
  @Override
  public String toString() {
    return text.toString();
  }

  /** Hands over what was written so far and forgets it, so that a long array needs no long text. */
  public String drain() {
    String part = text.toString();
    text.setLength(0);
    return part;
  }

  private JsonWriter open(char bracket) {
    separate();
    text.append(bracket);
    depth++;
    first = true;
    return this;
  }

  private JsonWriter close(char bracket) {
    depth--;
    if (!first) {
      newLine();
    }
    text.append(bracket);
    first = false;
    return this;
  }

  private void separate() {
    if (afterName) {
      afterName = false;
      first = false;
      return;
    }
    if (!first) {
      text.append(',');
    }
    if (depth > 0) {
      newLine();
    }
    first = false;
  }

  private void newLine() {
    if (pretty) {
      text.append('\n').repeat(' ', 2 * depth);
    }
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          // DEL and the C1 controls are legal here, and would steer a terminal that shows them.
          if (c < 0x20 || c >= 0x7f && c < 0xa0 || Character.isSurrogate(c) && !paired(value, i)) {
            text.append("\\u").repeat('0', c < 0x10 ? 3 : c < 0x100 ? 2 : 0);
            text.append(Integer.toHexString(c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  private static boolean paired(String value, int i) {
    return Character.isHighSurrogate(value.charAt(i))
        ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
  }
}
