package dev.lend.model;

import java.util.Optional;

/**
 * A process of the host that uses a device.
 *
 * @param pid its number
 * @param command its command name ({@code /proc/PID/comm})
 * @param guestName what its command line says with {@code -name}, if it is a QEMU
 */
public record HostProcess(long pid, String command, Optional<String> guestName) {
  /** For a person: {@code qemu-system-x86 (pid 4242, guest web1)}. */
  public String describe() {
    return command + " (pid " + pid + guestName.map(name -> ", guest " + name).orElse("") + ")";
  }
}
