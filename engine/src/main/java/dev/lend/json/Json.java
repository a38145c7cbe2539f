package dev.lend.json;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value (RFC 8259). Lend's own because a library doubles the start-up time of the command
 * line, and because the journal must be readable with {@code java.base} alone.
 */
public sealed interface Json {
  /** An object; members keep their order. */
  record Obj(Map<String, Json> members) implements Json {
    /** Keeps a copy in the same order. */
    public Obj {
      members = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** The member of that name, if there is one and it is not {@code null}. */
    public Optional<Json> get(String name) {
      Json value = members.get(name);
      return value == null || value instanceof Nil ? Optional.empty() : Optional.of(value);
    }

    /**
     * The text of a member.
     *
     * @throws JsonException there is none, or it is no text
     */
    public String text(String name) {
      if (get(name).orElse(null) instanceof Text(String value)) {
        return value;
      }
      throw new JsonException("member \"" + name + "\" must be text");
    }

    /** The text of a member, if there is one. */
    public Optional<String> optionalText(String name) {
      return members.get(name) instanceof Text(String value)
          ? Optional.of(value)
          : Optional.empty();
    }

    /**
     * The whole number in a member.
     *
     * @throws JsonException there is none, or it is no whole number that a long can hold
     */
    public long number(String name) {
      if (get(name).orElse(null) instanceof Num(BigDecimal value)) {
        try {
          return value.longValueExact();
        } catch (ArithmeticException tooWide) {
          throw new JsonException("member \"" + name + "\" must be a whole number", tooWide);
        }
      }
      throw new JsonException("member \"" + name + "\" must be a number");
    }

    /**
     * The truth value in a member.
     *
     * @throws JsonException there is none, or it is no truth value
     */
    public boolean flag(String name) {
      if (get(name).orElse(null) instanceof Bool(boolean value)) {
        return value;
      }
      throw new JsonException("member \"" + name + "\" must be true or false");
    }

    /**
     * The object in a member.
     *
     * @throws JsonException there is none, or it is no object
     */
    public Obj object(String name) {
      if (get(name).orElse(null) instanceof Obj value) {
        return value;
      }
      throw new JsonException("member \"" + name + "\" must be an object");
    }

    /**
     * The array in a member.
     *
     * @throws JsonException there is none, or it is no array
     */
    public List<Json> array(String name) {
      if (get(name).orElse(null) instanceof Arr(List<Json> items)) {
        return items;
      }
      throw new JsonException("member \"" + name + "\" must be an array");
    }
  }

  /** An array. */
  record Arr(List<Json> items) implements Json {
    /** Keeps a copy. */
    public Arr {
      items = List.copyOf(items);
    }
  }

  /** A string. */
  record Text(String value) implements Json {}

  /** A number. */
  record Num(BigDecimal value) implements Json {}

  /** A truth value. */
  record Bool(boolean value) implements Json {}

  /** {@code null}. */
  record Nil() implements Json {}

  /** A text, or null where there is none. */
  static Json of(Optional<String> value) {
    return value.isPresent() ? new Text(value.get()) : new Nil();
  }

  /** A text. */
  static Json of(String value) {
    return new Text(value);
  }

  /** A whole number. */
  static Json of(long value) {
    return new Num(BigDecimal.valueOf(value));
  }

  /** A truth value. */
  static Json of(boolean value) {
    return new Bool(value);
  }

  /** An array of texts. */
  static Json texts(Iterable<?> values) {
    List<Json> items = new java.util.ArrayList<>();
    for (Object value : values) {
      items.add(new Text(value.toString()));
    }
    return new Arr(items);
  }

  /** The start of an object whose members are added one by one. */
  static Builder object() {
    return new Builder();
  }

  /**
   * Reads one value that fills the whole text.
   *
   * @throws JsonException the text is no JSON, is nested deeper than {@value JsonReader#MAX_DEPTH},
   *     or more follows
   */
  static Json parse(String text) {
    return new JsonReader(text).whole();
  }

  /**
   * Reads one object that fills the whole text.
   *
   * @throws JsonException as {@link #parse}, or the value is no object
   */
  static Obj parseObject(String text) {
    if (parse(text) instanceof Obj object) {
      return object;
    }
    throw new JsonException("an object must stand here");
  }

  /** The value on one line without spaces. */
  default String compact() {
    JsonWriter writer = new JsonWriter(false);
    writer.value(this);
    return writer.toString();
  }

  /** The value over several lines, two spaces an indent, a line end at the end. */
  default String pretty() {
    JsonWriter writer = new JsonWriter(true);
    writer.value(this);
    return writer.toString() + "\n";
  }

  /** Builds an object member by member. */
  final class Builder {
    private final Map<String, Json> members = new LinkedHashMap<>();

    private Builder() {}

    /** Adds a member. */
    public Builder put(String name, Json value) {
      members.put(name, value);
      return this;
    }

    /** Adds a text. */
    public Builder put(String name, String value) {
      return put(name, new Text(value));
    }

    /** Adds a text, or null. */
    public Builder put(String name, Optional<String> value) {
      return put(name, of(value));
    }

    /** Adds a whole number. */
    public Builder put(String name, long value) {
      return put(name, of(value));
    }

    /** Adds a truth value. */
    public Builder put(String name, boolean value) {
      return put(name, new Bool(value));
    }

    /** The object. */
    public Obj build() {
      return new Obj(members);
    }
  }
}
