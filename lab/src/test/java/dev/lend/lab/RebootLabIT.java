package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A reboot in order, in the lab that other tests reboot as well. */
final class RebootLabIT extends KeptLabHost {
  @AfterEach
  void leaveNothingBehind() {
    mustShell(
        """
        systemctl --quiet disable --now farewell.service
        rm -f /etc/systemd/system/farewell.service /var/lib/farewell
        systemctl daemon-reload
        """);
  }

  @Test
  void aRebootInOrderStopsUnitsAndKeepsWhatNobodySynced() {
    mustShell(
        """
        printf %s "$1" > /etc/systemd/system/farewell.service
        systemctl --quiet enable --now farewell.service
        """,
        """
        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=true
        ExecStop=sh -c 'echo farewell > /var/lib/farewell'

        [Install]
        WantedBy=multi-user.target
        """);
    String before = boot();

    assertThat(reboot(false)).isEqualTo("running");

    assertThat(boot()).isNotEqualTo(before);
    assertThat(must("cat", "/var/lib/farewell")).isEqualTo("farewell");
    assertThat(must("systemctl", "is-active", "farewell.service")).isEqualTo("active");
  }
}
