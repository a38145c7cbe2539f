package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.json.Json;
import dev.lend.sysfs.CapturedHosts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GuestsCommandTest {
  @TempDir Path root = Path.of("");

  private CliRun guests(String... more) throws IOException {
    CapturedHosts.intelReady()
        .file("proc/7/comm", "qemu-system-x86")
        .file(
            "proc/7/cmdline", bytes("qemu-system-x86_64\0-name\0it's\0-qmp\0unix:/run/a'b.sock\0"))
        .file("proc/8/comm", "qemu-system-x86")
        .file("proc/8/cmdline", bytes("qemu-system-x86_64\0-name\0b\u001b[31m\0"))
        .writeTo(root);
    String[] line = new String[3 + more.length];
    line[0] = "guests";
    line[1] = "--root";
    line[2] = root.toString();
    System.arraycopy(more, 0, line, 3, more.length);
    return CliRun.of(line);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void saysOfEachGuestHowToLendToItOrWhyNot() throws IOException {
    CliRun run = guests();

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("it's  QEMU, running (pid 7)\n")
        .contains("lend attach DEVICE --guest 'qmp:/run/a'\\''b.sock'\n")
        .contains("QEMU, running (pid 8)\n    no QMP socket, so nothing can be plugged in or out")
        .contains("are not listed: libvirt is not asked about a captured host\n");
    assertThat(CliRun.obeyed(run.out())).isEmpty();
  }

  @Test
  void textAndJsonSayTheSame() throws IOException {
    Json.Obj json = Json.parseObject(guests("--json").out());

    assertThat(json.array("guests")).hasSize(2);
    Json.Obj first = (Json.Obj) json.array("guests").getFirst();
    assertThat(first.text("kind")).isEqualTo("qemu");
    assertThat(first.text("guest")).isEqualTo("qmp:/run/a'b.sock");
    assertThat(first.number("pid")).isEqualTo(7);
    assertThat(json.object("libvirt").flag("answers")).isFalse();
  }

  @Test
  void anotherHostsLibvirtIsRefusedInOneLine() {
    CliRun run = CliRun.of("guests", "--connect", "qemu+ssh://elsewhere/system");

    assertThat(run.status()).isEqualTo(ExitCode.USAGE.status());
    assertThat(run.err()).contains("the URI of a libvirt on this host").hasLineCount(1);
  }

  @Test
  void aDeviceThatIsAwayFromItsGuestIsShown() throws IOException {
    dev.lend.sysfs.SampleHosts.server(root)
        .file("sys/devices/system/node/node0/cpulist", "0-3")
        .file("sys/devices/system/node/node1/cpulist", "4-7")
        .file("proc/4242/status", "Mems_allowed_list:\t1");

    CliRun run = CliRun.of("guests", "--root", root.toString());

    assertThat(run.out())
        .contains(
            "running (pid 4242), on NUMA node 1\n", "; on NUMA node 0, away from the guest\n");
    Json.Obj json =
        Json.parseObject(CliRun.of("guests", "--json", "--root", root.toString()).out());
    Json.Obj guest = (Json.Obj) json.array("guests").getFirst();
    assertThat(guest.number("numa_node")).isEqualTo(1);
    assertThat(((Json.Obj) guest.array("devices").getFirst()).number("numa_node")).isZero();
  }
}
