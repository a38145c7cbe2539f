package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.model.Dependent;
import dev.lend.model.Dependent.Part;
import dev.lend.model.Dependent.Role;
import dev.lend.model.HostProcess;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Consequence.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A graphics card leaves the host: with what is beside it, and with its large memory. */
class DisplayPlanTest {
  private static final String GPU = "0000:0a:00.0";
  private static final String SOUND = "0000:0a:00.1";
  private static final String USB = "0000:0a:00.2";
  private static final String OTHER = "0000:0b:00.0";
  private static final long GIB = 1L << 30;

  /** A card of three functions in one group, as they are sold. */
  private static HostFixture card(String driver) {
    return new HostFixture()
        .function(GPU, HostFixture.GPU, 14, driver)
        .function(SOUND, 0x040300, 14, "snd_hda_intel")
        .function(USB, 0x0c0330, 14, "xhci_hcd");
  }

  private static Plan reserve(HostFixture host, Request.Consent consent) {
    return Planner.plan(
        host.build(),
        Ledger.empty(),
        Optional.empty(),
        new Request.Reserve(at(GPU), consent),
        Instant.EPOCH);
  }

  private static Request.Consent consent(boolean group, Kind... accepted) {
    return new Request.Consent(group, true, Set.of(accepted), Optional.empty());
  }

  private static List<String> said(Plan plan, Kind kind) {
    List<String> texts = new ArrayList<>();
    for (Consequence consequence : plan.consequences()) {
      if (consequence.kind() == kind) {
        texts.add(consequence.text());
      }
    }
    return texts;
  }

  private static String objections(Plan plan) {
    StringBuilder text = new StringBuilder();
    plan.objections().forEach(objection -> text.append(objection).append('\n'));
    return text.toString();
  }

  @Test
  void namesTheSoundAndTheUsbOfTheCardAndTakesThemAlong() {
    assertThat(objections(reserve(card("amdgpu"), consent(false))))
        .contains(
            "0a:00.1 (snd_hda_intel), the sound of the same card and 0a:00.2 (xhci_hcd), the USB of"
                + " the same card: they leave the host together");
    Plan plan = reserve(card("amdgpu"), consent(true));
    assertThat(plan.objections()).isEmpty();
    assertThat(plan.steps()).hasSize(3);
  }

  @Test
  void saysThatTheHostHasNoOtherDisplay() {
    assertThat(said(reserve(card("amdgpu"), consent(true)), Kind.DISPLAY))
        .containsExactly(
            "0a:00.0 (amdgpu) is the only display that this host uses: until it is back, nothing of"
                + " the host is on a screen, and it is reached by network or serial line");
    assertThat(
            said(
                reserve(
                    card("amdgpu").function(OTHER, HostFixture.GPU, 15, "vfio-pci"), consent(true)),
                Kind.DISPLAY))
        .as("one in a guest shows nothing of the host")
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("only display");
    assertThat(
            said(
                reserve(card("amdgpu").function(OTHER, HostFixture.GPU, 15, "ast"), consent(true)),
                Kind.DISPLAY))
        .containsExactly("0a:00.0 (amdgpu) may show this host's console");
  }

  @Test
  void tellsTheDisplayOfTheFirmwareApart() {
    HostFixture host =
        card("amdgpu")
            .function(OTHER, HostFixture.GPU, 15, "ast")
            .rests(GPU, new Part(Role.BOOT_DISPLAY, ""), new Part(Role.CONSOLE, "fb0"));
    Plan plan = reserve(host, consent(true));
    assertThat(said(plan, Kind.DISPLAY))
        .containsExactly(
            "0a:00.0 (amdgpu) is the display that the firmware started with (boot_vga)");
    assertThat(said(plan, Kind.CONSOLE))
        .containsExactly("0a:00.0 (amdgpu) shows this host's console (fb0)");
  }

  @Test
  void refusesTheDisplayWhoseMemoryTheFirmwaresFrameBufferKeeps() {
    HostFixture host =
        card("nvidia")
            .rests(
                GPU,
                new Part(Role.BOOT_DISPLAY, ""),
                new Part(Role.FRAME_BUFFER, "efi-framebuffer.0"));
    assertThat(objections(reserve(host, consent(true))))
        .contains("BAR 0: can't reserve")
        .contains(
            "echo efi-framebuffer.0 > /sys/bus/platform/drivers/efi-framebuffer/unbind",
            "initcall_blacklist=sysfb_init",
            "--accept framebuffer");
    assertThat(reserve(host, consent(true, Kind.FRAMEBUFFER)).objections()).isEmpty();
  }

  @Test
  void saysThatWhoeverDrawsIsToBeStoppedFirst() {
    Dependent open =
        new Dependent.OpenFile(
            "dri/card0", "", false, true, new HostProcess(812, "Xorg", Optional.empty()));
    assertThat(said(reserve(card("amdgpu").rests(GPU, open), consent(true)), Kind.DEVICE_OPEN))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("Xorg (pid 812)", "/dev/dri/card0 open", "systemctl stop display-manager");
  }

  @Test
  void saysWhatALargeWindowAsksOfAGuest() {
    long mib = 1L << 20;
    assertThat(
            said(reserve(card("amdgpu").windows(GPU, 2 * mib, mib), consent(true)), Kind.APERTURE))
        .as("any guest has room for that")
        .isEmpty();
    assertThat(
            said(
                reserve(card("bochs").windows(GPU, 16 * mib + 4096, 0), consent(true)),
                Kind.APERTURE))
        .containsExactly(
            "0a:00.0 (bochs) has 16 MiB of memory windows: a running guest may have no room for them"
                + " (BAR: can't assign; no space) but behind a root port that was started with"
                + " mem-reserve=32M");
    assertThat(
            said(reserve(card("amdgpu").windows(GPU, 0, 16 * GIB), consent(true)), Kind.APERTURE))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("has 16 GiB of memory windows")
        .endsWith("pref64-reserve=16384M");
    Plan large =
        reserve(card("amdgpu").windows(GPU, 0, 32 * GIB).windows(USB, 0, mib), consent(true));
    assertThat(said(large, Kind.APERTURE))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains(
            "pref64-reserve=65536M",
            "no less than the 32 GiB that a guest has",
            "opt/ovmf/X-PciMmio64Mb,string=65536",
            "q35-pcihost.pci-hole64-size=64G",
            "<pcihole64 unit='GiB'>64</pcihole64>");
    assertThat(large.consequences())
        .filteredOn(consequence -> consequence.kind() == Kind.APERTURE)
        .extracting(Consequence::severity)
        .containsExactly(Severity.NOTE);
  }
}
