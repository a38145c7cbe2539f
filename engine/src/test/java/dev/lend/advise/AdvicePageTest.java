package dev.lend.advise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/advise.md is what the tables say. */
class AdvicePageTest {
  private static final Path PAGE = Path.of("../docs/advise.md");

  @Test
  void thePageOfTheManualIsWhatTheTablesSay() throws IOException {
    String page = page();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            <!-- Made from the tables in dev.lend.advise: mvn -pl engine test -Dtest=AdvicePageTest -Dgolden.update=true -->
            # Which network path should a guest use?

            `lend advise` ranks the paths for a guest by what a person asks for and what the host has; `lend compare` sets virtio
            against direct assignment, with what is true on the host at hand. Both rest on the tables below, which are the
            program's own, and on nothing that was measured. Where no need says otherwise, the answer is virtio-net with vhost.

                lend advise --guest web1
                lend advise --needs migration --pps high --guests 40
                lend compare

            ## Who copies, who switches, where the guest is left

            An *exit* is the processor leaving the guest for the host; a *copy* is done by a processor, DMA by a card.

            """);
    page.append(DRAWINGS);
    page.append("\n## Rules\n\nAn effect counts 2 (`++`), 1 (`+`), -1 (`-`), -2 (`--`) or nothing");
    page.append(" (`note`), or excludes the path.\n\n");
    page.append("| when | path | effect | why | source |\n| --- | --- | --- | --- | --- |\n");
    for (Rule rule : Rules.all()) {
      String paths = String.join(", ", rule.paths().stream().map(IoPath::id).toList());
      row(page, rule.when().id(), paths, code(rule.effect()), rule.why(), rule.source());
    }
    page.append("\n## virtio and direct assignment, point by point\n\n");
    page.append("| | virtio with vhost | VF | whole card | source |\n");
    page.append("| --- | --- | --- | --- | --- |\n");
    for (Comparison line : Comparison.all()) {
      row(page, line.point().id(), line.virtio(), line.vf(), line.card(), line.source());
    }
    page.append("\n## Words\n\n| need | what it asks for |\n| --- | --- |\n");
    for (Circumstance need : Circumstance.needs()) {
      row(page, "`" + need.id() + "`", need.words());
    }
    return page.toString();
  }

  private static String code(Rule.Effect effect) {
    return effect == Rule.Effect.EXCLUDES ? "**excludes**" : "`" + effect.sign() + "`";
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static final String DRAWINGS =
      """
      Emulated card (e1000, e1000e, rtl8139): several exits for each packet, a copy in QEMU.

          guest    driver ── register write ──┐ exit           ┌── interrupt (injected)
                                              ▼                │
          QEMU     model of the card: reads rings, copies packet
                                              │ write to tap (system call)
          kernel   tap ── bridge or OVS: switches ── driver ── card ── wire

      virtio-net in QEMU: one exit for many packets, a copy in QEMU.

          guest    driver ── rings in shared memory ── kick ──┐ exit, for a batch
                                                              ▼
          QEMU     takes packets off the rings, copies
                                              │ write to tap (system call)
          kernel   tap ── bridge or OVS: switches ── driver ── card ── wire

      virtio-net with vhost: the same, and QEMU is not in the way.

          guest    driver ── rings in shared memory ── kick ──┐ exit, for a batch
                                                              ▼
          kernel   vhost thread: takes packets off the rings, copies
                   tap ── bridge or OVS: switches ── driver ── card ── wire

      Virtual function: no exit for a packet, no copy; the card switches.

          guest    driver ── registers of the VF (mapped) and rings in its own memory
                                              │ DMA through the IOMMU
          card     VF 0  VF 1  ...  PF ── switch in the card ── wire
                                              │ interrupt: posted by the IOMMU, or through the kernel
          host     sees no packet; the PF's driver sets MAC, VLAN, rate

      Whole card: the same, with the whole card and nobody to share it.

          guest    driver ── registers of the card (mapped) and rings in its own memory
                                              │ DMA through the IOMMU
          card     ── wire
      """;
}
