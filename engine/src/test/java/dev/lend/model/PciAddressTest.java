package dev.lend.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lend.gen.Gen;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PciAddressTest {
  private static final PciAddress VF = new PciAddress(0, 1, 0x10, 0);

  static PciAddress any(Gen gen) {
    int domain = gen.oneOf(0, 0, 1, 0xffff, 0x10000, Integer.MAX_VALUE, -1, gen.between(0, 0xffff));
    return new PciAddress(domain, gen.between(0, 255), gen.between(0, 31), gen.between(0, 7));
  }

  @Test
  void readsEachWayThatPeopleWriteOne() {
    for (String text : List.of("0000:01:10.0", "01:10.0", "pci_0000_01_10_0", "1:10.0")) {
      assertThat(PciAddress.parse(text)).as(text).contains(VF);
    }
    assertThat(PciAddress.parse("10000:E1:00.7"))
        .as("an Intel VMD domain, upper case")
        .contains(new PciAddress(0x10000, 0xe1, 0, 7));
  }

  @Test
  void readsBackWhateverItWrites() {
    Gen.check(
        PciAddressTest.class,
        "address-round-trip",
        2000,
        gen -> {
          PciAddress address = any(gen);
          assertThat(PciAddress.parse(address.toString())).contains(address);
          assertThat(PciAddress.parse(address.brief())).contains(address);
          assertThat(PciAddress.parse(address.libvirtName())).contains(address);
          assertThat(PciAddress.parse(address.toString().toUpperCase(Locale.ROOT)))
              .contains(address);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        ":",
        ":.",
        "pci_",
        "pci____",
        "01:10",
        "01.0",
        "01:10.",
        ":10.0",
        ":01:10.0",
        "01:10.8",
        "01:20.0",
        "100:00.0",
        "01:10.00",
        "0000:01:10.0 ",
        " 0000:01:10.0",
        "0000:01:10.0\n",
        "0000:0000:01:10.0",
        "100000000:01:10.0",
        "0000:01:10,0",
        "-1:10.0",
        "+1:10.0",
        "0x0000:01:10.0",
        "01:1g.0",
        "pci_01_10_0",
        "pci_0000:01:10.0",
        "../../0000:01:10.0",
        "0000:01:10.0/../x",
        "０1:10.0",
        "0000:01:10.\u0660",
        "eth1",
        "\0"
      })
  void takesNothingElseForAnAddress(String text) {
    assertThat(PciAddress.parse(text)).isEmpty();
  }

  @Test
  void neverThrowsForAnyTextAndReadsOnlyWhatNamesTheSameAddressAgain() {
    Gen.check(
        PciAddressTest.class,
        "address-hostile",
        5000,
        gen -> {
          StringBuilder text = new StringBuilder(gen.oneOf("", "", "pci_"));
          for (int i = gen.between(0, 16); i > 0; i--) {
            text.append(gen.oneOf("0", "1", "f", "A", ":", ".", "_", "7", gen.text(1)));
          }
          Optional<PciAddress> address = PciAddress.parse(text.toString());
          address.ifPresent(some -> assertThat(PciAddress.parse(some.toString())).contains(some));
        });
  }

  @Test
  void ordersDomainsAsUnsignedAndThenByBusDeviceAndFunction() {
    List<PciAddress> inOrder =
        List.of(
            new PciAddress(0, 0, 0, 1),
            new PciAddress(0, 0, 1, 0),
            new PciAddress(0, 1, 0, 0),
            new PciAddress(1, 0, 0, 0),
            new PciAddress(-1, 0, 0, 0));
    assertThat(inOrder.reversed().stream().sorted().toList()).isEqualTo(inOrder);
  }

  @Test
  void refusesNumbersThatNoFunctionHas() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PciAddress(0, 256, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new PciAddress(0, 0, 32, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new PciAddress(0, 0, 0, 8));
    assertThatIllegalArgumentException().isThrownBy(() -> new PciAddress(0, -1, 0, 0));
  }
}
