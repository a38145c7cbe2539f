package dev.lend.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON strictly as RFC 8259 has it; duplicate names are refused, since the journal must mean
 * one thing.
 */
final class JsonReader {
  static final int MAX_DEPTH = 100;

  /** No number that Lend reads is longer; longer ones would only cost time. */
  private static final int MAX_NUMBER_LENGTH = 100;

  private static final int MAX_DIGITS = 40;
  private static final int MAX_SCALE = 999;

  private final String text;
  private int at;
  private int depth;

  JsonReader(String text) {
    this.text = text;
  }

  Json whole() {
    Json value = value();
    space();
    if (at < text.length()) {
      throw wrong("more follows after the value");
    }
    return value;
  }

  private Json value() {
    space();
    if (at >= text.length()) {
      throw wrong("the text ends too early");
    }
    return switch (text.charAt(at)) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new Json.Text(string());
      case 't' -> word("true", new Json.Bool(true));
      case 'f' -> word("false", new Json.Bool(false));
      case 'n' -> word("null", new Json.Nil());
      default -> number();
    };
  }

  private Json object() {
    enter();
    Map<String, Json> members = new LinkedHashMap<>();
    if (!closes('}')) {
      do {
        space();
        if (at >= text.length() || text.charAt(at) != '"') {
          throw wrong("a name must stand here");
        }
        String name = string();
        space();
        expect(':');
        if (members.putIfAbsent(name, value()) != null) {
          throw wrong("the name \"" + name + "\" stands twice");
        }
      } while (another('}'));
    }
    depth--;
    return new Json.Obj(members);
  }

  private Json array() {
    enter();
    List<Json> items = new ArrayList<>();
    if (!closes(']')) {
      do {
        items.add(value());
      } while (another(']'));
    }
    depth--;
    return new Json.Arr(items);
  }

  private void enter() {
    at++;
    if (++depth > MAX_DEPTH) {
      throw wrong("nested too deep");
    }
  }

  private boolean closes(char end) {
    space();
    if (at < text.length() && text.charAt(at) == end) {
      at++;
      return true;
    }
    return false;
  }

  private boolean another(char end) {
    if (closes(end)) {
      return false;
    }
    expect(',');
    return true;
  }

  private String string() {
    int start = ++at;
    while (at < text.length() && plain(text.charAt(at))) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return text.substring(start, at++);
    }
    StringBuilder value = new StringBuilder(text.substring(start, at));
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return value.toString();
      }
      if (c < 0x20) {
        throw wrong("a control character in a string");
      }
      value.append(c == '\\' ? escaped() : c);
    }
    throw wrong("a string without end");
  }

  private static boolean plain(char c) {
    return c != '"' && c != '\\' && c >= 0x20;
  }

  private char escaped() {
    if (at >= text.length()) {
      throw wrong("a string without end");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("an unknown escape");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      // Character.digit takes digits of other scripts as well.
      boolean ascii = at < text.length() && text.charAt(at) <= 'f';
      int digit = ascii ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw wrong("four hex digits must follow \\u");
      }
      code = code << 4 | digit;
      at++;
    }
    return (char) code;
  }

  private Json number() {
    int start = at;
    skip('-');
    if (!skip('0') && digits() == 0) {
      throw wrong("a value must stand here");
    }
    if (skip('.') && digits() == 0) {
      throw wrong("digits must follow the point");
    }
    if (skip('e') || skip('E')) {
      if (!skip('+')) {
        skip('-');
      }
      int digits = digits();
      if (digits == 0 || digits > 4) {
        throw wrong("one to four digits must follow the exponent");
      }
    }
    if (at - start > MAX_NUMBER_LENGTH) {
      throw wrong("a number that is too long");
    }
    BigDecimal number = new BigDecimal(text.substring(start, at));
    if (number.precision() > MAX_DIGITS || Math.abs(number.scale()) > MAX_SCALE) {
      throw wrong("a number out of range");
    }
    return new Json.Num(number);
  }

  private boolean skip(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private int digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - start;
  }

  private Json word(String word, Json value) {
    if (!text.startsWith(word, at)) {
      throw wrong("a value must stand here");
    }
    at += word.length();
    return value;
  }

  private void expect(char c) {
    space();
    if (!skip(c)) {
      throw wrong("'" + c + "' must stand here");
    }
  }

  private void space() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private JsonException wrong(String what) {
    return new JsonException(what + " (at character " + at + ")");
  }
}
