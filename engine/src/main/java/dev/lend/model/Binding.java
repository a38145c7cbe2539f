package dev.lend.model;

import java.util.Optional;

/**
 * How a function is bound to a driver: what a hand-over changes and must put back.
 *
 * @param driver the bound driver, if any
 * @param override the content of {@code driver_override}, if set (kernel: {@code
 *     Documentation/ABI/testing/sysfs-bus-pci})
 */
public record Binding(Optional<String> driver, Optional<String> override) {
  /**
   * True for each state that Lend itself passes on the way from one to the other: the override is
   * one of the two, and the function on one of the two drivers, or on none. Anything else is
   * somebody else's doing.
   */
  public boolean between(Binding from, Binding to) {
    boolean driven = driver.isEmpty() || driver.equals(from.driver) || driver.equals(to.driver);
    return driven && (override.equals(from.override) || override.equals(to.override));
  }

  /** For a person: {@code on igb, with the override igb}. */
  public String describe() {
    return "on "
        + driver.orElse("no driver")
        + override.map(name -> ", with the override " + name).orElse(", with no override");
  }
}
