package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DemoLabIT extends LabHost {
  @AfterEach
  void leaveTheDevicesAsTheyWere() {
    for (String guest : List.of("web1", "web2")) {
      lab.run("guest", "stop", guest);
    }
    mustShell("echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs");
  }

  @Test
  void everythingThatTheDemonstrationShowsIsAsItShouldBe() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    List<Demo.Part> parts =
        new Demo(lab, new PrintStream(out, true, StandardCharsets.UTF_8)).show();

    assertThat(parts).hasSameSizeAs(DemoScript.scenes());
    assertThat(parts).as(() -> out.toString(StandardCharsets.UTF_8)).allMatch(Demo.Part::passed);
    assertThat(DemoPage.of(parts, Instant.now())).contains("Everything was as it should be.");
  }
}
