package dev.lend.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Gen;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VfWordsTest {
  private static <T> T meant(Reading<T> reading) {
    return reading.orThrow(IllegalStateException::new);
  }

  private static String wrong(Reading<?> reading) {
    assertThat(reading).isInstanceOf(Reading.Wrong.class);
    return ((Reading.Wrong<?>) reading).why();
  }

  @Test
  void anAddressIsKeptInLowerCaseSinceTheKernelTellsItSo() {
    assertThat(meant(VfWords.mac("52:54:00:AB:cd:0F"))).isEqualTo("52:54:00:ab:cd:0f");
    assertThat(meant(VfWords.wantedMac("52:54:00:AB:cd:0F")))
        .isEqualTo(new VfWish.Exactly("52:54:00:ab:cd:0f"));
    assertThat(meant(VfWords.wantedMac("auto"))).isEqualTo(new VfWish.Auto());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "52:54:00:12:34",
        "52:54:00:12:34:56:78",
        "52-54-00-12-34-56",
        "525400123456",
        "52:54:00:12:34:5g",
        "52:54:00:12:34:5\u0663",
        "52:54:00:12:34:\uff15\uff16",
        "00:00:00:00:00:00",
        "01:00:5e:00:00:01",
        "ff:ff:ff:ff:ff:ff"
      })
  void whatNoCardCanHaveIsNoAddress(String word) {
    assertThat(wrong(VfWords.mac(word))).contains(word);
    assertThat(wrong(VfWords.wantedMac(word))).contains(word);
  }

  @Test
  void aSlipInAutoIsSeen() {
    assertThat(wrong(VfWords.wantedMac("atuo"))).endsWith("Did you mean auto?");
  }

  @Test
  void aVlanHasTwelveBitsWithoutTheReservedLast() {
    assertThat(meant(VfWords.vlan("0"))).isZero();
    assertThat(meant(VfWords.vlan("4094"))).isEqualTo(4094);
    for (String word : List.of("4095", "5000", "-1", "", "7 ", "0x7", "99999999999999999999")) {
      assertThat(wrong(VfWords.vlan(word))).startsWith("no VLAN: ").endsWith("0 for none)");
    }
  }

  @Test
  void priorityAndProtocolNeedAVlan() {
    Optional<Integer> none = Optional.empty();
    assertThat(meant(VfWords.vlan(Optional.of(7), Optional.of(3), Optional.of(0x88a8))))
        .isEqualTo(new VfSettings.Vlan(7, 3, VfSettings.Vlan.AD));
    assertThat(meant(VfWords.vlan(Optional.of(7), none, none)))
        .isEqualTo(new VfSettings.Vlan(7, 0, VfSettings.Vlan.Q));
    assertThat(meant(VfWords.vlan(Optional.of(0), Optional.of(0), Optional.of(0x8100))))
        .isEqualTo(VfSettings.Vlan.none());
    assertThat(wrong(VfWords.vlan(none, Optional.of(0), none))).contains("1 to 4094");
    assertThat(wrong(VfWords.vlan(none, none, Optional.of(0x8100)))).contains("1 to 4094");
    assertThat(wrong(VfWords.vlan(Optional.of(0), Optional.of(1), none))).contains("1 to 4094");
    assertThat(wrong(VfWords.vlan(Optional.of(0), none, Optional.of(0x88a8)))).contains("4094");
  }

  @Test
  void aPriorityHasThreeBits() {
    assertThat(meant(VfWords.qos("7"))).isEqualTo(7);
    assertThat(wrong(VfWords.qos("8"))).contains("0 to 7");
  }

  @Test
  void thereAreTwoProtocols() {
    assertThat(meant(VfWords.protocol("802.1Q"))).isEqualTo(VfSettings.Vlan.Q);
    assertThat(meant(VfWords.protocol("802.1ad"))).isEqualTo(VfSettings.Vlan.AD);
    assertThat(wrong(VfWords.protocol("802.1x"))).contains("802.1q or 802.1ad");
  }

  @Test
  void aSwitchIsOnOrOff() {
    assertThat(meant(VfWords.onOff("on"))).isTrue();
    assertThat(meant(VfWords.onOff("TRUE"))).isTrue();
    assertThat(meant(VfWords.onOff("off"))).isFalse();
    assertThat(meant(VfWords.onOff("false"))).isFalse();
    for (String word : List.of("", "1", "yes", "onn")) {
      assertThat(wrong(VfWords.onOff(word))).startsWith("neither on nor off: ");
    }
  }

  @Test
  void aRateIsWhatThirtyTwoBitsHold() {
    assertThat(meant(VfWords.rate("4294967295"))).isEqualTo(0xffff_ffffL);
    for (String word : List.of("4294967296", "-1", "1.5", "1G", "99999999999999999999999")) {
      assertThat(wrong(VfWords.rate(word))).contains("Mbit/s");
    }
  }

  @Test
  void theLowestRateIsNotAboveTheHighestUnlessThatIsNone() {
    assertThat(VfWords.rateClash(5, 5)).isEmpty();
    assertThat(VfWords.rateClash(5, 0)).isEmpty();
    assertThat(VfWords.rateClash(6, 5).orElseThrow()).contains("6 Mbit/s", "5 Mbit/s");
  }

  @Test
  void aLinkFollowsOneOfThree() {
    assertThat(meant(VfWords.link("Enable"))).isEqualTo(VfSettings.Link.ENABLE);
    assertThat(wrong(VfWords.link("enabel")))
        .contains("auto, enable or disable")
        .endsWith("Did you mean enable?");
  }

  @Test
  void aGuidHasEightBytes() {
    assertThat(meant(VfWords.guid("00:11:22:33:44:55:66:7F"))).isEqualTo("00:11:22:33:44:55:66:7f");
    assertThat(wrong(VfWords.guid("00:11:22:33:44:55"))).contains("eight pairs");
  }

  @Test
  void vfsAreForGuestsOrTheHost() {
    assertThat(meant(VfWords.use("guests"))).isEqualTo(VfUse.GUESTS);
    assertThat(wrong(VfWords.use("guest")))
        .contains("guests or host")
        .endsWith("Did you mean guests?");
  }

  @Test
  void aCountHasSixteenBitsAndTheLastNumberIsOneLess() {
    assertThat(meant(VfWords.count("65535"))).isEqualTo(65535);
    assertThat(wrong(VfWords.count("65536"))).contains("0 to 65535");
    assertThat(meant(VfWords.index("65534"))).isEqualTo(65534);
    assertThat(wrong(VfWords.index("65535"))).contains("counted from 0");
  }

  @Test
  void everyWordForAValueMeansThatValue() {
    for (VfSettings.Link link : VfSettings.Link.values()) {
      assertThat(meant(VfWords.link(VfWords.linkWord(link)))).isEqualTo(link);
    }
    for (boolean on : new boolean[] {true, false}) {
      assertThat(meant(VfWords.onOff(VfWords.onOffWord(on)))).isEqualTo(on);
    }
    for (int protocol : new int[] {VfSettings.Vlan.Q, VfSettings.Vlan.AD}) {
      assertThat(meant(VfWords.protocol(VfWords.protocolWord(protocol)))).isEqualTo(protocol);
    }
  }

  @Test
  void noWordIsTooOddToBeAnswered() {
    List<Function<String, Reading<?>>> all =
        List.of(
            VfWords::wantedMac,
            VfWords::vlan,
            VfWords::qos,
            VfWords::protocol,
            VfWords::onOff,
            VfWords::rate,
            VfWords::link,
            VfWords::guid,
            VfWords::use,
            VfWords::count,
            VfWords::index);
    Gen.check(
        VfWordsTest.class,
        "vf-words",
        500,
        gen -> {
          String word = gen.text(gen.oneIn(10) ? 10_000 : 30);
          for (Function<String, Reading<?>> one : all) {
            if (one.apply(word) instanceof Reading.Wrong<?>(String why)) {
              assertThat(why.length()).isBetween(10, 200);
            }
          }
        });
  }
}
