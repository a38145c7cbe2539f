package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.libvirt.FakeVirt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.model.Definition;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.DomainVf;
import dev.lend.plan.DomainXml;
import dev.lend.sysfs.MapKernel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Definitions as Lend reads and changes them, against a libvirt in memory. */
class DomainDefinitionsTest {
  private static final Guest WEB = new Guest.Domain(FakeVirt.NAME);
  private static final PciAddress VF = PciAddress.parse("01:10.0").orElseThrow();
  private static final String ALIAS = DomainXml.alias(VF);
  private static final DefinitionStep.Define DEFINE =
      new DefinitionStep.Define(
          WEB, VF, ALIAS, Optional.of(new DomainVf(Optional.of("52:54:00:12:34:56"), 7)));
  private static final DefinitionStep.Undefine UNDEFINE =
      new DefinitionStep.Undefine(WEB, VF, ALIAS);

  private final FakeVirt virt = new FakeVirt();
  private final Guests guests =
      new LibvirtGuests(
          virt::open,
          Duration.ofSeconds(20),
          Duration.ofSeconds(1),
          (condition, limit) -> condition.getAsBoolean());

  private interface Deed {
    void done() throws StepFailure;
  }

  private static String failure(Deed deed) {
    try {
      deed.done();
      return "";
    } catch (StepFailure failure) {
      return String.valueOf(failure.getMessage());
    }
  }

  private Definition.Own own() {
    return guests.definition(WEB, VF).own();
  }

  @Test
  void aDefinitionTakesADeviceWhetherTheDomainRunsOrNotAndTheOneThatRunsDoesNot()
      throws StepFailure {
    for (VirtDomain.State state : List.of(VirtDomain.State.OFF, VirtDomain.State.RUNNING)) {
      virt.state(state);
      assertThat(own()).isEqualTo(new Definition.Kept(Set.of(), false, true));

      guests.define(DEFINE);

      assertThat(virt.defined()).containsExactly(ALIAS);
      assertThat(virt.devices()).isEmpty();
      assertThat(virt.asked().getLast()).isEqualTo("define " + DomainXml.of(DEFINE));
      assertThat(own()).isEqualTo(new Definition.Kept(Set.of(ALIAS), true, true));

      guests.undefine(UNDEFINE);

      assertThat(virt.defined()).isEmpty();
    }
  }

  @Test
  void whatIsDoneAlreadyIsNotDoneTwice() throws StepFailure {
    guests.define(DEFINE);
    int asked = virt.asked().size();
    guests.define(DEFINE);
    assertThat(virt.asked()).hasSize(asked);

    guests.undefine(UNDEFINE);
    asked = virt.asked().size();
    guests.undefine(UNDEFINE);
    assertThat(virt.asked()).hasSize(asked);
  }

  @Test
  void aDomainThatStartsAnewHasWhatItsDefinitionHasUnderTheSameName() throws StepFailure {
    guests.define(DEFINE);

    virt.startsAnew();

    assertThat(virt.devices()).containsExactly(ALIAS);
  }

  @ParameterizedTest
  @EnumSource(
      value = FakeVirt.Plug.class,
      names = {"REFUSES", "LIES", "ENDS_BEFORE"})
  void whatLibvirtDidNotDoIsAFailureEachWay(FakeVirt.Plug how) {
    virt.plug(how);
    assertThat(failure(() -> guests.define(DEFINE)))
        .startsWith("0000:01:10.0 is not in the definition of web1: ");
    virt.plug(how).defined(ALIAS, DomainXml.of(DEFINE));
    assertThat(failure(() -> guests.undefine(UNDEFINE)))
        .startsWith("0000:01:10.0 is still in the definition of web1: ");
    assertThat(virt.defined()).containsExactly(ALIAS);
  }

  @Test
  void aLibvirtThatEndsAfterTheDeedIsAskedAgainAndTheDeedCounts() throws StepFailure {
    virt.plug(FakeVirt.Plug.ENDS_AFTER);
    guests.define(DEFINE);
    assertThat(virt.defined()).containsExactly(ALIAS);
    guests.undefine(UNDEFINE);
    assertThat(virt.defined()).isEmpty();
  }

  @Test
  void aTransientDomainAndOneThatIsGoneHaveNone() throws StepFailure {
    virt.transientDomain();
    assertThat(((Definition.None) own()).why()).startsWith("is transient");
    assertThat(failure(() -> guests.define(DEFINE))).contains("libvirt keeps none");
    guests.undefine(UNDEFINE);

    virt.undefined();
    assertThat(own()).isInstanceOf(Definition.None.class);
    assertThat(failure(() -> guests.define(DEFINE))).contains("libvirt keeps none");
    guests.undefine(UNDEFINE);
  }

  @Test
  void otherDomainsWithTheFunctionAreNamedWhateverTheyCallIt() {
    String theirs =
        "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='1'"
            + " slot='16' function='0'/></source></hostdev>";
    virt.another("db1", theirs).another("db2", "").another("db3", theirs);

    assertThat(guests.definition(WEB, VF).others()).containsExactly("db1", "db3");
    assertThat(guests.definition(WEB, PciAddress.parse("02:00.0").orElseThrow()).others())
        .isEmpty();
  }

  @Test
  void aFunctionThatSomebodyElseHasPutInIsSeenByItsAddress() {
    virt.defined(
        "own",
        "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='1'"
            + " slot='16' function='0'/></source></hostdev>");

    assertThat(own()).isEqualTo(new Definition.Kept(Set.of(), true, true));
  }

  @Test
  void aLibvirtThatIsNotThereIsUnreadAndNotEmpty() {
    virt.withoutLibrary();

    assertThat(own()).isInstanceOf(Definition.Unread.class);
    assertThat(failure(() -> guests.undefine(UNDEFINE))).contains("is still in the definition");
  }

  @Test
  void aQemuThatWasStartedByHandHasNone() throws StepFailure {
    Guests qemus = new QemuGuests(Duration.ofSeconds(1), new MapKernel());
    Guest guest = new Guest.Qemu("/run/web1.qmp");

    assertThat(((Definition.None) qemus.definition(guest, VF).own()).why())
        .contains("was started by hand");
    assertThat(
            failure(
                () -> qemus.define(new DefinitionStep.Define(guest, VF, "x", Optional.empty()))))
        .contains("has no definition");
    qemus.undefine(new DefinitionStep.Undefine(guest, VF, "x"));
  }
}
