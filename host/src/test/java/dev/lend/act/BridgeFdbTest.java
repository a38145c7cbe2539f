package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.model.BridgeWish;
import dev.lend.model.NetForm;
import dev.lend.model.PciAddress;
import dev.lend.model.PfWish;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.plan.Request;
import dev.lend.plan.VfStep;
import dev.lend.sysfs.SimulatedHosts;
import dev.lend.sysfs.SimulatedKernel;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** VFs reach those behind a bridge on their PF for as long as that is wanted. */
class BridgeFdbTest {
  private static final PciAddress PF = PciAddress.parse("09:00.0").orElseThrow();
  private static final String ONE = "52:54:00:aa:00:01";
  private static final String TWO = "52:54:00:aa:00:02";
  private static final String BRIDGE = "52:54:00:ff:00:00";

  private House house = new House(bridged());

  BridgeFdbTest() {
    house.kernel.learns("tap0", ONE);
    house.kernel.learns("enp9s0", "52:54:00:cc:00:01");
    house.kernel.learns("enp2s0", "52:54:00:cc:00:02");
    shape(new PfWish(Optional.of(3), VfUse.GUESTS, VfWish.none(), new TreeMap<>()));
  }

  /** A PF, another card and a guest's interface are the ports of a bridge. */
  private static SimulatedKernel bridged() {
    SimulatedKernel kernel =
        SimulatedHosts.lab(SimulatedKernel.host())
            .nic("0000:09:00.0", "igb")
            .net("enp9s0")
            .up()
            .pf(8, 7, 7)
            .upper("br0")
            .build();
    int bridge = kernel.index("br0");
    kernel.byHand(new NetChange.AddLink(kernel.index("ens1"), "tap0", new NetForm.Macvlan(4, 0)));
    kernel.byHand(new NetChange.Join(kernel.index("tap0"), bridge));
    kernel.byHand(new NetChange.Join(kernel.index("enp2s0"), bridge));
    return kernel;
  }

  private void shape(PfWish wish) {
    assertThat(house.carryOut(request(wish))).isInstanceOf(Outcome.Done.class);
  }

  private static Request request(PfWish wish) {
    return new Request.ShapeVfs(PF, wish, new Request.Consent(false, false), "vf set");
  }

  private static PfWish known() {
    return new PfWish(Optional.empty(), VfUse.GUESTS, VfWish.none(), new TreeMap<>())
        .reaching(new BridgeWish(true, List.of()));
  }

  private PciAddress vf(int index) {
    return Optional.ofNullable(PfReader.vfs(house.kernel, PF).get(index)).orElseThrow();
  }

  private Request attach(int vf) {
    return new Request.Attach(vf(vf), SimulatedGuests.GUEST, House.ALL, true);
  }

  private List<String> filter() {
    int link = house.kernel.index("enp9s0");
    return house.kernel.forwards().stream()
        .filter(one -> one.master() == 0 && one.link() == link)
        .map(Net.Forward::mac)
        .toList();
  }

  private void enteredByHand(String mac) {
    house.kernel.byHand(new NetChange.Forward(house.kernel.index("enp9s0"), mac, true));
  }

  private String refused(Request request) {
    assertThat(house.carryOut(request)).isInstanceOf(Outcome.Refused.class);
    return house.lender().plan(house.journal(), request).objections().getFirst().text();
  }

  @Test
  void aGuestsVfReachesWhomTheBridgeKnowsBehindPortsThatAreNoHardwareAndTheBridgeItself() {
    assertThat(house.carryOut(attach(0))).isInstanceOf(Outcome.Done.class);

    assertThat(filter()).containsExactly(ONE, BRIDGE);

    assertThat(house.detach(vf(0))).isInstanceOf(Outcome.Done.class);
    assertThat(filter()).isEmpty();
  }

  @Test
  void withoutBeingAskedNothingIsEntered() {
    Request plain = new Request.Attach(vf(0), SimulatedGuests.GUEST, House.ALL);
    assertThat(house.carryOut(plain)).isInstanceOf(Outcome.Done.class);
    assertThat(filter()).isEmpty();
  }

  @Test
  void whatSomebodyElseEnteredStaysWhenTheGuestGoes() {
    enteredByHand(ONE);
    house.carryOut(attach(0));
    assertThat(filter()).containsExactly(ONE, BRIDGE);
    house.detach(vf(0));
    assertThat(filter()).containsExactly(ONE);
  }

  @Test
  void theLastGuestThatNeedsAnAddressTakesItAlong() {
    house.carryOut(attach(0));
    house.kernel.learns("tap0", TWO);
    house.carryOut(attach(1));
    assertThat(filter()).containsExactly(ONE, TWO, BRIDGE);
    house.detach(vf(0));
    assertThat(filter()).containsExactly(ONE, TWO, BRIDGE);
    house.detach(vf(1));
    assertThat(filter()).isEmpty();
  }

  @Test
  void aReservedVfKnowsUntilItIsHomeWhatWasEnteredForIt() {
    house.reserve(vf(0));
    assertThat(house.carryOut(attach(0))).isInstanceOf(Outcome.Done.class);
    assertThat(filter()).containsExactly(ONE, BRIDGE);
    house.guestsEnd();
    house.detach(vf(0));
    assertThat(filter()).isEmpty();
  }

  @Test
  void aFilterThatIsFullHasEverythingPutBack() {
    for (int i = 1; i <= 6; i++) {
      enteredByHand("52:54:00:bb:00:0" + i);
    }
    house.kernel.learns("tap0", TWO);
    List<String> before = filter();

    Outcome outcome = house.carryOut(attach(0));

    assertThat(outcome).isInstanceOf(Outcome.PutBack.class);
    assertThat(((Outcome.PutBack) outcome).why()).contains("filter of enp9s0", "room for a few");
    assertThat(filter()).isEqualTo(before);
    assertThat(house.driver(vf(0))).isEqualTo("none");
  }

  @Test
  void allVfsOfAPfReachThemForGoodAndOnceMoreNothingIsDone() {
    shape(known());
    assertThat(filter()).containsExactly(ONE, BRIDGE);
    house.carryOut(attach(0));
    house.detach(vf(0));
    assertThat(filter()).as("not for that guest's sake").containsExactly(ONE, BRIDGE);
    assertThat(house.lender().plan(house.journal(), request(known())).steps()).isEmpty();
    house.kernel.learns("tap0", TWO);
    assertThat(house.lender().plan(house.journal(), request(known())).steps())
        .containsExactly(new VfStep.Forward(PF, List.of(TWO), true));
  }

  @Test
  void whatAFileDeclaresIsEnteredWithNoBridgeThereYet() {
    house.kernel.byHand(new NetChange.Join(house.kernel.index("enp9s0"), 0));
    shape(
        new PfWish(Optional.of(3), VfUse.GUESTS, VfWish.none(), new TreeMap<>())
            .reaching(new BridgeWish(false, List.of(TWO))));
    assertThat(filter()).containsExactly(TWO);
  }

  @Test
  void whereNoBridgeIsOrTheFunctionIsNoVfThatIsSaid() {
    house.kernel.byHand(new NetChange.Join(house.kernel.index("enp9s0"), 0));
    assertThat(refused(attach(0))).contains("no interface here that is a port of a bridge");
    assertThat(refused(request(known()))).contains("no interface here that is a port of a bridge");
    assertThat(refused(new Request.Attach(House.NIC, SimulatedGuests.GUEST, House.ALL, true)))
        .contains("is no VF", "Leave --bridge-fdb out");
  }

  /** The filter is as before, or the guest has the VF and reaches all. */
  @Test
  void aDeathAnywhereIsFollowedByAWholeState() {
    House start = house;
    House whole = start.copy();
    whole.carryOut(attach(0));
    int moments = whole.moment.passed();
    for (int moment = 1; moment <= moments; moment++) {
      house = start.copy();
      house.moment.killAt(moment);
      house.attempt(attach(0));
      house.calm();
      house.recover();
      boolean lent = house.journal().ledger().loan(vf(0)).isPresent();
      assertThat(filter())
          .as("killed at moment %d", moment)
          .isEqualTo(lent ? List.of(ONE, BRIDGE) : List.of());
      house.detach(vf(0));
      assertThat(filter()).isEmpty();
    }
  }

  /** On the way home too. */
  @Test
  void aDeathOnTheWayHomeLeavesNothingInTheFilter() {
    house.carryOut(attach(0));
    House start = house;
    House whole = start.copy();
    whole.detach(vf(0));
    int moments = whole.moment.passed();
    for (int moment = 1; moment <= moments; moment++) {
      house = start.copy();
      house.moment.killAt(moment);
      house.attempt(new Request.Detach(vf(0)));
      house.calm();
      house.recover();
      if (house.journal().ledger().loan(vf(0)).isPresent()) {
        house.detach(vf(0));
      }
      assertThat(filter()).as("killed at moment %d", moment).isEmpty();
    }
  }
}
