package dev.lend.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lend.gen.Gen;
import dev.lend.model.DeclaredPf;
import dev.lend.model.NvmeWish;
import dev.lend.model.PciId;
import dev.lend.model.PfIdentity;
import dev.lend.model.PfWish;
import dev.lend.model.PfWish.OneVf;
import dev.lend.model.VfSettings;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeclarationWriterTest {
  @Test
  void whatIsWrittenIsReadTheSame() {
    Gen.check(
        DeclarationWriterTest.class,
        "declaration-round-trip",
        2_000,
        gen -> {
          DeclaredPf pf = new Wishes(gen).pf();

          Declarations read = Read.files(Declarations.write(pf));

          assertThat(read.problems()).isEmpty();
          DeclaredPf again = read.pfs().getFirst();
          assertThat(again)
              .isEqualTo(
                  new DeclaredPf(
                      pf.device(), pf.identity(), pf.wish(), pf.labels(), again.source()));
        });
  }

  @Test
  void whatIsWrittenLooksLikeTheManual() {
    TreeMap<Integer, OneVf> each = new TreeMap<>();
    each.put(0, new OneVf(Optional.empty(), VfWish.none()));
    each.put(2, new OneVf(Optional.of(VfUse.HOST), address("52:54:00:12:34:56")));
    DeclaredPf pf =
        new DeclaredPf(
            Optional.of("eth1"),
            new PfIdentity(
                Optional.of("3"),
                Optional.of(new PciId(0x8086, 0x10c9)),
                Optional.empty(),
                Optional.empty(),
                Optional.of("A\"\\\u0007"),
                Optional.empty()),
            new PfWish(
                Optional.of(4),
                VfUse.GUESTS,
                new VfWish(
                    Optional.of(new VfWish.Auto()),
                    Optional.of(new VfSettings.Vlan(100, 2, VfSettings.Vlan.AD)),
                    Optional.empty(),
                    Optional.of(2000L),
                    Optional.of(false),
                    Optional.of(VfSettings.Link.AUTO),
                    Optional.empty(),
                    Optional.of(true),
                    Optional.empty(),
                    Optional.empty(),
                    new NvmeWish(Optional.of(4), Optional.of(2))),
                each),
            "");

    assertThat(Declarations.write(pf))
        .isEqualTo(
            """
            # Written by Lend, since somebody said --persist. You may change it; the next --persist for this
            # PF writes it anew. What the keys mean is in Lend's manual, docs/vf-file.md.
            version: 1
            pfs:
              - device: "eth1"
                match:
                  vpd-serial: "A\\"\\\\\\U00000007"
                  slot: "3"
                  id: "8086:10c9"
                count: 4
                for: guests
                vf:
                  mac: auto
                  vlan: 100
                  qos: 2
                  protocol: 802.1ad
                  trust: on
                  spoofchk: off
                  max-rate: 2000
                  link: auto
                  queues: 4
                  interrupts: 2
                each:
                  0:
                  2:
                    for: host
                    mac: "52:54:00:12:34:56"
            """);
  }

  private static VfWish address(String mac) {
    return VfWish.none().withMac(new VfWish.Exactly(mac));
  }

  @Test
  void whatNoFileCouldSayIsNotWritten() {
    PfWish two = new PfWish(Optional.of(2), VfUse.GUESTS, address("52:54:00:12:34:56"), none());
    PfWish upperCase =
        new PfWish(Optional.of(1), VfUse.GUESTS, address("52:54:00:AB:34:56"), none());
    for (DeclaredPf pf :
        new DeclaredPf[] {
          new DeclaredPf(Optional.of("eth1"), PfReader.unknown(), two, ""),
          new DeclaredPf(Optional.of("eth1"), PfReader.unknown(), upperCase, ""),
          new DeclaredPf(Optional.empty(), PfReader.unknown(), nothing(), ""),
          new DeclaredPf(Optional.of("../eth1"), PfReader.unknown(), nothing(), ""),
        }) {
      assertThatIllegalArgumentException().isThrownBy(() -> Declarations.write(pf));
    }
  }

  private static TreeMap<Integer, OneVf> none() {
    return new TreeMap<>();
  }

  private static PfWish nothing() {
    return new PfWish(Optional.empty(), VfUse.GUESTS, VfWish.none(), none());
  }
}
