package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail.Acs;
import dev.lend.model.FunctionDetail.PortKind;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConfigSpaceTest {
  private static ConfigSpace space(ConfigBytes bytes) {
    return new ConfigSpace("config", bytes.bytes());
  }

  @Test
  void findsVectorsOfBothKinds() {
    ConfigSpace space =
        space(new ConfigBytes(256).capability(0x05, 0x0006).capability(0x11, 0x8009));

    assertThat(space.msiVectors()).isEqualTo(Fact.known(8));
    assertThat(space.msixVectors()).isEqualTo(Fact.known(10));
  }

  @Test
  void printsTheSerialNumberAsLspciDoes() {
    ConfigSpace space =
        space(
            new ConfigBytes(4096)
                .extended(ConfigSpace.EXT_ACS, 0, 0)
                .extended(ConfigSpace.EXT_SERIAL, 0xccdd, 0xffaa, 0x99ff, 0xa036));

    assertThat(space.serial()).isEqualTo(Fact.known("a0-36-99-ff-ff-aa-cc-dd"));
  }

  @Test
  void tellsRootPortsFromBridgesToConventionalPci() {
    assertThat(space(new ConfigBytes(256).type(1).capability(0x10, 0x0042)).portKind())
        .isEqualTo(Fact.known(PortKind.ROOT_PORT));
    assertThat(space(new ConfigBytes(256).type(0x81).capability(0x10, 0x0072)).portKind())
        .isEqualTo(Fact.known(PortKind.PCIE_TO_PCI));
    assertThat(space(new ConfigBytes(256).type(1)).portKind())
        .isEqualTo(Fact.known(PortKind.CONVENTIONAL));
    assertThat(space(new ConfigBytes(256).type(0)).portKind()).isEqualTo(Fact.absent());
  }

  @Test
  void anAcsThatIsOnForAllItCanDoIsolates() {
    Fact<Acs> on = space(new ConfigBytes(4096).extended(ConfigSpace.EXT_ACS, 0x1d, 0x1d)).acs();
    Fact<Acs> off = space(new ConfigBytes(4096).extended(ConfigSpace.EXT_ACS, 0x1d, 0x01)).acs();

    assertThat(on.map(Acs::isolates)).isEqualTo(Fact.known(true));
    assertThat(off.map(Acs::isolates)).isEqualTo(Fact.known(false));
  }

  @Test
  void saysThatOnlyRootSeesMoreThanTheHeader() {
    ConfigSpace space = space(new ConfigBytes(64).capability(0x05, 0));

    assertThat(space.msiVectors()).isInstanceOf(Fact.Unreadable.class);
    assertThat(space.acs()).isInstanceOf(Fact.Unreadable.class);
    assertThat(space.portKind()).isEqualTo(Fact.absent());
  }

  @Test
  void aDeviceThatDroppedOffTheBusHasNoCapabilities() {
    byte[] ones = new byte[4096];
    java.util.Arrays.fill(ones, (byte) 0xff);
    ConfigSpace space = new ConfigSpace("config", ones);

    assertThat(space.msiVectors()).isEqualTo(Fact.absent());
    assertThat(space.serial()).isEqualTo(Fact.absent());
  }

  @Test
  void aChainThatBitesItsTailEnds() {
    byte[] bytes = new ConfigBytes(4096).capability(0x05, 0).extended(0x0001).bytes();
    bytes[0x41] = 0x40;
    bytes[0x102] = 0x01;
    bytes[0x103] = 0x10;
    ConfigSpace space = new ConfigSpace("config", bytes);

    assertThat(space.capability(0x77)).isEqualTo(Fact.absent());
    assertThat(space.extended(0x7777)).isEqualTo(Fact.absent());
  }

  @Test
  void anonymisingKeepsWhatCommandsReadAndZeroesTheSerialNumber() {
    ConfigBytes bytes =
        new ConfigBytes(4096)
            .capability(0x11, 0x8009)
            .capability(0x09, 0x5ec7)
            .extended(ConfigSpace.EXT_SERIAL, 0xccdd, 0xffaa, 0x99ff, 0xa036)
            .extended(ConfigSpace.EXT_ACS, 0x1d, 0x1d);

    ConfigSpace clean = new ConfigSpace("config", space(bytes).withoutIdentity(false));
    ConfigSpace kept = new ConfigSpace("config", space(bytes).withoutIdentity(true));

    assertThat(clean.serial()).isEqualTo(Fact.known("00-00-00-00-00-00-00-00"));
    assertThat(clean.msixVectors()).isEqualTo(Fact.known(10));
    assertThat(clean.acs().map(Acs::isolates)).isEqualTo(Fact.known(true));
    assertThat(kept.serial()).isEqualTo(Fact.known("a0-36-99-ff-ff-aa-cc-dd"));
    // The vendor's own capability holds what nobody knows.
    assertThat(clean.withoutIdentity(false)[0x62]).isZero();
  }

  @Test
  void randomBytesNeverThrowAndNeverLoop() {
    Random random = new Random(42);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[round % 3 == 0 ? random.nextInt(300) : 64 << 2 * random.nextInt(4)];
      random.nextBytes(bytes);
      if (bytes.length > 6) {
        bytes[6] |= 0x10;
      }
      ConfigSpace space = new ConfigSpace("config", bytes);
      space.portKind();
      space.acs();
      space.serial();
      space.msiVectors();
      space.msixVectors();
      assertThat(space.withoutIdentity(false)).hasSize(Math.min(bytes.length, 4096));
      Vpd.fields(bytes);
    }
  }
}
