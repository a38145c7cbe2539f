package dev.lend.gen;

/**
 * How many cases tests of random input try: a share in every build, and as many times that as the
 * system property {@code lend.fuzz} says where somebody has the time.
 */
public final class Fuzz {
  private Fuzz() {}

  /** So many cases in a usual build; more where that is asked for. */
  public static int times(int usual) {
    return usual * Integer.getInteger("lend.fuzz", 1);
  }
}
