package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A person who is logged in over SSH through a network card, and lends that card: refused, or taken
 * back by itself. The session is a real one, from the lab's other network namespace.
 */
final class WrongCardLabIT extends LabHost {
  private static final String CARD = "02:00.0";

  /** The card has an address and a default route, and a server of its own listens for sessions. */
  @BeforeEach
  void aCardToLogInThrough() {
    mustShell(
        """
        rm -rf /run/wrong-card
        mkdir -m 700 /run/wrong-card
        cd /run/wrong-card
        ssh-keygen -q -t ed25519 -N '' -f key
        net=$(ls /sys/bus/pci/devices/0000:02:00.0/net)
        ip address add 10.9.0.2/24 dev $net
        ip link set $net up
        ip route add default via 10.9.0.1 dev $net metric 500
        printf '%s\\n' 'Port 2222' 'HostKey /run/lab/host_key' 'AuthorizedKeysFile /run/wrong-card/key.pub' \\
          'PidFile /run/wrong-card/sshd.pid' 'PermitRootLogin prohibit-password' 'UsePAM no' 'UseDNS no' \\
          'StrictModes no' > sshd_config
        /usr/sbin/sshd -f /run/wrong-card/sshd_config
        cat > ssh << 'END'
        #!/bin/sh
        exec ip netns exec peer ssh -q -F none -i /run/wrong-card/key -p 2222 -o StrictHostKeyChecking=no \\
          -o UserKnownHostsFile=/dev/null -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=2 \\
          -o ServerAliveCountMax=3 root@10.9.0.2 "$@"
        END
        chmod +x ssh
        qemu-system-x86_64 -nodefaults -display none -machine q35,accel=tcg -m 64 -S -daemonize \\
          -pidfile qemu.pid -qmp unix:/run/wrong-card/qmp.sock,server=on,wait=off \\
          -device pcie-root-port,id=rp0,chassis=1,slot=1
        # A card takes a moment to have its link.
        timeout 120 sh -c 'until ./ssh true; do sleep 0.2; done'
        """);
  }

  @AfterEach
  void theCardIsAsItWas() {
    lab.run("lend", "recover");
    lab.run("lend", "return", CARD);
    mustShell(
        """
        kill $(cat /run/wrong-card/sshd.pid /run/wrong-card/qemu.pid) || true
        net=$(ls /sys/bus/pci/devices/0000:02:00.0/net)
        ip address flush dev $net
        ip link set $net down
        rm -rf /run/wrong-card
        """);
    assertThat(lab.run("lend", "status").out()).contains("Nothing is lent.");
  }

  /** What a command in the session comes to, and whether the session is still there after it. */
  private RunResult inSession(String command) {
    return lab.run(
        "/run/wrong-card/ssh",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; "
            + command
            + "; echo \"status $?, still here\"");
  }

  @Test
  void theCardUnderOnesOwnSessionIsRefusedByNameAndTheSessionGoesOn() {
    for (String command :
        new String[] {
          "lend reserve " + CARD + " --yes",
          "lend attach " + CARD + " --guest qmp:/run/wrong-card/qmp.sock --yes",
          "lend reserve " + CARD + " --yes --accept default-route"
        }) {
      RunResult result = inSession(command);
      assertThat(result.out()).as(command).contains("status 1, still here");
      assertThat(result.err()).as(command).contains("carries your own SSH session");
    }
    assertThat(inSession("lend reserve " + CARD + " --yes --accept session").err())
        .contains("carries this host's default route");
    RunResult detach = inSession("lend detach " + CARD);
    assertThat(detach.out()).contains("status 1, still here");
    assertThat(detach.err()).contains("is not lent");
  }

  @Test
  void theCardUnderSomebodyElsesSessionIsRefusedByNameToo() {
    mustShell(
        """
        setsid /run/wrong-card/ssh sleep 654 < /dev/null > /dev/null 2>&1 &
        timeout 60 sh -c 'until pgrep -x sleep -a | grep -q 654; do sleep 0.1; done'
        """);
    try {
      RunResult result =
          lab.run("lend", "reserve", CARD, "--yes", "--accept", "default-route", "--dry-run");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err() + result.out())
          .contains("at which somebody is logged in from 10.9.0.1 (port 2222)")
          .contains("--accept management-address");
    } finally {
      mustShell("kill $(pgrep -x sleep -a | grep 654 | cut -d ' ' -f 1)");
    }
  }

  /**
   * The server's process is killed, as when the network goes: the terminal hangs up on all that is
   * in it. Or all that is in the login is killed outright. Each time while the change is made.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kill -9 $(cat /run/wrong-card/server)",
        "pkill -9 -s $(cat /run/wrong-card/login)"
      })
  void aLoginThatIsCutOffInTheMiddleLeavesTheGuardToTakeItBack(String cut) {
    mustShell(
        """
        cd /run/wrong-card
        rm -f login server
        cat > work << 'END'
        ps -o ppid= -p $$ | tr -d ' ' > /run/wrong-card/server
        ps -o sid= -p $$ | tr -d ' ' > /run/wrong-card/login
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        lend reserve 02:00.0 --yes --accept default-route --confirm-within 10s
        sleep 600
        END
        setsid ssh -q -F none -tt -i key -p 2222 -o StrictHostKeyChecking=no \
          -o UserKnownHostsFile=/dev/null -o BatchMode=yes root@127.0.0.1 \
          sh /run/wrong-card/work < /dev/null > said 2>&1 &
        timeout 120 sh -c 'until readlink /sys/bus/pci/devices/0000:02:00.0/driver | grep -q vfio-pci
          do sleep 0.05; done' || { cat said; exit 1; }
        """);
    mustShell(cut);
    mustShell(
        """
        timeout 60 sh -c 'while pgrep -s $(cat /run/wrong-card/login) > /dev/null; do sleep 0.1; done'
        timeout 180 sh -c 'until lend status | grep -q "Nothing is lent" &&
            readlink /sys/bus/pci/devices/0000:02:00.0/driver | grep -q e1000e
          do sleep 0.5; done'
        """);
    assertThat(must("ip", "route", "show", "default")).contains("via 10.9.0.1");
  }

  @Test
  void aSessionThatCutItselfOffIsBackAfterTheTimeThatItGave() {
    String routes = must("ip", "route", "show", "default");

    RunResult cut =
        inSession(
            "lend reserve "
                + CARD
                + " --yes --accept default-route --accept session --confirm-within 15s");
    assertThat(cut.out()).as("the session died of it").doesNotContain("still here");
    assertThat(cut.exit()).isEqualTo(255);

    mustShell("timeout 180 sh -c 'until /run/wrong-card/ssh true; do sleep 0.5; done'");
    RunResult after = inSession("lend status");
    assertThat(after.out()).contains("Nothing is lent.", "status 0, still here");
    assertThat(mustShell("basename $(readlink /sys/bus/pci/devices/0000:02:00.0/driver)"))
        .isEqualTo("e1000e");
    assertThat(must("ip", "route", "show", "default")).isEqualTo(routes);
    assertThat(must("lend", "history", CARD)).contains("reserve 02:00.0");
  }
}
