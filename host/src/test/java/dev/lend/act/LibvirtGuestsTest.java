package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lend.libvirt.FakeVirt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.PciAddress;
import dev.lend.plan.DomainVf;
import dev.lend.plan.DomainXml;
import dev.lend.plan.Step;
import dev.lend.sysfs.MapKernel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Domains as Lend uses them, against a libvirt in memory. */
class LibvirtGuestsTest {
  private static final Guest WEB = new Guest.Domain(FakeVirt.NAME);
  private static final PciAddress VF = PciAddress.parse("01:10.0").orElseThrow();
  private static final String ALIAS = DomainXml.alias(VF);
  private static final Step.Plug PLUG =
      new Step.Plug(
          WEB, VF, ALIAS, "", Optional.of(new DomainVf(Optional.of("52:54:00:12:34:56"), 7)));
  private static final Step.Unplug UNPLUG = new Step.Unplug(WEB, VF, ALIAS);

  private final FakeVirt virt = new FakeVirt();
  private final Guests guests =
      new LibvirtGuests(
          virt::open,
          Duration.ofSeconds(20),
          Duration.ofSeconds(1),
          (condition, limit) -> condition.getAsBoolean());

  private String failure(FakeVirt.Manner manner) {
    virt.manner(manner).device(ALIAS, DomainXml.of(PLUG));
    return failure(() -> guests.unplug(UNPLUG));
  }

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

  @Test
  void aRunningDomainShowsItsDevicesAndWhetherThereIsRoom() {
    virt.device("ua-own", "<hostdev type='pci'><alias name='ua-own'/></hostdev>");

    assertThat(guests.view(WEB).state())
        .isEqualTo(new GuestView.Answering("web1", List.of(""), java.util.Set.of("ua-own")));
    virt.ports(0);
    assertThat(guests.view(WEB).state())
        .isEqualTo(new GuestView.Answering("web1", List.of(), java.util.Set.of("ua-own")));
  }

  @Test
  void aPausedDomainHasItsDevicesAndOneThatIsOffIsGone() {
    virt.state(VirtDomain.State.PAUSED);
    assertThat(guests.view(WEB).state()).isInstanceOf(GuestView.Answering.class);
    virt.state(VirtDomain.State.OFF);
    assertThat(guests.view(WEB).state()).isInstanceOf(GuestView.Gone.class);
    assertThat(guests.view(new Guest.Domain("other")).state()).isInstanceOf(GuestView.Gone.class);
  }

  @Test
  void aLibvirtThatIsNotThereMakesAGuestMuteAndNotGone() {
    virt.manner(FakeVirt.Manner.LIBVIRT_ENDS_ONCE).goesForGood();
    failure(FakeVirt.Manner.LIBVIRT_ENDS_ONCE);

    assertThat(guests.view(WEB).state()).isInstanceOf(GuestView.Mute.class);
  }

  @Test
  void aDomainGoesByItsNameWhicheverWayAPersonNamesIt() {
    assertThat(guests.named(new Guest.Domain(FakeVirt.UUID))).isEqualTo(new Guests.Known(WEB));
    assertThat(guests.named(WEB)).isEqualTo(new Guests.Known(WEB));
    assertThat(guests.named(new Guest.Domain("web2")))
        .isEqualTo(
            new Guests.Unknown(
                "libvirt (qemu:///system) has no such domain", List.of(FakeVirt.NAME)));
  }

  @Test
  void aHostWithoutTheLibrarySaysSoInOneLine() {
    virt.withoutLibrary();

    assertThat(guests.named(WEB))
        .isEqualTo(
            new Guests.Unknown("libvirt's library (libvirt.so.0) is not on this host", List.of()));
  }

  @Test
  void plugsWithTheAliasByWhichItIsTakenOutAgain() throws StepFailure {
    guests.plug(PLUG);

    assertThat(virt.devices()).containsExactly(ALIAS);
    assertThat(virt.asked().getLast()).isEqualTo("attach " + DomainXml.of(PLUG));
    guests.unplug(UNPLUG);
    assertThat(virt.devices()).isEmpty();
  }

  @Test
  void whatLibvirtDoesNotTakeIsAFailureInItsOwnWords() {
    virt.plug(FakeVirt.Plug.REFUSES);
    assertThat(failure(() -> guests.plug(PLUG)))
        .isEqualTo("Guest web1 did not take 0000:01:10.0: No more available PCI slots.");
    virt.plug(FakeVirt.Plug.LIES);
    assertThat(failure(() -> guests.plug(PLUG))).contains("does not show it");
    virt.state(VirtDomain.State.OFF);
    assertThat(failure(() -> guests.plug(PLUG))).contains("not running any more");
  }

  @Test
  void afterALibvirtThatWentAwayWhilePluggingTheGuestsDevicesTell() {
    assertThat(failure(() -> guests.plug(PLUG))).isEmpty();
    virt.device(ALIAS, "").plug(FakeVirt.Plug.ENDS_BEFORE);
    assertThat(failure(() -> guests.plug(PLUG))).contains("client socket is closed");
    virt.plug(FakeVirt.Plug.ENDS_AFTER);
    assertThat(failure(() -> guests.plug(PLUG))).isEmpty();
    virt.goesForGood();
    assertThat(failure(() -> guests.plug(PLUG))).contains("client socket is closed");
  }

  @ParameterizedTest
  @EnumSource(
      value = FakeVirt.Manner.class,
      names = {
        "LETS_GO",
        "LETS_GO_UNSAID",
        "WAS_ASKED",
        "BUSY_FIRST",
        "ENDS",
        "LIBVIRT_ENDS_AND_IT_LETS_GO",
        "LIBVIRT_ENDS_ONCE"
      })
  void aDeviceThatIsOutOfTheGuestIsOutHoweverThatIsTold(FakeVirt.Manner manner) {
    assertThat(failure(manner)).isEmpty();
  }

  @Test
  void refusedAndSilentAreToldApart() {
    assertThat(failure(FakeVirt.Manner.REFUSES)).contains("refused to let 0000:01:10.0 go");
    assertThat(failure(FakeVirt.Manner.REFUSES_AT_ONCE)).contains("refused to let");
    assertThat(failure(FakeVirt.Manner.SILENT)).contains("did not answer within 20 s");
    assertThat(virt.devices()).containsExactly(ALIAS);
  }

  @Test
  void aDomainThatDoesNotLetGoIsEndedOnlyWhereThatIsAskedFor() throws StepFailure {
    Step.Unplug forced = new Step.Unplug(WEB, VF, ALIAS, true);
    String destroyed = "destroy " + FakeVirt.UUID;
    assertThat(failure(FakeVirt.Manner.SILENT)).contains("lend detach 01:10.0 --force");
    assertThat(failure(FakeVirt.Manner.REFUSES)).contains("lend detach 01:10.0 --force");
    assertThat(virt.asked()).doesNotContain(destroyed);

    virt.destroy(FakeVirt.Destroy.REFUSES);
    assertThat(failure(() -> guests.unplug(forced))).contains("Failed to terminate process 42");
    virt.destroy(FakeVirt.Destroy.LIBVIRT_ENDS_AFTER).manner(FakeVirt.Manner.SILENT);
    guests.unplug(forced);
    assertThat(guests.view(WEB).state()).isInstanceOf(GuestView.Gone.class);

    virt.state(VirtDomain.State.RUNNING).manner(FakeVirt.Manner.LETS_GO);
    int before = virt.asked().size();
    guests.unplug(forced);
    assertThat(virt.asked().subList(before, virt.asked().size())).doesNotContain(destroyed);
  }

  @Test
  void whatIsNotInTheGuestOrTheGuestNotRunningIsDoneWithoutAsking() throws StepFailure {
    guests.unplug(UNPLUG);
    virt.device(ALIAS, DomainXml.of(PLUG)).state(VirtDomain.State.OFF);
    guests.unplug(UNPLUG);

    assertThat(virt.asked()).containsExactly("open qemu:///system");
  }

  @Test
  void aLibvirtThatGoesForGoodLeavesItOpenWhetherTheDeviceIsOut() {
    virt.goesForGood();

    assertThat(failure(FakeVirt.Manner.LIBVIRT_ENDS_AND_IT_LETS_GO))
        .contains("could not be asked to let 0000:01:10.0 go", "See that libvirt runs");
  }

  @Test
  void eachKindOfGuestIsAskedItsOwnWay() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> guests.view(new Guest.Qemu("/run/web1.sock")));
    Guests any =
        new AnyGuests(
            new QemuGuests(Duration.ofSeconds(1), new MapKernel()),
            new LibvirtGuests(
                virt::open, Duration.ZERO, Duration.ZERO, (condition, limit) -> false));
    assertThat(any.view(WEB).state()).isInstanceOf(GuestView.Answering.class);
    assertThat(any.view(new Guest.Qemu("/no/such/socket")).state())
        .isInstanceOf(GuestView.Gone.class);
  }
}
