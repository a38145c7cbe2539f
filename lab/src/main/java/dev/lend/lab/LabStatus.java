package dev.lend.lab;

import java.time.Instant;

/** Whether a lab is up. */
public sealed interface LabStatus {
  /** Which lab. */
  String name();

  /** No such lab runs. */
  record Down(String name) implements LabStatus {}

  /**
   * The lab runs and takes commands.
   *
   * @param pid process of its QEMU on this machine
   * @param since when that was started
   * @param image which image it runs
   * @param kept whether it keeps what is written, and so can reboot
   */
  record Up(String name, long pid, Instant since, String image, boolean kept)
      implements LabStatus {}
}
