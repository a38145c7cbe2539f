package dev.lend.model;

import java.util.Optional;

/**
 * A write that a child process of Lend does, or a module that it loads.
 *
 * @param path what is written to, from the root of the host; {@code sys/module/NAME} for a module
 * @param value what is written
 * @param device the function that it changes; empty for a module
 * @param task the child
 */
public record PendingWrite(
    String path, String value, Optional<PciAddress> device, KernelTask task) {
  private static final String MODULES = "sys/module/";

  /** True where a module is loaded. */
  public boolean loadsModule() {
    return path.startsWith(MODULES);
  }

  /** The command that a person would type for it. */
  public String shell() {
    return loadsModule()
        ? "modprobe " + path.substring(MODULES.length())
        : "echo '" + value.strip() + "' > /" + path;
  }
}
