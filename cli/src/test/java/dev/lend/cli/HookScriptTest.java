package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What libvirt gets for an answer, from the script that it runs. */
final class HookScriptTest {
  private static final Path SOURCES = Path.of("src/main/dist");
  private static final String UUID = "4dea22b3-1d52-d8f3-2516-782e98ab3fa0";

  @TempDir Path root = Path.of("");

  private record Answer(int status, String out, String err) {}

  private Path state() {
    return root.resolve("it's a state");
  }

  @BeforeEach
  void installed() throws IOException {
    Files.createDirectories(state());
    Files.createDirectories(root.resolve("etc/libvirt"));
    script().install();
  }

  private HookScript script() {
    return new HookScript(root, SOURCES.toAbsolutePath(), state(), true);
  }

  private void lent(String... lines) throws IOException {
    Files.write(state().resolve("lent"), List.of(lines));
  }

  private Answer called(String domain, String operation, String sub, String xml)
      throws IOException {
    Path out = root.resolve("out");
    Path err = root.resolve("err");
    Path in = Files.writeString(root.resolve("in"), xml);
    Process process =
        new ProcessBuilder(script().file().toString(), domain, operation, sub, "-")
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      return new Answer(process.waitFor(), Files.readString(out), Files.readString(err));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private Answer start(String... devices) throws IOException {
    return called("web1", "prepare", "begin", domain(devices));
  }

  /** As libvirt writes it. */
  private static String domain(String... devices) {
    return """
    <domain type='kvm' id='3'>
      <name>web1</name>
      <uuid>%s</uuid>
      <title>a &lt;hostdev&gt; in words</title>
      <metadata>
        <own:hostdev xmlns:own="urn:own" type='pci'><source><address domain='0x0000' bus='0x09' slot='0x00' function='0x0'/></source></own:hostdev>
      </metadata>
      <memory unit='KiB'>262144</memory>
      <devices>
        <emulator>/usr/bin/qemu-system-x86_64</emulator>
        <controller type='pci' index='1' model='pcie-root-port'>
          <address type='pci' domain='0x0000' bus='0x09' slot='0x00' function='0x0'/>
        </controller>
    %s  </devices>
    </domain>
    """
        .formatted(UUID, String.join("", devices));
  }

  private static String hostdev(String managed, String bus, String function) {
    return """
        <hostdev mode='subsystem' type='pci' managed='%s'>
          <driver name='vfio'/>
          <source>
            <address domain='0x0000' bus='0x%s' slot='0x00' function='0x%s'/>
          </source>
          <alias name='hostdev0'/>
          <address type='pci' domain='0x0000' bus='0x09' slot='0x00' function='0x0'/>
        </hostdev>
    """
        .formatted(managed, bus, function);
  }

  private static final String INTERFACE =
      """
          <interface type='hostdev' managed='no'>
            <mac address='52:54:00:82:57:70'/>
            <source>
              <address type='pci' domain='0x0000' bus='0x01' slot='0x10' function='0x2'/>
            </source>
          </interface>
      """;

  @Test
  void aDomainWhoseDevicesNobodyHasStarts() throws IOException {
    lent("0000:09:00.0 other qmp:/run/other.sock", "0000:02:00.0 domain web2");
    assertThat(start(hostdev("no", "02", "1"), INTERFACE)).isEqualTo(new Answer(0, "", ""));
    assertThat(start()).isEqualTo(new Answer(0, "", ""));
  }

  @Test
  void aDeviceThatAnotherDomainHasIsRefusedInOneLine() throws IOException {
    lent("0000:02:00.0 domain web 2");
    assertThat(start(INTERFACE, hostdev("yes", "02", "0")))
        .isEqualTo(
            new Answer(
                1,
                "",
                "lend: 02:00.0 is lent to web 2 (lend status; to take it back: lend detach"
                    + " 02:00.0)\n"));
  }

  @Test
  void aVirtualFunctionOfAnInterfaceIsLookedUpAsWell() throws IOException {
    lent("0000:01:10.2 other qmp:/run/web2/qmp.sock");
    assertThat(start(INTERFACE).err()).contains("01:10.2 is lent to qmp:/run/web2/qmp.sock");
  }

  @Test
  void theDomainsOwnDeviceStartsByItsNameAndByItsUuid() throws IOException {
    lent("0000:02:00.0 domain web1");
    assertThat(start(hostdev("no", "02", "0")).status()).isZero();
    lent("0000:02:00.0 domain " + UUID);
    assertThat(start(hostdev("no", "02", "0")).status()).isZero();
  }

  @Test
  void aReservationIsForWhoeverStartsWithItUnlessLibvirtWouldGiveItAway() throws IOException {
    lent("0000:02:00.0 reserved");
    assertThat(start(hostdev("no", "02", "0")).status()).isZero();
    assertThat(start(hostdev("yes", "02", "0")))
        .satisfies(answer -> {
          assertThat(answer.status()).isEqualTo(1);
          assertThat(answer.err()).contains("is reserved", "managed='no'").hasLineCount(1);
        });
  }

  @Test
  void nothingButTheStartIsLookedAt() throws IOException {
    lent("0000:02:00.0 domain web2");
    String xml = domain(hostdev("no", "02", "0"));
    for (List<String> other :
        List.of(
            List.of("started", "begin"),
            List.of("stopped", "end"),
            List.of("release", "end"),
            List.of("migrate", "begin"),
            List.of("reconnect", "begin"))) {
      assertThat(called("web1", other.get(0), other.get(1), xml)).isEqualTo(new Answer(0, "", ""));
    }
  }

  @Test
  void whereLendsStateIsGoneOrEmptyDomainsStart() throws IOException {
    assertThat(start(hostdev("no", "02", "0")).status()).isZero();
    Files.delete(state().resolve("hooked"));
    Files.delete(state());
    assertThat(start(hostdev("no", "02", "0"))).isEqualTo(new Answer(0, "", ""));
  }

  @Test
  void aDamagedCopyRefusesNothingThatItDoesNotName() throws IOException {
    Files.write(
        state().resolve("lent"), "\0\n\n0000:02:00.0\nx y z\n".getBytes(StandardCharsets.UTF_8));
    assertThat(start(hostdev("no", "02", "0")).status()).isZero();
  }

  @Test
  void addressesAreReadInBothWaysThatCWritesNumbersAndInBothQuotes() throws IOException {
    lent("0000:0a:1f.7 domain web2", "10000:01:00.0 domain web3");
    String decimal =
        "<hostdev type=\"pci\"\n  managed=\"no\"><source><address domain=\"0\" bus=\"10\""
            + " slot=\"31\" function=\"7\"/></source></hostdev>";
    assertThat(start(decimal).err()).contains("0a:1f.7 is lent to web2");
    String far =
        "<hostdev type='pci'><source><address domain='0x10000' bus='0x1' slot='0x0'"
            + " function='0x0'/></source></hostdev>";
    assertThat(start(far).err()).contains("10000:01:00.0 is lent to web3");
  }

  @Test
  void usbAndOtherDevicesHaveNoAddressThatIsMeant() throws IOException {
    lent("0000:02:00.0 domain web2");
    assertThat(
            start(
                    "<hostdev mode='subsystem' type='usb'><source><address domain='0x0000'"
                        + " bus='0x02' slot='0x00' function='0x0'/></source></hostdev>")
                .status())
        .isZero();
  }

  @Test
  void aQuarantineOfADeviceThatIsNotThereIsPassedOver() throws IOException {
    Files.write(state().resolve("quarantined"), List.of("fffe:ff:1f.7 8086:10ca"));
    assertThat(
            start(
                    "<hostdev type='pci'><source><address domain='0xfffe' bus='0xff' slot='0x1f'"
                        + " function='0x7'/></source></hostdev>")
                .status())
        .isZero();
  }

  @Test
  void itIsSeenWhenLibvirtCalledItLast() throws IOException {
    assertThat(script().lastCalled()).isEmpty();
    called("web1", "reconnect", "begin", domain());
    assertThat(script().lastCalled()).isPresent();
  }

  @Test
  void nobodysOwnScriptIsInTheWayOrOverwritten() throws IOException {
    HookScript old = new HookScript(root, SOURCES.toAbsolutePath(), state(), false);
    Files.writeString(old.file(), "#!/bin/sh\nexit 0\n");
    assertThat(old.foreign()).isTrue();
    assertThat(old.remove()).isFalse();
    assertThat(old.file()).exists();
    assertThat(script().remove()).isTrue();
    assertThat(script().installed()).isFalse();
    List<String> left = new ArrayList<>();
    try (var files = Files.list(root.resolve("etc/libvirt/hooks"))) {
      files.forEach(file -> left.add(file.getFileName().toString()));
    }
    assertThat(left).containsExactlyInAnyOrder("qemu", "qemu.d");
  }
}
