package dev.lend.advise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.advise.Advice.Option;
import dev.lend.advise.Rule.Effect;
import dev.lend.gen.Gen;
import dev.lend.model.PciAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which path comes first, for what, and what never does. */
class AdvisorTest {
  private static final PciAddress PF = PciAddress.parse("01:00.0").orElseThrow();
  private static final PciAddress CARD = PciAddress.parse("02:00.0").orElseThrow();
  private static final Means RICH =
      new Means(true, true, List.of(new Means.Pf(PF, 3, 4)), List.of(CARD));
  private static final Means POOR = new Means(false, false, List.of(), List.of());
  private static final Advisor ADVISOR = new Advisor(Rules.all());

  private static Advice for1(Means means, Circumstance... needs) {
    return ADVISOR.advise(Set.of(needs), 1, means);
  }

  private static List<IoPath> ranked(Advice advice) {
    return advice.ranked().stream().map(Option::path).toList();
  }

  private static List<IoPath> excluded(Advice advice) {
    return advice.excluded().stream().map(Option::path).toList();
  }

  @Test
  void theDefaultIsParavirtualServedByTheKernel() {
    assertThat(ranked(for1(RICH)))
        .containsExactly(
            IoPath.VHOST,
            IoPath.VIRTIO,
            IoPath.VF,
            IoPath.VF_STANDBY,
            IoPath.CARD,
            IoPath.E1000E,
            IoPath.E1000,
            IoPath.RTL8139);
  }

  @Test
  void packetsLatencyAndTheHostsProcessorsAreForAVf() {
    for (Circumstance need :
        List.of(Circumstance.PPS, Circumstance.LATENCY, Circumstance.HOST_CPU)) {
      assertThat(ranked(for1(RICH, need)).getFirst()).as(need.id()).isEqualTo(IoPath.VF);
    }
    assertThat(ranked(for1(RICH, Circumstance.THROUGHPUT)).subList(0, 2))
        .containsExactly(IoPath.VHOST, IoPath.VF);
  }

  @Test
  void migrationTakesAStandbyForWhatOnlyAVfGives() {
    Advice plain = for1(RICH, Circumstance.MIGRATION);
    assertThat(ranked(plain).getFirst()).isEqualTo(IoPath.VHOST);
    assertThat(excluded(plain)).containsExactly(IoPath.VF, IoPath.CARD);

    Advice fast = for1(RICH, Circumstance.MIGRATION, Circumstance.PPS);
    assertThat(ranked(fast).getFirst()).isEqualTo(IoPath.VF_STANDBY);
    assertThat(excluded(fast)).containsExactly(IoPath.VF, IoPath.CARD);
  }

  @Test
  void whatSharesTheHostsMemoryOrSwitchHasNoDeviceOfItsOwn() {
    for (Circumstance need :
        List.of(Circumstance.SNAPSHOTS, Circumstance.OVERCOMMIT, Circumstance.SWITCHING)) {
      assertThat(excluded(for1(RICH, need, Circumstance.PPS)))
          .as(need.id())
          .containsExactly(IoPath.VF, IoPath.VF_STANDBY, IoPath.CARD);
    }
  }

  @Test
  void aGuestThatTakesNoDriverGetsACardThatItKnows() {
    assertThat(ranked(for1(RICH, Circumstance.STOCK_DRIVERS)).getFirst()).isEqualTo(IoPath.E1000E);
  }

  @Test
  void manyGuestsTakeMoreThanAHostHas() {
    assertThat(excluded(ADVISOR.advise(Set.of(), 7, RICH))).containsExactly(IoPath.CARD);
    Advice eight = ADVISOR.advise(Set.of(), 8, RICH);
    assertThat(excluded(eight)).containsExactly(IoPath.VF, IoPath.VF_STANDBY, IoPath.CARD);
    assertThat(eight.excluded().getFirst().reasons())
        .extracting(Rule::when)
        .containsExactly(Circumstance.FEW_VFS);
  }

  @Test
  void aHostWithNothingGivesWhatQemuPlays() {
    assertThat(ranked(for1(POOR)))
        .containsExactly(IoPath.VIRTIO, IoPath.E1000E, IoPath.E1000, IoPath.RTL8139);
    assertThat(for1(POOR).excluded().getFirst().reasons())
        .extracting(Rule::when)
        .containsExactly(Circumstance.NO_VHOST);
  }

  @Test
  void whatIsGivenUpIsSaidOfEachPathUnlessItWasAskedFor() {
    Option vf = option(for1(RICH, Circumstance.PPS), IoPath.VF);
    assertThat(vf.givenUp())
        .extracting(Rule::when)
        .contains(Circumstance.MIGRATION, Circumstance.SNAPSHOTS, Circumstance.OVERCOMMIT)
        .doesNotContain(Circumstance.PPS, Circumstance.NO_VF);
  }

  private static Option option(Advice advice, IoPath path) {
    return advice.ranked().stream().filter(one -> one.path() == path).findFirst().orElseThrow();
  }

  static List<Rule> rules() {
    return Rules.all();
  }

  /** Each rule changes what is advised, in its own direction, on a host where it can. */
  @ParameterizedTest
  @MethodSource("rules")
  void eachRuleHasItsEffect(Rule rule) {
    Advisor without = new Advisor(Rules.all().stream().filter(one -> !one.equals(rule)).toList());
    Set<Circumstance> needs =
        rule.when().whose() == Circumstance.Whose.PERSON ? EnumSet.of(rule.when()) : Set.of();
    Means means = RICH;
    int guests = 1;
    switch (rule.when()) {
      case NO_VHOST, NO_IOMMU, NO_VF, NO_CARD -> means = POOR;
      case FEW_VFS, FEW_CARDS -> {
        guests = 8;
        means = new Means(true, true, RICH.pfs(), List.of(CARD, PF));
      }
      default -> {}
    }
    Advice with = ADVISOR.advise(needs, guests, means);
    Advice other = without.advise(needs, guests, means);
    for (IoPath path : rule.paths()) {
      if (rule.effect() == Effect.EXCLUDES) {
        assertThat(reasons(with.excluded(), path)).contains(rule);
        assertThat(reasons(other.excluded(), path)).doesNotContain(rule);
      } else {
        assertThat(points(with, path) - points(other, path)).isEqualTo(rule.effect().points());
        assertThat(reasons(with.ranked(), path)).contains(rule);
      }
    }
  }

  private static List<Rule> reasons(List<Option> options, IoPath path) {
    return options.stream()
        .filter(option -> option.path() == path)
        .flatMap(option -> option.reasons().stream())
        .toList();
  }

  private static int points(Advice advice, IoPath path) {
    return option(advice, path).points();
  }

  /** Whatever is asked of whatever host, nothing is advised that cannot be or must not be. */
  @Test
  void neverAdvisesWhatTheHostCannotDoOrANeedExcludes() {
    for (long seed = 0; seed < 2_000; seed++) {
      Gen gen = new Gen(seed);
      Means means = means(gen);
      int guests = gen.between(1, 9);
      Set<Circumstance> needs = EnumSet.noneOf(Circumstance.class);
      Circumstance.needs().stream().filter(need -> gen.oneIn(4)).forEach(needs::add);

      Advice advice = ADVISOR.advise(needs, guests, means);

      List<IoPath> ranked = ranked(advice);
      String asked = "seed " + seed + ": " + needs + ", " + guests + ", " + means;
      assertThat(ranked).as(asked).isNotEmpty();
      assertThat(ranked.size() + advice.excluded().size()).isEqualTo(IoPath.values().length);
      for (IoPath path : ranked) {
        boolean vf = path == IoPath.VF || path == IoPath.VF_STANDBY;
        assertThat(path == IoPath.VHOST && !means.vhost()).as(asked).isFalse();
        assertThat(vf && means.vfs() < guests).as(asked).isFalse();
        assertThat(path == IoPath.CARD && means.cards().size() < guests).as(asked).isFalse();
        assertThat(path.kind() == IoPath.Kind.DIRECT && !means.iommu()).as(asked).isFalse();
        for (Circumstance need : needs) {
          assertThat(Rules.all())
              .as(asked)
              .noneMatch(rule ->
                  rule.when() == need
                      && rule.effect() == Effect.EXCLUDES
                      && rule.paths().contains(path));
        }
      }
      assertThat(advice.ranked())
          .as(asked)
          .isSortedAccordingTo((a, b) -> Integer.compare(b.points(), a.points()));
    }
  }

  private static Means means(Gen gen) {
    List<Means.Pf> pfs =
        gen.oneIn(3) ? List.of() : List.of(new Means.Pf(PF, gen.between(0, 4), gen.between(0, 4)));
    List<PciAddress> cards = gen.oneIn(2) ? List.of() : List.of(CARD);
    return new Means(gen.oneIn(2), gen.oneIn(2), pfs, cards);
  }

  @Test
  void aLineThatIsNoRuleIsRefused() {
    for (String line :
        List.of(
            "always | vhost | ++ | why",
            "always | vhost | ++ | | source",
            "always | token-ring | ++ | why | source",
            "never | vhost | ++ | why | source",
            "always | vhost | +++ | why | source")) {
      assertThatThrownBy(() -> Rules.read(line))
          .as(line)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
