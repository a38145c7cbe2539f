package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lend.linux.LockedMemory;
import dev.lend.model.KernelTask;
import dev.lend.model.LockLimit;
import dev.lend.plan.Step;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.SimulatedCrash;
import dev.lend.sysfs.Tasks;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a guest's process may lock is raised for a device, and put back where it gets none. */
class LockMemoryTest {
  private static final LockLimit SMALL = new LockLimit(8 << 20, 64 << 20);

  private static House limited() {
    House house = new House();
    house.guests.limit(SimulatedGuests.GUEST, SMALL);
    return house;
  }

  @Test
  void theLimitIsRaisedForADeviceAndStaysWhileTheGuestRuns() {
    House house = limited();

    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.Done.class);

    assertThat(house.guests.limit(SimulatedGuests.GUEST).soft())
        .isGreaterThanOrEqualTo(SimulatedGuests.MEMORY);
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Done.class);
    CrashTest.sound(house);
  }

  @Test
  void aGuestThatGetsNoDeviceHasTheLimitThatItHad() {
    House house = limited();
    house.guests.takes = false;

    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.PutBack.class);

    assertThat(house.guests.limit(SimulatedGuests.GUEST)).isEqualTo(SMALL);
    CrashTest.sound(house);
  }

  @Test
  void killedAtAnyMomentTheRecoveryPutsTheLimitBackOrLeavesTheDeviceInTheGuest() {
    House whole = limited();
    whole.attach(House.NIC);
    for (int moment = 1; moment <= whole.moment.passed(); moment++) {
      House house = limited();
      house.moment.killAt(moment);
      try {
        house.attach(House.NIC);
      } catch (SimulatedCrash death) {
        house.moment.spare();
      }
      house.recover();
      boolean lent = !house.journal().ledger().loans().isEmpty();
      assertThat(house.guests.limit(SimulatedGuests.GUEST).equals(SMALL))
          .as("killed at %s, lent %s", moment, lent)
          .isEqualTo(!lent);
      CrashTest.sound(house);
    }
  }

  /** In memory, with somebody else at it. */
  private static final class Limits implements MemoryLock.Limits {
    private LockLimit now = SMALL;
    private boolean refuses;

    @Override
    public Optional<LockLimit> of(long pid) {
      return Optional.of(now);
    }

    @Override
    public void set(long pid, LockLimit limit) {
      now = refuses ? now : limit;
    }
  }

  private static final Step.LockMemory RAISE =
      new Step.LockMemory(
          SimulatedGuests.GUEST,
          new KernelTask(42, 1, "boot"),
          SMALL,
          new LockLimit(1L << 30, 1L << 30));

  @Test
  void whatSomebodyElseHasSetMeanwhileStays() throws StepFailure {
    Limits limits = new Limits();
    MemoryLock lock = new MemoryLock(limits, task -> true);
    LockLimit more = new LockLimit(LockLimit.NONE, LockLimit.NONE);
    limits.now = more;

    lock.set(RAISE);
    lock.set((Step.LockMemory) RAISE.inverse().orElseThrow());

    assertThat(limits.now).isEqualTo(more);
  }

  @Test
  void aLimitThatDoesNotTakeEffectIsAFailureAndAProcessThatHasEndedIsNone() throws StepFailure {
    Limits limits = new Limits();
    limits.refuses = true;
    assertThatExceptionOfType(StepFailure.class)
        .isThrownBy(() -> new MemoryLock(limits, task -> true).set(RAISE))
        .withMessageContaining("prlimit --pid 42 --memlock=1073741824:1073741824");

    new MemoryLock(limits, task -> false).set(RAISE);
    assertThat(limits.now).isEqualTo(SMALL);
  }

  /** Lowers the limit of a child, which anybody may. */
  @Test
  void theKernelTakesTheLimitOfARunningProcess() throws IOException, StepFailure {
    Process child = new ProcessBuilder("sleep", "60").start();
    try {
      Tasks tasks = new Tasks(new FileKernel(java.nio.file.Path.of("/")));
      KernelTask task = tasks.find(child.pid()).orElseThrow();
      LockLimit before = LockedMemory.of(child.pid()).orElseThrow();
      LockLimit less = new LockLimit(4096, before.hard());

      MemoryLock.of(tasks).set(new Step.LockMemory(SimulatedGuests.GUEST, task, before, less));

      assertThat(LockedMemory.of(child.pid())).contains(less);
    } finally {
      child.destroyForcibly();
    }
  }
}
