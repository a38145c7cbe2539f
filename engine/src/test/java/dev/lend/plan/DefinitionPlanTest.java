package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.BlockDevice;
import dev.lend.model.Definition;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciId;
import dev.lend.model.SriovRole;
import dev.lend.model.VfSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What goes into the definition of a guest, out of it, and back on vfio-pci for its sake. */
class DefinitionPlanTest {
  private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");
  private static final Guest WEB = new Guest.Domain("web1");
  private static final String VF = "0000:01:10.0";
  private static final String MAC = "52:54:00:12:34:56";
  private static final String ALIAS = "ua-lend-0000-01-10-0";
  private static final Request.Consent NONE = new Request.Consent(false, false);
  private static final Binding HOME = new Binding(Optional.of("igbvf"), Optional.empty());
  private static final Definition.Kept EMPTY = new Definition.Kept(Set.of(), false, true);
  private static final GuestView.State OFF = new GuestView.Gone();

  private static HostSnapshot host(String driver) {
    return new HostFixture()
        .role(new SriovRole.Virtual(at("01:00.0"), 0))
        .function(VF, HostFixture.NIC, 5, driver)
        .build();
  }

  private static HostSnapshot heldHost() {
    HostSnapshot host = host("igbvf");
    VfSettings settings =
        new VfSettings(
            MAC,
            new VfSettings.Vlan(7, 0, VfSettings.Vlan.Q),
            0,
            0,
            Optional.empty(),
            VfSettings.Link.AUTO,
            Optional.empty(),
            Optional.empty());
    NetOrigin.Vf vf = new NetOrigin.Vf(at("01:00.0"), 0, settings);
    return host.with(
        host.surroundings()
            .with(Map.of(at(VF), Fact.known(new NetOrigin(List.of(), Optional.of(vf))))));
  }

  private static GuestView.State running(String... devices) {
    return new GuestView.Answering("web1", List.of(""), Set.of(devices));
  }

  private static Optional<GuestView> view(
      GuestView.State state, Definition.Own own, String... others) {
    return Optional.of(new GuestView(WEB, state, new Definition(own, List.of(others))));
  }

  private static Plan attach(
      HostSnapshot host, Ledger ledger, Optional<GuestView> view, Lasting lasting) {
    return Planner.plan(
        host, ledger, view, new Request.Attach(at(VF), WEB, NONE, false, lasting), NOW);
  }

  private static Ledger lent(Loan.Holder holder) {
    return Ledger.empty().after(List.of(), List.of(new Loan(at(VF), holder, HOME, NOW)));
  }

  private static Ledger defined() {
    return lent(new Loan.InGuest(WEB, ALIAS, true));
  }

  private static String refusal(Plan plan) {
    assertThat(plan.steps()).isEmpty();
    return plan.objections().getFirst().text();
  }

  @Test
  void aDomainThatIsOffGetsTheDeviceAtItsNextStartInTheFormInWhichItIsPluggedIn() {
    Plan plan = attach(heldHost(), Ledger.empty(), view(OFF, EMPTY), Lasting.NEXT_START);

    assertThat(plan.objections()).isEmpty();
    assertThat(plan.steps()).noneMatch(step -> step instanceof Step.Plug);
    Step last = plan.steps().getLast();
    assertThat(last)
        .isEqualTo(
            new DefinitionStep.Define(
                WEB, at(VF), ALIAS, Optional.of(new DomainVf(Optional.of(MAC), 7))));
    assertThat(plan.loans().getFirst().holder()).isEqualTo(new Loan.InGuest(WEB, ALIAS, true));
    assertThat(last.describe()).isEqualTo("put 0000:01:10.0 into the definition of web1");
    assertThat(String.join("\n", last.shell()))
        .isEqualTo(
            """
            virsh attach-device --config --domain 'web1' --file /dev/stdin <<'END'
            <interface type='hostdev' managed='no'>
              <mac address='52:54:00:12:34:56'/>
              <source>
                <address type='pci' domain='0x0000' bus='0x01' slot='0x10' function='0x0'/>
              </source>
              <vlan>
                <tag id='7'/>
              </vlan>
              <alias name='ua-lend-0000-01-10-0'/>
            </interface>
            END\
            """);
  }

  @Test
  void persistentIsInTheDefinitionBeforeItIsPluggedIn() {
    Plan plan = attach(heldHost(), Ledger.empty(), view(running(), EMPTY), Lasting.ALWAYS);

    List<Step> ends = plan.steps().subList(plan.steps().size() - 2, plan.steps().size());
    assertThat(ends.getFirst()).isInstanceOf(DefinitionStep.Define.class);
    assertThat(ends.getLast()).isInstanceOf(Step.Plug.class);
    assertThat(ends.getFirst().inverse()).contains(new DefinitionStep.Undefine(WEB, at(VF), ALIAS));
    assertThat(plan.loans().getFirst().defined()).isTrue();
  }

  @Test
  void aDomainThatRunsIsLeftAloneByNextBoot() {
    Plan plan = attach(heldHost(), Ledger.empty(), view(running(), EMPTY), Lasting.NEXT_START);

    assertThat(plan.objections()).isEmpty();
    assertThat(plan.steps()).noneMatch(step -> step instanceof Step.Plug);
  }

  @Test
  void persistentNeedsADomainThatRunsAndSaysWhatDoesNot() {
    assertThat(refusal(attach(heldHost(), Ledger.empty(), view(OFF, EMPTY), Lasting.ALWAYS)))
        .contains("is not running", "virsh start 'web1'", "--next-boot");
  }

  @Test
  void aGuestOfWhichNobodyKeepsADefinitionIsRefused() {
    Definition.None none = new Definition.None("is transient: libvirt keeps no definition of it");
    for (Lasting lasting : List.of(Lasting.ALWAYS, Lasting.NEXT_START)) {
      assertThat(refusal(attach(heldHost(), Ledger.empty(), view(running(), none), lasting)))
          .isEqualTo("Guest web1 is transient: libvirt keeps no definition of it");
    }
    assertThat(attach(heldHost(), Ledger.empty(), view(running(), none), Lasting.LIVE).allowed())
        .isTrue();
  }

  @Test
  void aDefinitionThatCannotBeReadIsRefusedOnce() {
    Definition.Unread unread = new Definition.Unread("it hangs");
    Plan plan =
        attach(
            heldHost(),
            Ledger.empty(),
            view(new GuestView.Mute("it hangs"), unread),
            Lasting.ALWAYS);

    assertThat(plan.objections()).hasSize(1);
    assertThat(refusal(plan)).contains("cannot be asked for: it hangs");
  }

  @Test
  void anotherDefinitionWithTheDeviceIsNamedAndNoSecondOneGetsIt() {
    Optional<GuestView> view = view(running(), EMPTY, "db1");

    Plan live = attach(heldHost(), Ledger.empty(), view, Lasting.LIVE);
    assertThat(live.allowed()).isTrue();
    assertThat(live.consequences())
        .anyMatch(one ->
            one.kind() == Consequence.Kind.DEFINITION
                && one.text().contains("is in the definition of db1"));

    for (Lasting lasting : List.of(Lasting.ALWAYS, Lasting.NEXT_START)) {
      assertThat(refusal(attach(heldHost(), Ledger.empty(), view, lasting)))
          .contains("is in the definition of db1: one device, one guest", "virsh edit 'db1'");
    }
  }

  @Test
  void whatSomebodyElseHasPutIntoTheDefinitionIsNotPutThereTwice() {
    Definition.Kept theirs = new Definition.Kept(Set.of("ua-own"), true, true);

    assertThat(refusal(attach(heldHost(), Ledger.empty(), view(OFF, theirs), Lasting.NEXT_START)))
        .contains("is in the definition of web1 already, and not by Lend");
    assertThat(
            attach(heldHost(), Ledger.empty(), view(running(), theirs), Lasting.LIVE)
                .consequences())
        .anyMatch(one -> one.kind() == Consequence.Kind.DEFINITION);
  }

  @Test
  void aDefinitionWithNoRoomIsLeftAsItIs() {
    Definition.Kept full = new Definition.Kept(Set.of(), false, false);

    assertThat(refusal(attach(heldHost(), Ledger.empty(), view(OFF, full), Lasting.NEXT_START)))
        .contains("no free PCI Express root port", "virsh edit");
  }

  @Test
  void aLoanUntilTheGuestEndsBecomesOneForGoodWithNothingDoneToTheGuest() {
    Ledger live = lent(new Loan.InGuest(WEB, ALIAS));
    HostSnapshot inside =
        new HostFixture()
            .role(new SriovRole.Virtual(at("01:00.0"), 0))
            .function(VF, HostFixture.NIC, 5, "vfio-pci")
            .holder(5)
            .resets(VF, "flr")
            .build();

    Plan plan = attach(inside, live, view(running(ALIAS), EMPTY), Lasting.ALWAYS);

    assertThat(plan.objections()).isEmpty();
    assertThat(plan.steps())
        .singleElement()
        .isEqualTo(new DefinitionStep.Define(WEB, at(VF), ALIAS, Optional.empty()));
    assertThat(plan.loans().getFirst().defined()).isTrue();
    assertThat(plan.touched()).containsExactly(at(VF));
  }

  @Test
  void whatIsOnlyInTheDefinitionIsPluggedIntoTheGuestThatRunsWhereThatIsWanted() {
    Definition.Kept has = new Definition.Kept(Set.of(ALIAS), true, true);

    Plan plan = attach(host("vfio-pci"), defined(), view(running(), has), Lasting.LIVE);

    assertThat(plan.objections()).isEmpty();
    assertThat(plan.steps()).singleElement().isInstanceOf(Step.Plug.class);
    assertThat(plan.loans().getFirst().defined()).isTrue();
    assertThat(plan.consequences()).isEmpty();
  }

  @Test
  void whatTheGuestHasForGoodIsItsAlready() {
    Definition.Kept has = new Definition.Kept(Set.of(ALIAS), true, true);
    for (Lasting lasting : Lasting.values()) {
      assertThat(refusal(attach(host("vfio-pci"), defined(), view(running(ALIAS), has), lasting)))
          .contains("is lent to web1 already");
    }
  }

  @Test
  void detachTakesItFromTheGuestThenOutOfTheDefinitionThenHome() {
    Plan plan =
        Planner.plan(
            host("vfio-pci"),
            defined(),
            view(running(ALIAS), EMPTY),
            new Request.Detach(at(VF)),
            NOW);

    assertThat(plan.steps().subList(0, 2))
        .containsExactly(
            new Step.Unplug(WEB, at(VF), ALIAS), new DefinitionStep.Undefine(WEB, at(VF), ALIAS));
    assertThat(plan.steps()).anyMatch(step -> step instanceof Step.Rebind);
    assertThat(plan.steps().get(1).shell())
        .containsExactly(
            "virsh detach-device-alias --config --domain 'web1' --alias 'ua-lend-0000-01-10-0'");
    assertThat(plan.loans()).isEmpty();
  }

  @Test
  void detachFromADomainThatIsOffLeavesOutTheUnplug() {
    Plan plan =
        Planner.plan(
            host("vfio-pci"), defined(), view(OFF, EMPTY), new Request.Detach(at(VF)), NOW);

    assertThat(plan.steps().getFirst()).isEqualTo(new DefinitionStep.Undefine(WEB, at(VF), ALIAS));
  }

  @Test
  void aDeviceThatIsGoneLeavesTheDefinitionAsWell() {
    Plan plan =
        Planner.plan(
            new HostFixture().build(),
            defined(),
            view(OFF, EMPTY),
            new Request.Detach(at(VF)),
            NOW);

    assertThat(plan.steps()).containsExactly(new DefinitionStep.Undefine(WEB, at(VF), ALIAS));
    assertThat(plan.touched()).containsExactly(at(VF));
  }

  @Test
  void whatIsLeftToTheHostAsItIsLeavesTheDefinitionAllTheSame() {
    Request.Homecoming leave = new Request.Homecoming(true, NONE);

    Plan plan =
        Planner.plan(
            host("igbvf-of-mine"),
            defined(),
            view(OFF, EMPTY),
            new Request.Detach(at(VF), leave),
            NOW);

    assertThat(plan.objections()).isEmpty();
    assertThat(plan.steps()).containsExactly(new DefinitionStep.Undefine(WEB, at(VF), ALIAS));
  }

  @Test
  void aStoppedDomainIsNoDisagreementAndAStartOfTheHostIs() {
    Loan loan = defined().loan(at(VF)).orElseThrow();

    assertThat(Standing.of(host("vfio-pci"), loan))
        .isEqualTo(new Standing(true, "waits on vfio-pci for the guest's next start"));
    Standing home = Standing.of(host("igbvf"), loan);
    assertThat(home.agrees()).isFalse();
    assertThat(home.text()).contains("the host was started anew", "lend boot restore");
  }

  private static Plan restore(HostSnapshot host, Ledger ledger) {
    return Planner.plan(host, ledger, Optional.empty(), new Request.Restore(at(VF)), NOW);
  }

  @Test
  void afterAStartOfTheHostItGoesBackOnVfioPciAndItsLoanIsAsBefore() {
    HostSnapshot host =
        new HostFixture().withoutVfioPci().function(VF, HostFixture.NIC, 5, "igbvf").build();

    Plan plan = restore(host, defined());

    assertThat(plan.steps())
        .containsExactly(
            new Step.LoadModule("vfio-pci"), new Step.Rebind(at(VF), HOME, Planner.LENT));
    assertThat(plan.loans()).containsExactly(defined().loan(at(VF)).orElseThrow());
    Plan again = restore(host("vfio-pci"), defined());
    assertThat(again.allowed()).isTrue();
    assertThat(again.steps()).isEmpty();
  }

  @Test
  void aWholeGroupGoesBackAndNeverWithWhatWasNotTaken() {
    String mate = "0000:01:10.2";
    HostFixture both =
        new HostFixture()
            .function(VF, HostFixture.NIC, 5, "igbvf")
            .function(mate, HostFixture.NIC, 5, "igbvf");

    assertThat(refusal(restore(both.build(), defined())))
        .contains("shares its IOMMU group with", "was not taken from the host with it");

    Loan along = new Loan(at(mate), new Loan.InGuest(WEB, "ua-mate", true), HOME, NOW);
    Plan plan = restore(both.build(), defined().after(List.of(), List.of(along)));
    assertThat(plan.objections()).isEmpty();
    assertThat(plan.steps())
        .containsExactly(
            new Step.Rebind(at(VF), HOME, Planner.LENT),
            new Step.Rebind(at(mate), HOME, Planner.LENT));
  }

  @Test
  void onlyWhatIsInADefinitionGoesBackAtBoot() {
    assertThat(refusal(restore(host("igbvf"), lent(new Loan.InGuest(WEB, ALIAS)))))
        .contains("is in no guest's definition by Lend");
    assertThat(refusal(restore(host("igbvf"), Ledger.empty())))
        .contains("is in no guest's definition by Lend");
  }

  @Test
  void anotherDeviceAtTheAddressAndWhatTheHostLivesOnAreLeftAlone() {
    DeviceIdentity other =
        new DeviceIdentity(
            at(VF), new PciId(0x15b3, 0x1018), new PciId(0, 0), Optional.empty(), List.of());
    Loan loan =
        new Loan(
            at(VF),
            new Loan.InGuest(WEB, ALIAS, true),
            HOME,
            NOW,
            NetOrigin.none(),
            Optional.of(other),
            Optional.empty(),
            List.of());
    assertThat(refusal(restore(host("igbvf"), Ledger.empty().after(List.of(), List.of(loan)))))
        .contains("is not the device that Lend took", "lend detach 01:10.0 --leave");

    HostSnapshot root =
        new HostFixture()
            .function(VF, HostFixture.NVME, 5, "nvme")
            .disk("nvme0n1", VF, new BlockDevice.Use(List.of(), new BlockDevice.Mounted("/")))
            .build();
    assertThat(refusal(restore(root, defined()))).contains("the host cannot live without");
  }
}
