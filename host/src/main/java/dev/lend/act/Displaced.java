package dev.lend.act;

/**
 * What a step is about is no more what it was planned for: another device sits there, or somebody
 * else has changed it. It is left alone.
 */
final class Displaced extends StepFailure {
  private static final long serialVersionUID = 1;

  Displaced(String message) {
    super(message);
  }
}
