package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Guests that take any VF: asked for at once by two people, and by labels. */
final class AnyVfLabIT extends LabHost {
  private static final String FIRST = "qmp:/run/guest/any0/qmp.sock";

  @BeforeEach
  void twoGuestsAndThreeVfs() {
    must("guest", "start", "any0");
    must("guest", "start", "any1");
    mustShell(
        """
        mkdir -p -m 755 /etc/lend
        printf '%s\\n' 'version: 1' 'pfs:' '- device: enp1s0' '  count: 3' '  labels: [dmz]' \
          '  each: {2: {labels: [fast]}}' > /etc/lend/any.yaml
        """);
    lend(0, "vf", "apply");
  }

  @AfterEach
  void nobodyHasAny() {
    lab.run("guest", "stop", "any0");
    lab.run("guest", "stop", "any1");
    lab.run("rm", "-rf", "/etc/lend", "/run/any");
    for (String vf : new String[] {"01:10.0", "01:10.2", "01:10.4"}) {
      lab.run("lend", "detach", vf);
    }
    lend(0, "vf", "remove", "enp1s0");
    must("ip", "link", "set", "enp1s0", "down");
  }

  /** Which VFs a guest has, by QEMU's word. */
  private String ofGuest(int guest) {
    return mustShell(
        "ls -l /proc/$(cat /run/guest/any$1/pid)/fd | grep -o '/dev/vfio/[0-9][0-9]*'", "" + guest);
  }

  @Test
  void twoWhoAskAtOnceGetDifferentVfsAndLabelsChooseWhatIsLeft() {
    mustShell(
        """
        mkdir -p /run/any
        for i in 0 1; do
          { rc=0
            lend attach --vf-of enp1s0 --guest qmp:/run/guest/any$i/qmp.sock > /run/any/$i.out 2>&1 || rc=$?
            echo $rc > /run/any/$i.rc; } &
        done
        wait
        """);
    assertThat(mustShell("cat /run/any/*.rc"))
        .as(mustShell("cat /run/any/*.out"))
        .isEqualTo("0\n0");
    assertThat(ofGuest(0)).isNotEqualTo(ofGuest(1));
    assertThat(mustShell("lend status --json | jq -r '[.. | .address? // empty] | unique | .[]'"))
        .isEqualTo("0000:01:10.0\n0000:01:10.2");

    assertThat(lend(1, "attach", "--label", "dmz", "--label", "slow", "--guest", FIRST).err())
        .contains("no VF is free with the label dmz and slow");
    assertThat(lend(0, "attach", "--label", "dmz", "--label", "fast", "--guest", FIRST).out())
        .contains("01:10.4");
    assertThat(lend(1, "attach", "--label", "dmz", "--guest", FIRST).err())
        .contains("no VF is free");
    assertThat(lend(1, "attach", "--vf-of", "enp1s0", "--guest", FIRST).err())
        .contains("no VF is free of 01:00.0");

    // What is refused anyway costs no guest its VF.
    assertThat(lend(1, "vf", "create", "enp1s0", "5", "--replace", "--link", "disable").err())
        .contains("cannot set link-state");
    assertThat(ofGuest(0).lines()).hasSize(2);
    assertThat(lend(0, "vf", "create", "enp1s0", "5", "--replace", "--dry-run").out())
        .contains("is lent to " + FIRST + ", and taken back first");
  }
}
