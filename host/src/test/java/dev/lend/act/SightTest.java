package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.json.Json;
import dev.lend.libvirt.FakeVirt;
import dev.lend.libvirt.Virt;
import dev.lend.model.Guest;
import dev.lend.model.GuestSight;
import dev.lend.model.PciId;
import dev.lend.qmp.AgentPeer;
import dev.lend.qmp.QmpPeer;
import dev.lend.sysfs.MapKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What guests say of a device, by agents that answer as a test says. */
class SightTest {
  private static final String MAC = "52:54:00:82:57:60";
  private static final PciId VF = new PciId(0x8086, 0x10ca);
  private static final String UEVENT =
      "DRIVER=igbvf\nPCI_CLASS=20000\nPCI_ID=8086:10CA\nPCI_SLOT_NAME=0000:01:00.0\n";

  @TempDir Path directory;

  private QmpPeer qemu;
  private AgentPeer agent;

  @BeforeEach
  void start() throws IOException {
    agent = AgentPeer.start(directory);
    qemu = QmpPeer.start(directory).device("lend-1", "rp1", "0000:01:10.0");
    qemu.agent("disconnected:unix:" + agent.socket() + ",server=on", true);
  }

  @AfterEach
  void end() throws IOException {
    qemu.close();
    agent.close();
  }

  private String sight(String... macs) {
    Guest guest = new Guest.Qemu(qemu.socket().toString());
    return new QemuGuests(Duration.ofSeconds(1), new MapKernel())
        .sight(guest, new Sought("lend-1", VF, List.of(macs)))
        .describe("web1");
  }

  private static Json interfaces(String... namesAndMacs) {
    List<Json> all = new java.util.ArrayList<>();
    for (int i = 0; i < namesAndMacs.length; i += 2) {
      all.add(
          Json.object()
              .put("name", namesAndMacs[i])
              .put("hardware-address", namesAndMacs[i + 1])
              .build());
    }
    return new Json.Arr(all);
  }

  @Test
  void aNetworkCardIsFoundByItsAddressAndToldFromTheStandbyThatHasTheSame() {
    agent
        .lists("guest-network-get-interfaces", interfaces("lo", "", "eth0", MAC, "eth1", MAC))
        .file("/sys/class/net/eth0/device/uevent", "DRIVER=virtio_net\nPCI_ID=1AF4:1041\n")
        .file("/sys/class/net/eth1/device/uevent", UEVENT)
        .file("/sys/class/net/eth1/flags", "0x1003\n");

    assertThat(sight(MAC)).isEqualTo("web1 sees it as 0000:01:00.0, driver igbvf, eth1 up.");
    assertThat(agent.asked()).doesNotContain("guest-exec");
  }

  @Test
  void whatHasNoAddressOfItsOwnIsFoundByWhereItsQemuHasPutIt() {
    agent
        .file("/sys/bus/pci/devices/0000:01:00.0/uevent", UEVENT)
        .lists(
            "guest-get-disks",
            new Json.Arr(
                List.of(
                    disk("/dev/nvme0n1", 1, false),
                    disk("/dev/nvme0n1p1", 1, true),
                    disk("/dev/sda", 2, false))));

    assertThat(sight()).isEqualTo("web1 sees it as 0000:01:00.0, driver igbvf, disk /dev/nvme0n1.");
  }

  private static Json disk(String name, int bus, boolean partition) {
    Json controller =
        Json.object().put("domain", 0).put("bus", bus).put("slot", 0).put("function", 0).build();
    return Json.object()
        .put("name", name)
        .put("partition", partition)
        .put("address", Json.object().put("pci-controller", controller).build())
        .build();
  }

  @Test
  void aGuestThatForbidsToReadFilesTellsLess() {
    agent.lists("guest-network-get-interfaces", interfaces("eth1", MAC)).forbidsFiles();

    assertThat(sight(MAC)).isEqualTo("web1 sees it as 0000:01:00.0, eth1.");
  }

  @Test
  void aSocketThatIsNotFreeOrHasNoAgentIsNotAskedAtAll() {
    qemu.agent("disconnected:unix:" + agent.socket() + ",server=on", false);
    assertThat(sight(MAC)).contains("Lend cannot know: no agent runs in it");
    qemu.agent("unix:" + agent.socket() + ",server=on", true);
    assertThat(sight(MAC)).contains("another program talks to its agent");
    qemu.agent("pty:/dev/pts/3", true);
    assertThat(sight(MAC)).contains("is no socket that others may use");
    assertThat(agent.asked()).isEmpty();
  }

  @Test
  void aQemuWithoutSuchAPortSaysSo() throws IOException {
    qemu.close();
    java.nio.file.Files.delete(qemu.socket());
    qemu = QmpPeer.start(directory);

    assertThat(sight(MAC)).contains("it has no port for a guest agent (org.qemu.guest_agent.0)");
  }

  @Test
  void anAgentThatSaysNothingCostsSecondsAndNoMore() {
    agent.silent();
    long begin = System.nanoTime();

    assertThat(sight(MAC)).contains("Lend cannot know: its agent does not answer");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
  }

  private static GuestSight ofDomain(FakeVirt virt, String... macs) {
    return new LibvirtGuests(
            virt::open,
            Duration.ZERO,
            Duration.ZERO,
            (condition, limit) -> condition.getAsBoolean())
        .sight(new Guest.Domain(FakeVirt.NAME), new Sought("ua-1", VF, List.of(macs)));
  }

  @Test
  void libvirtTellsOfInterfacesByTheirAddress() {
    FakeVirt virt =
        new FakeVirt().device("ua-1", "<interface><mac address='" + MAC + "'/></interface>");
    assertThat(ofDomain(virt, MAC).describe("web1")).contains("QEMU guest agent is not configured");
    virt.agent(List.of(new Virt.GuestInterface("lo", "")));
    assertThat(ofDomain(virt, MAC)).isEqualTo(new GuestSight.Unseen());
    virt.agent(List.of(new Virt.GuestInterface("eth1", MAC)));
    assertThat(ofDomain(virt, MAC).describe("web1")).isEqualTo("web1 sees it as eth1.");
    assertThat(ofDomain(virt).describe("web1")).contains("network interfaces only");
    virt.device("own", "<interface type='network'><mac address='" + MAC + "'/></interface>");
    assertThat(ofDomain(virt, MAC).describe("web1")).contains("another interface with the address");
  }
}
