package dev.lend.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.json.Json;
import dev.lend.model.GuestMemory;
import dev.lend.model.PciAddress;
import dev.lend.qmp.QmpException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client against a QEMU that behaves, and against one that does not. */
class MonitorTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final PciAddress VF = PciAddress.parse("01:10.0").orElseThrow();

  @TempDir Path directory;
  private QmpPeer peer;

  @BeforeEach
  void start() throws IOException {
    peer = QmpPeer.start(directory).named("web1").port("rp0").device("old", "rp1", "0000:01:10.2");
  }

  @AfterEach
  void stop() throws IOException {
    peer.close();
  }

  private Monitor open(Duration patience) throws QmpException {
    return new Monitor(QmpConnection.open(peer.socket(), patience));
  }

  @Test
  void seesNameDevicesAndFreePorts() throws QmpException {
    try (Monitor monitor = open(LONG)) {
      Monitor.Inventory inventory = monitor.inventory();
      assertThat(inventory.name()).isEqualTo("web1");
      assertThat(inventory.freePorts()).containsExactly("rp0");
      assertThat(inventory.devices()).contains("old", "rp0", "rp1");
    }
  }

  @Test
  void seesHowMuchMemoryThereIsAndMayBePluggedIn() throws QmpException {
    peer.memory(Json.object().put("base-memory", 4L << 30).put("plugged-memory", 1L << 30).build())
        .limits(Json.object().put("size", 4L << 30).put("max-size", 16L << 30).build());
    try (Monitor monitor = open(LONG)) {
      assertThat(monitor.memory()).contains(new GuestMemory(5L << 30, 16L << 30, Optional.empty()));
    }
  }

  @Test
  void aQemuThatTellsNothingOfItsMemoryOrNotHowFarItGrowsIsNoFailure() throws QmpException {
    try (Monitor monitor = open(LONG)) {
      assertThat(monitor.memory()).isEmpty();
      peer.memory(Json.object().put("base-memory", 1L << 28).build());
      assertThat(monitor.memory()).contains(GuestMemory.of(1L << 28));
    }
  }

  @Test
  void aMemoryThatNoGuestCanHaveIsNoAnswerOfAQemu() {
    peer.memory(Json.object().put("base-memory", Long.MAX_VALUE).put("plugged-memory", 1).build());
    assertThat(
            kind(() -> {
              try (Monitor monitor = open(LONG)) {
                monitor.memory();
              }
            }))
        .isEqualTo(Kind.MUTE);
  }

  @Test
  void plugsAFunctionIntoAPortOnce() throws QmpException {
    try (Monitor monitor = open(LONG)) {
      monitor.plug(VF, "lend-1", "rp0");
      assertThat(peer.devices()).containsExactly("lend-1", "old");
      assertThat(monitor.inventory().freePorts()).isEmpty();
      assertThat(kind(() -> monitor.plug(VF, "lend-2", "rp0"))).isEqualTo(Kind.ERROR);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = QmpPeer.Unplug.class,
      names = {"AFTER_THE_ANSWER", "BEFORE_THE_ANSWER"})
  void hearsThatADeviceIsGoneWheneverItIsTold(QmpPeer.Unplug how) throws QmpException {
    peer.unplugs(how).chatty();
    try (Monitor monitor = open(LONG)) {
      assertThat(monitor.unplug("old", LONG)).isEqualTo(Monitor.Unplugged.GONE);
      assertThat(peer.devices()).isEmpty();
    }
  }

  @Test
  void hearsTheGuestsRefusal() throws QmpException {
    peer.unplugs(QmpPeer.Unplug.REFUSED);
    try (Monitor monitor = open(LONG)) {
      assertThat(monitor.unplug("old", LONG)).isEqualTo(Monitor.Unplugged.REFUSED);
    }
  }

  @Test
  void takesUpARequestThatStillStands() throws QmpException, IOException {
    peer.unplugs(QmpPeer.Unplug.SILENT);
    try (Monitor monitor = open(LONG)) {
      assertThat(monitor.unplug("old", SHORT)).isEqualTo(Monitor.Unplugged.SILENT);
      assertThat(monitor.unplug("old", SHORT)).isEqualTo(Monitor.Unplugged.SILENT);
      peer.letGo("old");
      assertThat(monitor.unplug("old", LONG)).isEqualTo(Monitor.Unplugged.GONE);
    }
  }

  @Test
  void passesOnWhatQemuSays() throws QmpException {
    peer.answers("device_add", new QmpPeer.Answer.Failure("vfio 0000:01:10.0: group 7 is busy"));
    try (Monitor monitor = open(LONG)) {
      QmpException error =
          catchThrowableOfType(QmpException.class, () -> monitor.plug(VF, "lend-1", "rp0"));
      assertThat(error).hasMessage("vfio 0000:01:10.0: group 7 is busy");
    }
  }

  @Test
  void noticesAConnectionThatEndsOrMakesNoSense() throws QmpException {
    for (QmpPeer.Answer answer :
        List.of(new QmpPeer.Answer.Close(), new QmpPeer.Answer.HalfALine())) {
      peer.answers("device_add", answer);
      try (Monitor monitor = open(LONG)) {
        assertThat(kind(() -> monitor.plug(VF, "lend-1", "rp0"))).isEqualTo(Kind.GONE);
      }
    }
    peer.answers("device_add", new QmpPeer.Answer.Garbage());
    try (Monitor monitor = open(LONG)) {
      assertThat(kind(() -> monitor.plug(VF, "lend-1", "rp0"))).isEqualTo(Kind.MUTE);
    }
  }

  @Test
  void doesNotWaitForEverForAnAnswerOrAGreeting() throws QmpException {
    peer.answers("device_add", new QmpPeer.Answer.Silence());
    try (Monitor monitor = open(Duration.ofMillis(300))) {
      assertThat(kind(() -> monitor.plug(VF, "lend-1", "rp0"))).isEqualTo(Kind.MUTE);
    }
    peer.greets(new QmpPeer.Answer.Silence());
    assertThat(kind(() -> open(SHORT).close())).isEqualTo(Kind.MUTE);
  }

  private static Kind kind(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    QmpException e = catchThrowableOfType(QmpException.class, call);
    assertThat(e).isNotNull();
    return e.kind();
  }
}
