package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.linux.Link;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetAddress;
import dev.lend.model.PciAddress;
import dev.lend.model.PfState;
import dev.lend.model.PfWish;
import dev.lend.model.VfAbility;
import dev.lend.model.VfSettings;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.plan.VfStep;
import dev.lend.sysfs.CarefulReader;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.KernelRefusal.Reason;
import dev.lend.sysfs.Scope;
import dev.lend.sysfs.SimulatedHosts;
import dev.lend.sysfs.SimulatedKernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** VFs are made, set up and removed, or everything is as it was. */
class VfShapeTest {
  private static final PciAddress PF = PciAddress.parse("01:00.0").orElseThrow();
  private static final String DEVICE = "sys/bus/pci/devices/" + PF;
  private static final String MAC = "52:54:00:aa:00:01";
  private static final Request.Consent NONE = new Request.Consent(false, false);

  private House house = new House();

  private static VfWish wish() {
    return VfWish.none();
  }

  private static VfWish mac(String mac) {
    return wish().withMac(new VfWish.Exactly(mac));
  }

  private static VfWish vlan(int id) {
    return wish().withVlan(new VfSettings.Vlan(id, 0, VfSettings.Vlan.Q));
  }

  private static VfWish maxRate(long rate) {
    return wish().withRates(0, rate);
  }

  private static VfWish link(VfSettings.Link link) {
    return wish().withLink(link);
  }

  private static Request shape(PfWish wish) {
    return new Request.ShapeVfs(PF, wish, NONE, "vf create");
  }

  private static Request count(int count, VfUse use, VfWish all) {
    return shape(new PfWish(Optional.of(count), use, all, new TreeMap<>()));
  }

  private static Request set(int index, VfWish wish) {
    SortedMap<Integer, PfWish.OneVf> each = new TreeMap<>();
    each.put(index, new PfWish.OneVf(Optional.empty(), wish));
    return new Request.ShapeVfs(
        PF, new PfWish(Optional.empty(), VfUse.GUESTS, VfWish.none(), each), NONE, "vf set");
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

  private SortedMap<Integer, VfSettings> settings() {
    try {
      return house.kernel.vfs(house.kernel.index("enp1s0"));
    } catch (NetRefusal never) {
      throw new AssertionError(never);
    }
  }

  private VfSettings held(int index) {
    return Optional.ofNullable(settings().get(index)).orElseThrow();
  }

  private String addressOf(String net) {
    return house.kernel.links().stream()
        .filter(link -> link.name().equals(net))
        .findFirst()
        .flatMap(Link::mac)
        .orElseThrow();
  }

  private String count() {
    return house.kernel.read(DEVICE + "/sriov_numvfs").or("?");
  }

  private String autoprobe() {
    return house.kernel.read(DEVICE + "/sriov_drivers_autoprobe").or("?");
  }

  private PciAddress vf(int index) {
    String target = house.kernel.resolve(DEVICE + "/virtfn" + index).or("");
    return PciAddress.parse(target.substring(target.lastIndexOf('/') + 1)).orElseThrow();
  }

  /** Everything that shaping VFs may change. */
  private List<String> all() {
    List<String> all = new ArrayList<>(List.of(count(), autoprobe(), house.network("enp1s0")));
    settings()
        .forEach((index, settings) -> {
          String made = settings.mac();
          all.add(index + " " + house.driver(vf(index)) + " " + made + " " + settings);
        });
    return all;
  }

  /** To read {@code sriov_numvfs} waits for as long as anybody's write to it does. */
  @Test
  void countsTheVfsOfAPfWhoseCountSomebodyIsChanging() {
    done(count(3, VfUse.GUESTS, wish()));
    KernelReader kernel = new CarefulReader(house.kernel, Set.of(PF));
    HostSnapshot host = new HostReader(house.kernel).read(Scope.functions());

    Fact<PfState> state = new PfReader(kernel, house.kernel, house.kernel).read(host, PF);

    assertThat(state.asOptional().map(PfState::count)).contains(3);
  }

  @Test
  void vfsForGuestsHaveAddressesOfTheirOwnAndNoDriver() {
    done(count(4, VfUse.GUESTS, wish()));
    assertThat(count()).isEqualTo("4");
    assertThat(autoprobe()).isEqualTo("1");
    List<String> macs = settings().values().stream().map(VfSettings::mac).toList();
    assertThat(new HashSet<>(macs)).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(house.driver(vf(i))).isEqualTo("none");
      int first = Integer.parseInt(macs.get(i).substring(0, 2), 16);
      assertThat(first & 3).as("locally administered, one card's").isEqualTo(2);
    }
  }

  @Test
  void vfsForTheHostAreOnItsDriverAndHaveTheAddressThatTheirPfGaveThem() {
    done(count(2, VfUse.HOST, wish()));
    assertThat(house.driver(vf(0))).isEqualTo("igbvf");
    assertThat(house.driver(vf(1))).isEqualTo("igbvf");
    assertThat(autoprobe()).isEqualTo("1");
  }

  @Test
  void whatIsSoAlreadyIsNotDoneAgain() {
    done(count(4, VfUse.GUESTS, vlan(7)));
    int writes = house.kernel.writes().size();
    Plan plan = house.lender().plan(house.journal(), count(4, VfUse.GUESTS, vlan(7)));
    assertThat(plan.allowed()).isTrue();
    assertThat(plan.steps()).isEmpty();
    done(count(4, VfUse.GUESTS, vlan(7)));
    assertThat(house.kernel.writes()).hasSize(writes);
  }

  @Test
  void aVfHasTheSameAddressEachTimeThatItIsMade() {
    done(count(4, VfUse.GUESTS, wish()));
    String first = held(0).mac();
    String second = held(1).mac();
    done(count(2, VfUse.GUESTS, wish()));
    assertThat(settings()).hasSize(2);
    done(count(0, VfUse.GUESTS, wish()));
    assertThat(count()).isEqualTo("0");
    done(count(3, VfUse.GUESTS, wish()));
    assertThat(held(0).mac()).isEqualTo(first);
    assertThat(held(1).mac()).isEqualTo(second);
  }

  @Test
  void aVfThatAGuestHasKeepsTheOthersToo() {
    done(count(2, VfUse.GUESTS, wish()));
    assertThat(house.attach(vf(1))).isInstanceOf(Outcome.Done.class);
    assertThat(refused(count(4, VfUse.GUESTS, wish())))
        .contains("is lent to", "lend detach", "--replace");
    assertThat(refused(count(0, VfUse.GUESTS, wish()))).contains("is lent to");
    done(set(0, vlan(7)));
    assertThat(held(0).vlan().id()).isEqualTo(7);
  }

  @Test
  void aVfThatIsReservedOrThatSomebodyElseHasIsNotTakenAway() throws Exception {
    done(count(2, VfUse.GUESTS, wish()));
    assertThat(house.reserve(vf(0))).isInstanceOf(Outcome.Done.class);
    assertThat(refused(count(1, VfUse.GUESTS, wish()))).contains("is reserved", "lend return");
    assertThat(house.giveBack(vf(0))).isInstanceOf(Outcome.Done.class);
    house.kernel.write("sys/bus/pci/devices/" + vf(1) + "/driver_override", "vfio-pci");
    house.kernel.write("sys/bus/pci/drivers_probe", vf(1).toString());
    assertThat(refused(count(1, VfUse.GUESTS, wish()))).contains("on vfio-pci, and not by Lend");
    house.kernel.startGuest(4711, "stranger", false);
    house.kernel.guestTakes(4711, vf(1).toString());
    assertThat(refused(count(1, VfUse.GUESTS, wish()))).contains("is held by");
  }

  private String interfaceOf(PciAddress vf) {
    return house.kernel.list("sys/bus/pci/devices/" + vf + "/net").or(List.of()).getFirst();
  }

  @Test
  void allGuestsAndInterfacesThatUseVfsAreNamedAtOnceAndNothingIsTaken() {
    done(count(4, VfUse.HOST, wish()));
    String used = interfaceOf(vf(1));
    int link = house.kernel.index(used);
    house.kernel.byHand(new NetChange.Up(link, true));
    house.kernel.byHand(
        new NetChange.AddAddress(link, NetAddress.of(House.ip("198.51.100.7"), 24)));
    house.attach(vf(2));
    house.reserve(vf(3));
    List<String> before = all();
    for (int other : new int[] {2, 0}) {
      Request request = count(other, VfUse.GUESTS, wish());
      assertThat(house.carryOut(request)).isInstanceOf(Outcome.Refused.class);
      Plan plan = house.lender().plan(house.journal(), request);
      assertThat(plan.objections().toString())
          .contains("VF 2 of 01:00.0", "is lent to " + SimulatedGuests.GUEST)
          .contains("VF 3 of 01:00.0", "is reserved");
      assertThat(plan.consequences().toString()).contains(used, "198.51.100.7/24");
      assertThat(all()).isEqualTo(before);
    }
  }

  @Test
  void beforeVfsAreTakenBackItIsSaidWhatElseSpeaksAgainstIt() {
    done(count(2, VfUse.GUESTS, wish()));
    house.attach(vf(0));
    Request.ShapeVfs more = (Request.ShapeVfs) count(4, VfUse.GUESTS, wish());
    Plan plan = house.lender().plan(house.journal(), more.afterTakingBack());
    assertThat(plan.allowed()).isTrue();
    assertThat(plan.consequences().toString())
        .contains("is lent to " + SimulatedGuests.GUEST + ", and taken back first");
    Request.ShapeVfs wrong =
        (Request.ShapeVfs) count(4, VfUse.GUESTS, link(VfSettings.Link.DISABLE));
    assertThat(house.lender().plan(house.journal(), wrong.afterTakingBack()).objections())
        .singleElement()
        .asString()
        .contains("cannot set link-state");
  }

  @Test
  void whatTheDriverCanIsFoundOnceAndRemembered() {
    done(count(1, VfUse.GUESTS, wish()));
    var known = house.journal().ledger().abilities().values().iterator().next();
    assertThat(known.driver()).isEqualTo("igb");
    assertThat(known.lacks(VfAbility.LINK_STATE)).isPresent();
    assertThat(known.lacks(VfAbility.QINQ)).isPresent();
    assertThat(known.lacks(VfAbility.TRUST)).isEmpty();
    assertThat(house.lender().plan(house.journal(), count(2, VfUse.GUESTS, wish())).steps())
        .noneMatch(step -> step instanceof VfStep.Try);
    assertThat(held(0).vlan()).isEqualTo(VfSettings.Vlan.none());
    assertThat(held(0).trust()).contains(false);
  }

  @Test
  void whatTheDriverIsKnownNotToDoIsRefusedBefore() {
    done(count(1, VfUse.GUESTS, wish()));
    assertThat(refused(set(0, link(VfSettings.Link.DISABLE)))).contains("cannot set link-state");
  }

  @Test
  void aSettingThatTheDriverDoesNotHaveLeavesNothingHalfDone() {
    List<String> before = all();
    Outcome outcome =
        house.carryOut(count(3, VfUse.GUESTS, link(VfSettings.Link.ENABLE).or(vlan(9))));
    assertThat(outcome).isInstanceOf(Outcome.PutBack.class);
    assertThat(((Outcome.PutBack) outcome).why()).contains("VF 0 of enp1s0", "state enable");
    assertThat(all()).isEqualTo(before);
  }

  @Test
  void oneVfThatCannotBeSetUndoesTheOthers() {
    done(count(3, VfUse.GUESTS, vlan(5)));
    List<String> before = all();
    SortedMap<Integer, PfWish.OneVf> each = new TreeMap<>();
    each.put(1, new PfWish.OneVf(Optional.empty(), maxRate(5_000)));
    Outcome outcome =
        house.carryOut(shape(new PfWish(Optional.of(3), VfUse.GUESTS, vlan(9), each)));
    assertThat(outcome).isInstanceOf(Outcome.PutBack.class);
    assertThat(((Outcome.PutBack) outcome).why()).contains("VF 1 of enp1s0", "max_tx_rate 5000");
    assertThat(all()).isEqualTo(before);
  }

  @Test
  void anAddressIsGivenToOneVfOnly() {
    done(count(2, VfUse.GUESTS, wish()));
    done(set(0, mac(MAC)));
    assertThat(held(0).mac()).isEqualTo(MAC);
    assertThat(refused(set(1, mac(MAC)))).contains("VF 0 has it");
    assertThat(refused(set(1, mac(addressOf("enp2s0"))))).contains("enp2s0 has it");
  }

  @Test
  void aDriverThatMakesFewerThanAskedIsNotBelieved() {
    SimulatedKernel stingy =
        SimulatedHosts.lab(SimulatedKernel.host())
            .nic("0000:09:00.0", "igb")
            .net("enp9s0")
            .pf(8, 7, 2)
            .build();
    House other = new House(stingy);
    PciAddress pf = PciAddress.parse("09:00.0").orElseThrow();
    Outcome outcome =
        other.carryOut(
            new Request.ShapeVfs(
                pf,
                new PfWish(Optional.of(5), VfUse.GUESTS, VfWish.none(), new TreeMap<>()),
                NONE,
                "vf create"));
    assertThat(outcome).isInstanceOf(Outcome.PutBack.class);
    assertThat(((Outcome.PutBack) outcome).why()).contains("asked for 5 VFs", "made 2");
    assertThat(other.kernel.read("sys/bus/pci/devices/" + pf + "/sriov_numvfs").or("?"))
        .isEqualTo("0");
  }

  @Test
  void vfsThatTheHostUsesComeBackWhereTheNewCountFails() {
    done(count(2, VfUse.HOST, vlan(3)));
    List<String> before = all();
    house.kernel.onWrite(3, new Fault.Refuse(Reason.ENOSPC));
    assertThat(house.carryOut(count(5, VfUse.GUESTS, wish()))).isInstanceOf(Outcome.PutBack.class);
    assertThat(all()).isEqualTo(before);
  }

  @Test
  void aPfWithoutItsDriverMakesNone() {
    assertThat(house.reserve(PF)).isInstanceOf(Outcome.Done.class);
    assertThat(refused(count(1, VfUse.GUESTS, wish()))).contains("lent or reserved itself");
  }

  @Test
  void moreThanTheCardHasIsRefusedToo() {
    assertThat(refused(count(8, VfUse.GUESTS, wish()))).contains("can have 7 VFs, not 8");
    assertThat(refused(set(3, vlan(1)))).contains("has no VF 3");
  }

  /** A process for each VF is what scripts take; the kernel takes many VFs in one message. */
  @Test
  void manyVfsAreSetUpWithAFewMessages() {
    SimulatedKernel big =
        SimulatedHosts.lab(SimulatedKernel.host())
            .nic("0000:09:00.0", "igb")
            .net("enp9s0")
            .pf(252, 252, 252)
            .build();
    House other = new House(big);
    PciAddress pf = PciAddress.parse("09:00.0").orElseThrow();
    Request all =
        new Request.ShapeVfs(
            pf,
            new PfWish(Optional.of(252), VfUse.GUESTS, vlan(7), new TreeMap<>()),
            NONE,
            "vf create");
    assertThat(other.carryOut(all)).isInstanceOf(Outcome.Done.class);
    int before = other.kernel.writes().size();
    Request again =
        new Request.ShapeVfs(
            pf,
            new PfWish(Optional.of(252), VfUse.GUESTS, vlan(8), new TreeMap<>()),
            NONE,
            "vf create");
    assertThat(other.carryOut(again)).isInstanceOf(Outcome.Done.class);
    assertThat(other.kernel.writes().size() - before).isEqualTo(2);
  }

  /** Wherever Lend dies, the next one leaves all as before, or all as wanted. */
  @Test
  void aDeathAnywhereIsFollowedByAWholeState() {
    done(count(2, VfUse.HOST, vlan(3)));
    List<String> before = all();
    House start = house;
    House whole = start.copy();
    whole.carryOut(count(4, VfUse.GUESTS, vlan(8)));
    int moments = whole.moment.passed();
    assertThat(moments).isGreaterThan(30);
    for (int moment = 1; moment <= moments; moment++) {
      house = start.copy();
      house.moment.killAt(moment);
      house.attempt(count(4, VfUse.GUESTS, vlan(8)));
      house.calm();
      house.recover();
      boolean undone = all().equals(before);
      assertThat(undone || count().equals("4") && held(3).vlan().id() == 8)
          .as("killed at moment %d: %s", moment, all())
          .isTrue();
      assertThat(house.recover()).isEmpty();
    }
  }
}
