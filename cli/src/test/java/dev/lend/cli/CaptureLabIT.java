package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A capture of a real kernel's files, read elsewhere, is the host that it was taken from. */
final class CaptureLabIT extends LabHost {
  private static final String ELSEWHERE = "/tmp/captured";

  @BeforeEach
  void virtualFunctions() {
    mustShell("echo 2 > /sys/class/net/enp1s0/device/sriov_numvfs; udevadm settle");
  }

  @AfterEach
  void leaveTheDevicesAsTheyWere() {
    mustShell("echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs; rm -rf $1 $1.tar", ELSEWHERE);
  }

  @Test
  void readsLikeTheHostItWasTakenFrom() {
    must("lend", "capture", "--serials", ELSEWHERE + ".tar");
    mustShell("mkdir $1 && tar -xf $1.tar -C $1", ELSEWHERE);

    for (List<String> command :
        List.of(List.of("list", "--json"), List.of("tree", "--json"), List.of("check", "--json"))) {
      assertThat(elsewhere(command)).as("lend %s", command).isEqualTo(here(command));
    }
    assertThat(elsewhere(List.of("tree")))
        .contains("01:10.0", "82576", "VF 0 of 01:00.0", "carries this host's /");
  }

  private String here(List<String> command) {
    return lend(command);
  }

  private String elsewhere(List<String> command) {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of("--root", ELSEWHERE));
    return lend(words);
  }

  /**
   * Its exit status says whether the host is ready, which both must say alike. The session of
   * whoever asks is no part of a capture.
   */
  private String lend(List<String> command) {
    List<String> words = new ArrayList<>(List.of("env", "-u", "SSH_CONNECTION", "lend"));
    words.addAll(command);
    var result = lab.run(words.toArray(String[]::new));
    return result.exit() + "\n" + result.out() + result.err();
  }
}
