package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A lab that keeps its state, through all that can happen to a host: a power cut, a moved card. */
@Tag("lab")
final class KeptLabIT {
  private static final String CARD_MAC = "52:54:00:1a:b1:01";

  /** A unit as Lend would install it: an ordinary one that is there before the network is. */
  private static final String UNIT =
      """
      [Unit]
      Wants=network-pre.target
      Before=network-pre.target libvirtd.service

      [Service]
      Type=oneshot
      RemainAfterExit=yes
      ExecStart=sh -c 'lend list > /var/lib/listed.part && mv /var/lib/listed.part /var/lib/listed.$(cat /proc/sys/kernel/random/boot_id)'

      [Install]
      WantedBy=multi-user.target
      """;

  @Test
  void whatWasSyncedAndEnabledIsThereAfterAPowerCutAndWithTheCardInAnotherSlot() {
    LabOptions options = TestLabs.options("own-").keeping();
    Lab lab = TestLabs.up(options);
    try {
      shell(lab, "echo mine > /var/lib/mine; sync /var/lib/mine /var/lib");
      shell(
          lab,
          """
          printf %s "$1" > /etc/systemd/system/early.service
          systemctl enable early.service 2>/dev/null
          sync
          """,
          UNIT);
      String first = boot(lab);

      lab.reboot(true);

      assertThat(KeptLabHost.settle(lab)).isEqualTo("running");
      String second = boot(lab);
      assertThat(second).isNotEqualTo(first);
      assertThat(shell(lab, "cat /var/lib/mine")).isEqualTo("mine");
      assertThat(shell(lab, "cat /var/lib/listed.$1", second)).contains("01:00.0");
      assertThat(lastOf(lab, "early.service")).isLessThan(firstOf(lab, "lend-lab.service"));
      assertThat(card(lab, "01:00.0")).isEqualTo("igb " + CARD_MAC);

      assertThat(lab.down()).isTrue();
      Lab moved = TestLabs.lab(options.withCardSlot(2));
      assertThat(moved.up()).isEqualTo(Lab.Started.NOW);

      assertThat(KeptLabHost.settle(moved)).isEqualTo("running");
      assertThat(card(moved, "02:00.0")).isEqualTo("igb " + CARD_MAC);
      assertThat(card(moved, "01:00.0")).startsWith("e1000e ");
      assertThat(shell(moved, "cat /var/lib/mine")).isEqualTo("mine");
      assertThat(shell(moved, "cat /var/lib/listed.$1", boot(moved))).contains("02:00.0");
    } finally {
      TestLabs.end(lab);
    }
  }

  private static String shell(Lab lab, String text, String... arguments) {
    String[] command = new String[arguments.length + 4];
    System.arraycopy(new String[] {"sh", "-ec", text, "sh"}, 0, command, 0, 4);
    System.arraycopy(arguments, 0, command, 4, arguments.length);
    return LabCommands.mustIn(lab, command);
  }

  private static String boot(Lab lab) {
    return shell(lab, "cat /proc/sys/kernel/random/boot_id");
  }

  /** Driver and hardware address of the network card at an address. */
  private static String card(Lab lab, String address) {
    return shell(
        lab,
        "cd /sys/bus/pci/devices/0000:$1; echo $(basename $(readlink driver)) $(cat net/*/address)",
        address);
  }

  /** When the unit's command ended, in microseconds since the boot. */
  private static long lastOf(Lab lab, String unit) {
    return Long.parseLong(
        shell(lab, "systemctl show --value -p ExecMainExitTimestampMonotonic $1", unit));
  }

  /** When the unit's command began. */
  private static long firstOf(Lab lab, String unit) {
    return Long.parseLong(
        shell(lab, "systemctl show --value -p ExecMainStartTimestampMonotonic $1", unit));
  }
}
