package dev.lend.model;

import java.util.Optional;

/**
 * How a function is bound to a driver: what a hand-over changes and must put back.
 *
 * @param driver the bound driver, if any
 * @param override the content of {@code driver_override}, if set (kernel: {@code
 *     Documentation/ABI/testing/sysfs-bus-pci})
 */
public record Binding(Optional<String> driver, Optional<String> override) {}
