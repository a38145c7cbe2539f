package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.PciAddress;
import dev.lend.plan.Step;
import dev.lend.qmp.QmpPeer;
import dev.lend.sysfs.MapKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A QEMU whose guest does not let a device go. */
class UnplugTest {
  private static final PciAddress VF = PciAddress.parse("01:10.0").orElseThrow();

  @TempDir Path directory;

  private QmpPeer peer;
  private Guest guest;
  private final Guests guests = new QemuGuests(Duration.ofMillis(50), new MapKernel());

  @BeforeEach
  void start() throws IOException {
    peer = QmpPeer.start(directory).device("lend-1", "rp1", "0000:01:10.0");
    guest = new Guest.Qemu(peer.socket().toString());
  }

  @AfterEach
  void end() throws IOException {
    peer.close();
  }

  private Step.Unplug unplug(boolean force) {
    return new Step.Unplug(guest, VF, "lend-1", force);
  }

  private String failure(boolean force) {
    try {
      guests.unplug(unplug(force));
      return "";
    } catch (StepFailure failure) {
      return String.valueOf(failure.getMessage());
    }
  }

  @Test
  void aGuestThatRefusesKeepsItAndThePersonIsToldWhatCanBeDone() {
    peer.unplugs(QmpPeer.Unplug.REFUSED);

    assertThat(failure(false))
        .contains(
            "refused to let 0000:01:10.0 go",
            "try again",
            "stop the guest for it: lend detach 01:10.0 --force");
    assertThat(peer.devices()).containsExactly("lend-1");
  }

  @Test
  void aGuestThatIsSilentKeepsItAndThePersonIsToldThatItsResetCompletesIt() {
    peer.unplugs(QmpPeer.Unplug.SILENT);

    assertThat(failure(false))
        .contains(
            "did not answer", "a reset of the guest completes it", "lend detach 01:10.0 --force");
    assertThat(peer.devices()).containsExactly("lend-1");
  }

  @Test
  void isStoppedWhereThatIsAskedForWhetherItRefusesOrIsSilent() throws IOException {
    for (QmpPeer.Unplug how : java.util.List.of(QmpPeer.Unplug.REFUSED, QmpPeer.Unplug.SILENT)) {
      end();
      java.nio.file.Files.deleteIfExists(peer.socket());
      start();
      peer.unplugs(how);
      assertThat(failure(true)).isEmpty();
      assertThat(guests.view(guest).state()).isInstanceOf(GuestView.Gone.class);
    }
  }

  @Test
  void aGuestThatLetsGoIsNotStopped() throws StepFailure {
    guests.unplug(unplug(true));

    assertThat(guests.view(guest).state()).isInstanceOf(GuestView.Answering.class);
    assertThat(peer.devices()).isEmpty();
  }

  @Test
  void oneThatCannotBeStoppedIsAFailure() {
    peer.unplugs(QmpPeer.Unplug.SILENT).answers("quit", new QmpPeer.Answer.Failure("not now"));

    assertThatExceptionOfType(StepFailure.class)
        .isThrownBy(() -> guests.unplug(unplug(true)))
        .withMessageContaining("not now");
  }
}
