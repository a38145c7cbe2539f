package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import dev.lend.model.PfIdentity;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PfFinderTest {
  private static final PciId I82576 = new PciId(0x8086, 0x10c9);
  private static final PciId I350 = new PciId(0x8086, 0x1521);
  private static final String SERIAL = "00-1b-21-ff-ff-0a-0b-0c";
  private static final String OTHER = "00-1b-21-ff-ff-0d-0e-0f";
  private static final String MAC = "00:1b:21:0a:0b:0c";

  private final SortedMap<PciAddress, PfIdentity> here = new TreeMap<>();

  private static PfIdentity card(PciId id, String slot, String serial, String mac) {
    return new PfIdentity(
        said(slot), Optional.of(id), Optional.empty(), said(serial), Optional.empty(), said(mac));
  }

  private static PfIdentity kind(PciId id, String slot) {
    return card(id, slot, "", "");
  }

  private static PfIdentity only(String serial, String mac) {
    return new PfIdentity(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        said(serial),
        Optional.empty(),
        said(mac));
  }

  private static Optional<String> said(String text) {
    return Optional.of(text).filter(some -> !some.isEmpty());
  }

  private PfFinderTest with(String address, PfIdentity identity) {
    here.put(at(address), identity);
    return this;
  }

  private PfPlace find(PfIdentity wanted, String at) {
    return new PfFinder(here).find(wanted, said(at).map(HostFixture::at));
  }

  private static void found(PfPlace place, String address, String from) {
    assertThat(place)
        .isInstanceOfSatisfying(
            PfPlace.Found.class,
            found -> {
              assertThat(found.address()).isEqualTo(at(address));
              assertThat(found.from()).isEqualTo(said(from).map(HostFixture::at));
            });
  }

  @Test
  void findsTheCardWhereItWas() {
    with("01:00.0", card(I82576, "3", SERIAL, MAC));

    found(find(card(I82576, "3", SERIAL, MAC), "01:00.0"), "01:00.0", "");
  }

  @Test
  void followsTheSerialNumberToAnotherSlotAndSaysSo() {
    with("02:00.0", card(I82576, "4", SERIAL, MAC));

    PfPlace place = find(card(I82576, "3", SERIAL, MAC), "01:00.0");

    found(place, "02:00.0", "01:00.0");
    assertThat(place.words()).endsWith(" moved from 01:00.0 to 02:00.0, now in slot 4");
  }

  @Test
  void keepsTwoCardsOfOneModelApartThatChangedPlaces() {
    with("01:00.0", card(I82576, "3", OTHER, "")).with("02:00.0", card(I82576, "4", SERIAL, ""));

    found(find(card(I82576, "3", SERIAL, ""), "01:00.0"), "02:00.0", "01:00.0");
  }

  @Test
  void tellsThePortsOfOneCardApartByTheirMac() {
    with("02:00.0", card(I82576, "3", SERIAL, MAC))
        .with("02:00.1", card(I82576, "3", SERIAL, "00:1b:21:0a:0b:0d"));

    found(find(card(I82576, "3", SERIAL, "00:1B:21:0A:0B:0D"), ""), "02:00.1", "");
  }

  @Test
  void tellsThemApartByTheFunctionWhereTheirDriverIsNotLoaded() {
    with("02:00.0", card(I82576, "3", SERIAL, "")).with("02:00.1", card(I82576, "3", SERIAL, ""));

    found(find(card(I82576, "3", SERIAL, MAC), "01:00.1"), "02:00.1", "01:00.1");
  }

  @Test
  void asksForMoreWhereTheSerialNumberFitsBothPorts() {
    with("02:00.0", card(I82576, "3", SERIAL, "")).with("02:00.1", card(I82576, "3", SERIAL, ""));

    PfPlace place = find(only(SERIAL, ""), "");

    assertThat(place)
        .isEqualTo(
            new PfPlace.Ambiguous(
                java.util.List.of(at("02:00.0"), at("02:00.1")),
                "serial number "
                    + SERIAL
                    + " fits 02:00.0, 02:00.1: say more of the card, for example its permanent"
                    + " MAC"));
  }

  @Test
  void choosesTheSlotBetweenCardsWhoseMakerGaveThemOneSerialNumber() {
    with("01:00.0", card(I82576, "4", SERIAL, "")).with("02:00.0", card(I82576, "3", SERIAL, ""));

    found(find(card(I82576, "3", SERIAL, ""), "01:00.0"), "02:00.0", "01:00.0");
  }

  @Test
  void takesNoCardOfWhichOneUniqueThingFitsAndAnotherDoesNot() {
    with("01:00.0", card(I82576, "3", OTHER, MAC));

    assertThat(find(card(I82576, "3", SERIAL, MAC), "01:00.0").words())
        .isEqualTo(
            "no card here has id 8086:10c9, slot 3, serial number "
                + SERIAL
                + ", permanent MAC "
                + MAC
                + "; at 01:00.0 sits another (id 8086:10c9, slot 3, serial number "
                + OTHER
                + ", permanent MAC "
                + MAC
                + "): its serial number is "
                + OTHER
                + ", not "
                + SERIAL);
  }

  @Test
  void refusesAnotherCardAtTheNamedAddressAndSaysWhatItIs() {
    with("01:00.0", card(I350, "3", OTHER, ""));

    PfPlace place = find(card(I82576, "3", SERIAL, ""), "01:00.0");

    assertThat(place).isInstanceOf(PfPlace.NotFound.class);
    assertThat(place.words())
        .contains("at 01:00.0 sits another (id 8086:1521")
        .endsWith(
            ": its id is 8086:1521, not 8086:10c9 and its serial number is "
                + OTHER
                + ", not "
                + SERIAL);
  }

  @Test
  void doesNotLetASlotOverruleTheNamedAddress() {
    with("01:00.0", kind(I350, "4")).with("02:00.0", kind(I82576, "3"));

    PfPlace place = find(kind(I82576, "3"), "01:00.0");

    assertThat(place)
        .isInstanceOfSatisfying(
            PfPlace.NotFound.class,
            not -> assertThat(not.nearest().getFirst().address()).isEqualTo(at("02:00.0")));
  }

  @Test
  void saysInWhatTheNearestDiffer() {
    with("02:00.0", card(I82576, "4", OTHER, ""));

    assertThat(find(card(I82576, "3", SERIAL, ""), "01:00.0").words())
        .endsWith(
            "; there is no physical function at 01:00.0; nearest: 02:00.0, but its slot is 4, not"
                + " 3 and its serial number is "
                + OTHER
                + ", not "
                + SERIAL);
  }

  @Test
  void doesNotTakeACardForTheOneWhoseSerialNumberCannotBeSeen() {
    with("01:00.0", kind(I82576, "3"));

    assertThat(find(card(I82576, "3", SERIAL, ""), "01:00.0").words())
        .endsWith("it shows no serial number");
  }

  @Test
  void isContentWithOneUniqueThingWhereAnotherCannotBeSeen() {
    with("02:00.0", card(I82576, "3", "", MAC));

    found(find(card(I82576, "3", SERIAL, MAC), "01:00.0"), "02:00.0", "01:00.0");
  }

  @Test
  void choosesBySlotAlone() {
    with("01:00.0", kind(I82576, "3")).with("02:00.0", kind(I82576, "4"));
    PfIdentity slot =
        new PfIdentity(
            Optional.of("4"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    found(find(slot, ""), "02:00.0", "");
  }

  @Test
  void asksForMoreWhereTheKindFitsSeveral() {
    with("01:00.0", kind(I82576, "")).with("02:00.0", kind(I82576, ""));

    assertThat(find(kind(I82576, ""), "")).isInstanceOf(PfPlace.Ambiguous.class);
    found(find(kind(I82576, ""), "02:00.0"), "02:00.0", "");
  }

  @Test
  void takesAnAddressAloneAtItsWord() {
    with("01:00.0", kind(I82576, ""));

    found(find(PfIdentity.unknown(), "01:00.0"), "01:00.0", "");
    assertThat(find(PfIdentity.unknown(), "02:00.0").words())
        .isEqualTo("there is no physical function at 02:00.0; this host has 01:00.0");
    assertThat(find(PfIdentity.unknown(), "")).isInstanceOf(PfPlace.NotFound.class);
  }
}
