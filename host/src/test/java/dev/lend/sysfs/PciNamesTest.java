package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.model.SriovRole;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PciNamesTest {
  private static final PciFunction FUNCTION =
      new PciFunction(
          new PciAddress(0, 1, 0, 0),
          new PciClass(0x020000),
          new PciId(0x8086, 0x10c9),
          new PciId(0x8086, 0xa03c),
          Optional.empty(),
          Fact.absent(),
          Fact.absent(),
          SriovRole.ordinary());

  private static PciNames of(String list) {
    return PciNames.of(list.getBytes(StandardCharsets.UTF_8), List.of(FUNCTION));
  }

  @Test
  void findsVendorDeviceBoardAndClass() {
    PciNames names =
        of(
            """
            8085  Other
            \t10c9  wrong
            8086  Intel Corporation
            # a comment
            \t10c8  wrong
            \t\t8086 a03c  wrong
            \t10c9  82576
            \t\t8086 a03b  wrong
            \t\t8086 a03c  Gigabit ET
            C 02  Network controller
            \t00  Ethernet controller
            \t\t00  wrong
            """);
    assertThat(names.vendor(FUNCTION.id())).contains("Intel Corporation");
    assertThat(names.device(FUNCTION.id())).contains("82576");
    assertThat(names.board(FUNCTION)).contains("Gigabit ET");
    assertThat(names.pciClass(FUNCTION.pciClass())).contains("Ethernet controller");
  }

  @Test
  void namesTheBaseClassWhereTheSubClassHasNoName() {
    assertThat(of("C 02  Network controller\n").pciClass(FUNCTION.pciClass()))
        .contains("Network controller");
  }

  @Test
  void givesNoNamesForAnEmptyOrGarbledList() {
    for (String list :
        List.of("", "\n\n", "\t\t\t", "8086", "8086\n\t10c9", "C ", "\u0000\uffff")) {
      assertThat(of(list).device(FUNCTION.id())).isEmpty();
      assertThat(of(list).pciClass(FUNCTION.pciClass())).isEmpty();
    }
  }
}
