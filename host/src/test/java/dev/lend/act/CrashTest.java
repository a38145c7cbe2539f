package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.PciAddress;
import dev.lend.sysfs.SimulatedCrash;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Lend dies before and after every kernel write, journal line and guest call of every command, and
 * again before and after every one of the recovery; whatever is left is put in order.
 */
class CrashTest {
  private static final Map<PciAddress, String> HOME =
      Map.of(House.NIC, "e1000e", House.TWIN, "8139cp", House.OTHER_TWIN, "e1000");

  @Test
  void attachIsUndone() {
    everywhere(house -> {}, house -> house.attach(House.NIC));
  }

  @Test
  void attachOfAGroupIsUndone() {
    everywhere(house -> {}, house -> house.attach(House.TWIN));
  }

  @Test
  void attachOfAReservedFunctionIsUndone() {
    everywhere(house -> house.reserve(House.TWIN), house -> house.attach(House.OTHER_TWIN));
  }

  @Test
  void reserveIsUndone() {
    everywhere(house -> {}, house -> house.reserve(House.TWIN));
  }

  @Test
  void detachIsFinished() {
    everywhere(house -> house.attach(House.TWIN), house -> house.detach(House.TWIN));
  }

  @Test
  void detachOfOneOfTwoIsFinished() {
    everywhere(
        house -> {
          house.attach(House.TWIN);
          house.attach(House.OTHER_TWIN);
        },
        house -> house.detach(House.TWIN));
  }

  @Test
  void returnIsFinished() {
    everywhere(house -> house.reserve(House.TWIN), house -> house.giveBack(House.OTHER_TWIN));
  }

  private static House prepared(Consumer<House> before) {
    House house = new House().live();
    before.accept(house);
    sound(house);
    return house;
  }

  private static void everywhere(Consumer<House> before, Consumer<House> command) {
    House whole = prepared(before);
    List<String> start = whole.bindings();
    Ledger startLedger = whole.journal().ledger();
    int moments = whole.moment.passed();
    command.accept(whole);
    moments = whole.moment.passed() - moments;
    sound(whole);
    List<String> end = whole.bindings();
    Ledger endLedger = whole.journal().ledger();
    assertThat(endLedger).as("the command does something").isNotEqualTo(startLedger);
    for (int first = 1; first <= moments; first++) {
      boolean again = true;
      for (int second = 1; again; second++) {
        House house = prepared(before);
        assertThat(dies(house, first, () -> command.accept(house))).isTrue();
        again = dies(house, second, house::recover);
        house.recover();
        String where = "death at " + first + ", then at " + second;
        sound(house);
        Ledger ledger = house.journal().ledger();
        if (ledger.equals(endLedger)) {
          assertThat(house.bindings()).as(where).isEqualTo(end);
        } else {
          assertThat(ledger).as(where).isEqualTo(startLedger);
          assertThat(house.bindings()).as(where).isEqualTo(start);
        }
        int writes = house.kernel.writes().size();
        int lines = house.lines.size();
        assertThat(house.recover()).as("a second recovery").isEmpty();
        assertThat(house.kernel.writes()).hasSize(writes);
        assertThat(house.lines).hasSize(lines);
      }
    }
  }

  private static boolean dies(House house, int nth, Runnable work) {
    house.moment.killAt(nth);
    try {
      work.run();
      return false;
    } catch (SimulatedCrash death) {
      return true;
    } finally {
      house.moment.spare();
    }
  }

  /** What holds whenever Lend has nothing more to do. */
  static void sound(House house) {
    assertThat(house.journal().unfinished()).isEmpty();
    Ledger ledger = house.journal().ledger();
    for (PciAddress address : House.LENDABLE) {
      String home = HOME.get(address);
      if (ledger.loan(address).isPresent()) {
        Loan loan = ledger.loan(address).get();
        assertThat(loan.origin().driver()).as("the way back").contains(home);
        assertThat(loan.origin().override()).isEmpty();
        assertThat(house.driver(address)).isEqualTo("vfio-pci");
        boolean inGuest =
            loan.inGuest()
                .map(in -> address.equals(house.guests.devices().get(in.deviceId())))
                .orElse(false);
        assertThat(inGuest).as("%s", loan).isEqualTo(loan.inGuest().isPresent());
        assertThat(house.guests.devices().containsValue(address)).isEqualTo(inGuest);
      } else {
        assertThat(house.driver(address)).as("%s at home", address).isEqualTo(home);
        assertThat(house.override(address)).isEqualTo("(null)");
        assertThat(house.guests.devices()).doesNotContainValue(address);
      }
    }
    assertThat(house.kernel.writes())
        .as("nothing that the host lives on was touched")
        .noneMatch(write -> (write.path() + write.value()).matches(".*0000:00:0[23]\\.0.*"));
  }
}
