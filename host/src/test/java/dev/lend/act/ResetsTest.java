package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.ResetTrial;
import dev.lend.ledger.ResetTrial.Result;
import dev.lend.model.Fact;
import dev.lend.plan.Objection;
import dev.lend.plan.Request;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal.Reason;
import dev.lend.sysfs.SimulatedCrash;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Resets that are tried out, that fail after a guest, and that clean. */
class ResetsTest {
  private static final String NIC = House.NIC.toString();
  private static final String METHODS = "sys/bus/pci/devices/" + NIC + "/reset_method";

  private final House house = new House();

  private Outcome tryReset() {
    return house.carryOut(new Request.TryReset(House.NIC));
  }

  private Outcome clean() {
    return house.carryOut(new Request.Clean(House.NIC));
  }

  private List<ResetTrial> trials() {
    return house.journal().ledger().trials().getOrDefault(House.NIC, List.of());
  }

  private List<Result> results() {
    return trials().stream().map(ResetTrial::result).toList();
  }

  private boolean quarantined() {
    return house.journal().ledger().quarantine(House.NIC).isPresent();
  }

  private void atHome() {
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
    assertThat(house.override(House.NIC)).isEqualTo("(null)");
    assertThat(house.kernel.read(METHODS)).isEqualTo(Fact.known("pm bus"));
    assertThat(house.journal().unfinished()).isEmpty();
  }

  private long resets() {
    return house.kernel.writes().stream().filter(write -> write.path().endsWith("/reset")).count();
  }

  @Test
  void triesEachMethodTwiceAndBringsTheFunctionBack() {
    assertThat(tryReset()).isInstanceOf(Outcome.Done.class);
    atHome();
    assertThat(house.kernel.writes())
        .extracting(write -> write.path().replaceAll(".*/", "") + " " + write.value())
        .containsExactly(
            "driver_override none",
            "unbind " + NIC,
            "reset_method pm",
            "reset 1",
            "reset 1",
            "reset_method bus",
            "reset 1",
            "reset 1",
            "reset_method pm bus",
            "driver_override \n",
            "drivers_probe " + NIC);
    assertThat(trials())
        .extracting(ResetTrial::describe)
        .containsExactly(
            "reset by pm: configuration space is as before",
            "reset by bus: configuration space is as before");
    assertThat(trials().getFirst().id().toString()).isEqualTo("8086:10d3");
    assertThat(quarantined()).isFalse();
  }

  @Test
  void goesOnToTheNextMethodWhereOneFails() {
    house.kernel.resetFails(NIC, "pm");
    assertThat(tryReset()).isInstanceOf(Outcome.Done.class);
    atHome();
    assertThat(results()).containsExactly(Result.REFUSED, Result.CLEAN);
    assertThat(resets()).as("the first failure ends a method's trial").isEqualTo(3);
    assertThat(quarantined()).isFalse();
  }

  @Test
  void noticesWhatAResetTook() {
    house.kernel.resetWipes(NIC, "bus");
    assertThat(tryReset()).isInstanceOf(Outcome.Done.class);
    assertThat(results()).containsExactly(Result.CLEAN, Result.CHANGED);
    assertThat(trials().getLast().detail())
        .isEqualTo("the first time: command 0006 -> 0000; BAR 0 fe800000 -> 00000000");
    assertThat(quarantined()).isTrue();

    house.kernel.mendResets(NIC);
    assertThat(clean()).isInstanceOf(Outcome.Done.class);
    assertThat(trials().getLast().detail())
        .as("a reset that keeps what is lost")
        .isEqualTo("the first time: BAR 0 0x00000000fe800000 -> 0");
    assertThat(quarantined()).isTrue();
  }

  @Test
  void namesAFunctionThatDoesNotComeBackFromAReset() {
    house.kernel.resetKills(NIC, "bus");
    assertThat(tryReset())
        .isInstanceOfSatisfying(
            Outcome.Stranded.class,
            stranded -> assertThat(String.join(" ", stranded.why())).contains("is on no driver"));
    assertThat(results()).containsExactly(Result.CLEAN, Result.GONE);
    assertThat(quarantined()).isTrue();
    assertThat(house.journal().ledger().loan(House.NIC))
        .as("the way home, for when it answers again")
        .hasValueSatisfying(loan -> assertThat(loan.origin().driver()).contains("e1000e"));
  }

  @Test
  void touchesNothingThatIsLent() {
    house.reserve(House.NIC);
    int writes = house.kernel.writes().size();
    assertThat(tryReset()).isInstanceOf(Outcome.Refused.class);
    assertThat(clean()).isInstanceOf(Outcome.Refused.class);
    assertThat(house.kernel.writes()).hasSize(writes);
  }

  @Test
  void resetsWhatAGuestHadBeforeTheHostsDriverGetsIt() {
    house.attach(House.NIC);
    int before = house.kernel.writes().size();
    house.detach(House.NIC);
    assertThat(house.kernel.writes().get(before).path()).endsWith("/reset");
    assertThat(results()).containsExactly(Result.CLEAN);
    atHome();
  }

  @Test
  void resetsWhatWaitedOnVfioPciBeforeAGuestGetsIt() {
    house.reserve(House.NIC);
    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(results()).containsExactly(Result.CLEAN);
  }

  @Test
  void givesNothingToAGuestThatCouldNotBeResetBefore() {
    house.reserve(House.NIC);
    house.kernel.resetWipes(NIC, "pm");
    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.PutBack.class);
    assertThat(house.guests.devices()).isEmpty();
    assertThat(house.journal().ledger().loan(House.NIC)).isPresent();
    assertThat(house.journal().ledger().quarantines()).containsOnlyKeys(House.NIC);
    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void quarantinesWhatCouldNotBeResetAfterAGuestUntilItIsClean() {
    house.attach(House.NIC);
    house.kernel.resetFails(NIC, "pm").resetFails(NIC, "bus");
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Done.class);
    atHome();
    assertThat(quarantined()).isTrue();
    assertThat(house.attach(House.NIC))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.plan().objections())
                    .extracting(Objection::text)
                    .singleElement()
                    .asString()
                    .contains("is in quarantine", "Input/output error", "lend clean 02:00.0"));
    assertThat(clean()).isInstanceOf(Outcome.Done.class);
    atHome();
    assertThat(quarantined()).as("it still cannot be reset").isTrue();

    house.kernel.mendResets(NIC);
    assertThat(clean()).isInstanceOf(Outcome.Done.class);
    atHome();
    assertThat(quarantined()).isFalse();
    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.Done.class);
    CrashTest.sound(house);
  }

  @Test
  void doesNotWaitForADeviceThatFellOffItsBusInAGuestAndCleansItLater() {
    house.attach(House.NIC);
    house.kernel.resetKills(NIC, "pm");
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Stranded.class);
    assertThat(results()).containsExactly(Result.GONE);
    assertThat(resets()).as("the kernel would wait a minute for it").isZero();
    assertThat(quarantined()).isTrue();
    assertThat(house.journal().ledger().loan(House.NIC)).as("the way home stays known").isPresent();

    house.kernel.mendResets(NIC);
    assertThat(clean()).as("by its bus, which brings it back").isInstanceOf(Outcome.Done.class);
    assertThat(quarantined()).isFalse();
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    atHome();
  }

  @Test
  void leavesAFunctionAloneWhoseResetTheKernelDoesNotAnswer() {
    house.attach(House.NIC);
    house.kernel.onWriteTo("02:00.0/reset", new Fault.NeverHappen());
    int before = house.kernel.writes().size();
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Stuck.class);
    assertThat(house.kernel.writes()).hasSize(before + 1);
    assertThat(quarantined()).isTrue();
    house.kernel.settle();
    house.recover();
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
    assertThat(quarantined()).as("what the reset did nobody knows").isTrue();
  }

  @Test
  void putsTheOrderOfMethodsBackWhereAStepFails() {
    house.kernel.onWrite(6, new Fault.Refuse(Reason.EINVAL));
    assertThat(tryReset()).isInstanceOf(Outcome.PutBack.class);
    atHome();
    assertThat(results()).containsExactly(Result.CLEAN);
  }

  @Test
  void tryingOutIsUndoneWhereverLendDies() {
    everywhere(start -> {}, some -> some.carryOut(new Request.TryReset(House.NIC)));
  }

  @Test
  void cleaningIsUndoneWhereverLendDies() {
    everywhere(
        start -> {
          start.attach(House.NIC);
          start.kernel.resetFails(NIC, "pm");
          start.detach(House.NIC);
          start.kernel.mendResets(NIC);
        },
        some -> some.carryOut(new Request.Clean(House.NIC)));
  }

  @Test
  void cleaningAReservedFunctionLeavesItReservedWhereverLendDies() {
    everywhere(
        start -> {
          start.reserve(House.NIC);
          start.kernel.resetFails(NIC, "pm");
          start.kernel.onWriteTo("vfio-pci/unbind", new Fault.Refuse(Reason.EIO));
          start.giveBack(House.NIC);
          start.kernel.mendResets(NIC);
        },
        some -> some.carryOut(new Request.Clean(House.NIC)));
  }

  /** A quarantine is never lost to a crash: it begins in the end, whenever Lend died on the way. */
  @Test
  void aDetachWhoseResetFailsIsFinishedWithItsQuarantine() {
    boolean died = true;
    for (int first = 1; died; first++) {
      boolean again = true;
      for (int second = 1; again; second++) {
        House some = new House();
        some.attach(House.NIC);
        some.kernel.resetFails(NIC, "pm");
        int resets = resets(some);
        died = dies(some, first, () -> some.detach(House.NIC));
        again = dies(some, second, some::recover) && died;
        some.recover();
        String where = "death at " + first + ", then at " + second;
        CrashTest.sound(some);
        Ledger ledger = some.journal().ledger();
        if (ledger.loan(House.NIC).isEmpty()) {
          assertThat(ledger.quarantine(House.NIC)).as(where).isPresent();
          assertThat(resets(some)).as(where).isGreaterThan(resets);
        }
      }
    }
  }

  private static int resets(House house) {
    return (int)
        house.kernel.writes().stream().filter(write -> write.path().endsWith("/reset")).count();
  }

  private static void everywhere(Consumer<House> before, Consumer<House> command) {
    boolean died = true;
    int points = 0;
    for (int first = 1; died; first++) {
      boolean again = true;
      for (int second = 1; again; second++) {
        House some = new House();
        before.accept(some);
        List<String> start = some.bindings();
        Ledger startLedger = some.journal().ledger();
        died = dies(some, first, () -> command.accept(some));
        again = dies(some, second, some::recover) && died;
        some.recover();
        points++;
        String where = "death at " + first + ", then at " + second;
        CrashTest.sound(some);
        assertThat(some.bindings()).as(where).isEqualTo(start);
        assertThat(some.kernel.read(METHODS)).as(where).isEqualTo(Fact.known("pm bus"));
        Ledger ledger = some.journal().ledger();
        assertThat(ledger.loans()).as(where).isEqualTo(startLedger.loans());
        boolean clean =
            ledger.trials().getOrDefault(House.NIC, List.of()).stream()
                .anyMatch(ResetTrial::worked);
        assertThat(ledger.quarantine(House.NIC).isPresent())
            .as("%s: ended by a reset that worked, and by nothing else", where)
            .isEqualTo(startLedger.quarantine(House.NIC).isPresent() && !clean);
        int writes = some.kernel.writes().size();
        assertThat(some.recover()).as("a second recovery").isEmpty();
        assertThat(some.kernel.writes()).hasSize(writes);
      }
    }
    assertThat(points).isGreaterThan(20);
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
}
