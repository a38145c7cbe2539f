package dev.lend.plan;

/** For how long a guest gets a device. */
public enum Lasting {
  /** Until the guest ends. */
  LIVE,
  /** From its next start on: its definition has it then. */
  NEXT_START,
  /** Now, and at its every start. */
  ALWAYS;

  /** True where it is plugged into the guest that runs. */
  public boolean live() {
    return this != NEXT_START;
  }

  /** True where it goes into the guest's definition. */
  public boolean defined() {
    return this != LIVE;
  }
}
