package dev.lend.act;

/** A guest did not let a device go when it was asked to. */
final class Kept extends StepFailure {
  private static final long serialVersionUID = 1;

  private final Guests.Answer answer;

  Kept(Guests.Answer answer, String message) {
    super(message);
    this.answer = answer;
  }

  Guests.Answer answer() {
    return answer;
  }
}
