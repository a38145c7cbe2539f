package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes no sense on any host gives one line that says so, and status 2. */
final class WrongWordsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "attach",
        "attach 01:10.0",
        "attach 01:10.0 --guest",
        "attach no-such-device --guest qmp:/run/web1.sock",
        "attach 01:10.0/vfx --guest qmp:/run/web1.sock",
        "attach ../../etc/passwd --guest qmp:/run/web1.sock",
        "attach no-such-device --guest web1",
        "attach fedc:fe:1f.7 --guest a/b",
        "attach fedc:fe:1f.7 --guest web1 --connect qemu+ssh://elsewhere/system",
        "detach --all",
        "detach --guest web1",
        "detach 01:10.0 --guest web1 --all",
        "detach --guest a/b --all",
        "detach --guest qmp:/run/web1.sock --connect qemu:///session --all",
        "guests --connect here",
        "detach",
        "detach 01:10.0 02:00.0",
        "detach no-such-device",
        "detach no-such-device --timeout 0",
        "detach no-such-device --timeout soon",
        "detach no-such-device --force",
        "reserve fedc:fe:1f.7",
        "return fedc:fe:1f.7 --state /proc/nowhere",
        "status --root /no/such/directory",
        "status --jsno",
        "recover --state /proc/nowhere",
        "qemu-args fedc:fe:1f.7",
        "libvirt-xml fedc:fe:1f.7 --mac 1",
        "check --vfs",
        "check no-such-device --vfs",
        "vf create",
        "vf create no-such-device",
        "vf create no-such-device 2",
        "vf create no-such-device 2 --mac",
        "vf create fedc:fe:1f.7 2",
        "vf set no-such-device --vlan 7",
        "vf set no-such-device",
        "vf remove no-such-device",
        "vf list no-such-device",
        "vf list --root /no/such/directory",
        "vf apply /no/such/directory/hosts.yaml",
        "lab",
        "lab up there",
        "lab run",
        "lab up --name ../x",
        "lab up --card-slot 3",
        "lab up --card-slot two",
        "lab up --card-slot 2 --profile scale",
        "lab reboot --name no-such-lab",
        "lab reboot --hard now",
        "lab down --keep",
        "demo --report /no/such/directory/page.html",
        "lend",
        "atach 01:10.0",
      })
  void giveOneLineAndStatusTwo(String words) {
    CliRun run = CliRun.of(words.split(" "));

    assertThat(run.status()).as(run.err()).isEqualTo(ExitCode.USAGE.status());
    assertThat(run.err()).doesNotContain("Exception", "this is a bug");
    if (!words.equals("lab")) {
      assertThat(run.err().lines()).hasSize(1);
      assertThat(run.err()).startsWith("lend: ");
    }
  }
}
