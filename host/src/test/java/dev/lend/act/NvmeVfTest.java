package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.JournalRecord;
import dev.lend.model.NvmeShare;
import dev.lend.model.NvmeWish;
import dev.lend.model.PciAddress;
import dev.lend.model.PfWish;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.plan.Consequence;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.plan.Step;
import dev.lend.plan.VfStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** NVMe VFs get queues and interrupts, or everything is as it was. */
class NvmeVfTest {
  private static final PciAddress PF = PciAddress.parse("08:00.0").orElseThrow();
  private static final PciAddress FIRST = PciAddress.parse("08:00.1").orElseThrow();
  private static final Request.Consent NONE = new Request.Consent(false, false);
  private static final Request RESERVE =
      new Request.Reserve(
          PF, new Request.Consent(true, true, Set.of(Consequence.Kind.VIRTUAL_FUNCTIONS)));

  private final House house = new House();

  private static VfWish wish(int queues, int interrupts) {
    return VfWish.none().withNvme(new NvmeWish(Optional.of(queues), Optional.of(interrupts)));
  }

  private static Request count(int count, VfUse use, VfWish all) {
    return new Request.ShapeVfs(
        PF, new PfWish(Optional.of(count), use, all, new TreeMap<>()), NONE, "vf create");
  }

  private static Request set(int index, VfWish wish) {
    SortedMap<Integer, PfWish.OneVf> each = new TreeMap<>();
    each.put(index, new PfWish.OneVf(Optional.empty(), wish));
    return new Request.ShapeVfs(
        PF, new PfWish(Optional.empty(), VfUse.GUESTS, VfWish.none(), each), NONE, "vf set");
  }

  private static Request guests(int count) {
    return count(count, VfUse.GUESTS, VfWish.none());
  }

  private void done(Request request) {
    assertThat(house.carryOut(request)).isInstanceOf(Outcome.Done.class);
  }

  private String refused(Request request) {
    int writes = house.kernel.writes().size();
    assertThat(house.carryOut(request)).isInstanceOf(Outcome.Refused.class);
    assertThat(house.kernel.writes()).hasSize(writes);
    return house.lender().plan(house.journal(), request).objections().getFirst().text();
  }

  private List<NvmeShare> shares() {
    NvmeReader.Found found = new NvmeReader(house.kernel, house.kernel).read(PF);
    return List.copyOf(found.shares().values());
  }

  private static NvmeShare online(int queues, int interrupts) {
    return new NvmeShare(queues, interrupts, true);
  }

  @Test
  void eachVfGetsItsShareAndIsOnlineBeforeAnybodyAsksForIt() {
    done(guests(2));
    assertThat(shares())
        .containsExactly(online(4, 2), online(4, 2), NvmeShare.none(), NvmeShare.none());
    assertThat(house.driver(FIRST)).isEqualTo("none");
    assertThat(house.written()).contains("/sys/bus/pci/devices/0000:08:00.0/reset 1");
  }

  @Test
  void moreVfsShareTheSame() {
    done(guests(2));
    done(guests(4));
    assertThat(shares()).containsOnly(online(2, 1));
  }

  @Test
  void aControllerThatLeavesEnoughIsNotReset() {
    done(guests(2));
    int before = house.written().size();
    done(guests(3));
    assertThat(house.written().subList(before, house.written().size()))
        .noneMatch(write -> write.contains("/reset "));
  }

  @Test
  void theResetIsSaidBefore() {
    Plan plan = house.lender().plan(house.journal(), guests(2));
    assertThat(plan.consequences())
        .extracting(Consequence::kind)
        .contains(Consequence.Kind.CONTROLLER_RESET);
    List<String> lines = new ArrayList<>();
    plan.steps().stream().map(Step::shell).forEach(lines::addAll);
    assertThat(lines)
        .contains(
            "nvme virt-mgmt /dev/$(ls /sys/bus/pci/devices/0000:08:00.0/nvme) -c $vf1 -a 8 -r 0 -n 4");
  }

  @Test
  void theHostsDriverTakesVfsThatAreOnline() {
    done(count(2, VfUse.HOST, VfWish.none()));
    assertThat(house.driver(FIRST)).isEqualTo("nvme");
  }

  @Test
  void whatIsWishedForIsGiven() {
    done(count(2, VfUse.GUESTS, wish(2, 1)));
    assertThat(shares().subList(0, 2)).containsOnly(online(2, 1));
    assertThat(house.vfs(PF)).anyMatch(line -> line.contains("kept=4"));
  }

  @Test
  void aVfThatIsFreeGetsMoreWhereThereIsMore() {
    done(guests(4));
    done(set(3, wish(0, 1)));
    done(set(0, wish(4, 2)));
    assertThat(shares())
        .containsExactly(online(4, 2), online(2, 1), online(2, 1), NvmeShare.none());
    assertThat(refused(set(1, wish(4, 2)))).contains("leaves its VFs 8 queues, and 10");
  }

  @Test
  void aVfInAGuestKeepsWhatItHas() {
    done(guests(2));
    house.attach(FIRST);
    assertThat(refused(set(0, wish(2, 1)))).contains("cannot change what VF 0 has");
    done(set(1, wish(2, 1)));
    house.detach(FIRST);
    assertThat(shares().getFirst()).isEqualTo(online(4, 2));
  }

  @Test
  void whatACardDoesNotHaveIsRefused() {
    assertThat(refused(count(1, VfUse.GUESTS, wish(5, 1)))).contains("4 queues, not 5");
    assertThat(refused(count(4, VfUse.GUESTS, wish(4, 1)))).contains("too few");
    VfWish mac = VfWish.none().withMac(new VfWish.Auto());
    assertThat(refused(count(1, VfUse.GUESTS, mac))).contains("no network card");
    PciAddress nic = PciAddress.parse("01:00.0").orElseThrow();
    Request queues =
        new Request.ShapeVfs(
            nic,
            new PfWish(Optional.of(1), VfUse.GUESTS, wish(2, 1), new TreeMap<>()),
            NONE,
            "vf create");
    assertThat(refused(queues)).contains("no queues and interrupts");
  }

  @Test
  void theyGoOfflineBeforeTheyAreRemoved() {
    done(guests(2));
    Plan plan = house.lender().plan(house.journal(), guests(0));
    assertThat(plan.steps()).hasSize(2).first().isInstanceOf(VfStep.Share.class);
    done(guests(0));
    assertThat(shares()).containsOnly(NvmeShare.none());
  }

  @Test
  void vfsThatWentOfflineComeOnlineAgain() {
    done(guests(2));
    house.kernel.byHand("sys/bus/pci/devices/" + PF + "/reset", "1");
    assertThat(shares()).containsOnly(NvmeShare.none());
    done(guests(2));
    assertThat(shares().subList(0, 2)).containsOnly(online(4, 2));
    assertThat(house.lender().plan(house.journal(), guests(2)).steps()).isEmpty();
  }

  @Test
  void aPfThatComesHomeMakesThemAgain() {
    done(guests(2));
    assertThat(house.carryOut(RESERVE)).isInstanceOf(Outcome.Done.class);
    assertThat(house.vfs(PF)).contains("count 0");
    assertThat(house.giveBack(PF)).isInstanceOf(Outcome.Done.class);
    assertThat(shares().subList(0, 2)).containsOnly(online(4, 2));
  }

  @Test
  void whereverItIsCutOffTheStateIsOneOfTheTwo() {
    House made = new House();
    made.carryOut(guests(2));
    wherever(new House(), guests(2));
    wherever(made, guests(4));
    wherever(made, guests(0));
    wherever(made, set(1, wish(2, 1)));
    House hosts = new House();
    hosts.carryOut(count(2, VfUse.HOST, VfWish.none()));
    wherever(hosts, guests(3));
    wherever(hosts, RESERVE);
  }

  /** Lend dies before or after each line and write, and is started again. */
  private static void wherever(House from, Request request) {
    List<String> before = from.vfs(PF);
    House whole = from.copy();
    assertThat(whole.carryOut(request)).isInstanceOf(Outcome.Done.class);
    List<String> after = whole.vfs(PF);
    assertThat(after).isNotEqualTo(before);
    for (int moment = 1; ; moment++) {
      House house = from.copy();
      house.moment.killAt(moment);
      Optional<Outcome> outcome = house.attempt(request);
      house.calm();
      if (outcome.isPresent()) {
        assertThat(moment).isGreaterThan(10);
        return;
      }
      Optional<JournalRecord.Outcome> recovered = house.recover();
      assertThat(house.vfs(PF))
          .as("%s cut off at %s: %s", request, moment, recovered)
          .isIn(before, after);
    }
  }
}
