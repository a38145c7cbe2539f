package dev.lend.act;

import dev.lend.act.ProvokedErrorsTest.Provocation;
import dev.lend.ledger.Ledger;
import dev.lend.linux.Link;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.TruncatedAnswer;
import dev.lend.linux.VfOrder;
import dev.lend.model.Finding;
import dev.lend.model.Guest;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfWish;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.plan.Consequence;
import dev.lend.plan.Objection;
import dev.lend.plan.Plan;
import dev.lend.plan.Planner;
import dev.lend.plan.Request;
import dev.lend.plan.Standing;
import dev.lend.plan.Step;
import dev.lend.plan.Trust;
import dev.lend.qmp.QmpConnection;
import dev.lend.qmp.QmpException;
import dev.lend.qmp.QmpPeer;
import dev.lend.sysfs.CapturedHosts;
import dev.lend.sysfs.DetailReader;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.HostTree;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.KernelRefusal.Reason;
import dev.lend.sysfs.MapKernel;
import dev.lend.sysfs.Readiness;
import dev.lend.sysfs.SampleHosts;
import dev.lend.sysfs.Scope;
import dev.lend.sysfs.SimulatedHosts;
import dev.lend.sysfs.SimulatedKernel;
import dev.lend.sysfs.TrustReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What has to be done to hear each error without real hardware. */
final class Provocations {
  private static final PciAddress PF = at("01:00.0");
  private static final PciAddress VF = at("01:10.0");
  private static final String DEVICES = "sys/bus/pci/devices/";
  private static final String DRIVERS = "sys/bus/pci/drivers/";
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Path directory;
  private final Map<String, Provocation> all = new TreeMap<>();

  private Provocations(Path directory) {
    this.directory = directory;
  }

  /** By the error's name. */
  static Map<String, Provocation> all(Path directory) {
    Provocations provocations = new Provocations(directory);
    provocations.host();
    provocations.sharing();
    provocations.drivers();
    provocations.vfs();
    provocations.guests();
    return provocations.all;
  }

  private static PciAddress at(String address) {
    return PciAddress.parse(address).orElseThrow();
  }

  private void host() {
    all.put(
        "no-iommu",
        () -> {
          House house =
              new House(SimulatedKernel.host().nic("0000:02:00.0", "e1000e").noGroup().build());
          return said(house.reserve(House.NIC));
        });
    all.put(
        "no-interrupt-remapping",
        () -> {
          MapKernel host = CapturedHosts.intelReady();
          host.file("proc/interrupts", " 24: 0 PCI-MSI 0-edge nvme0q0");
          host.file("proc/cmdline", "intel_iommu=on intremap=off");
          return said(Readiness.examine(host, new HostReader(host).read(Scope.functions())));
        });
    all.put(
        "rmrr",
        () -> {
          MapKernel host = CapturedHosts.intelReady();
          HostSnapshot snapshot = new HostReader(host).read(Scope.functions());
          return trust(host, snapshot, snapshot.function(at("04:00.0")).orElseThrow());
        });
    all.put(
        "numa-far",
        () -> {
          HostTree host = SampleHosts.server(directory.resolve("numa"));
          return said(plan(host, new Request.Reserve(at("01:10.4"), House.ALL)));
        });
    all.put(
        "bar-no-room",
        () -> {
          HostTree host = SampleHosts.server(directory.resolve("bars"));
          host.file(
              DEVICES + "0000:81:00.0/resource",
              "0x0000000000000000 0x00000003ffffffff 0x000000000014220c");
          KernelReader kernel = new FileKernel(host.root());
          HostSnapshot snapshot = new HostReader(kernel).read(Scope.functions());
          return trust(kernel, snapshot, snapshot.function(at("81:00.0")).orElseThrow());
        });
  }

  private void sharing() {
    all.put(
        "group-not-viable",
        () -> {
          Request.Consent alone = new Request.Consent(false, true);
          return said(new House().carryOut(new Request.Reserve(House.TWIN, alone)));
        });
    all.put(
        "not-isolated-by-acs",
        () -> {
          SimulatedKernel kernel = SimulatedHosts.lab();
          HostSnapshot snapshot = new HostReader(kernel).read(Scope.functions());
          return trust(kernel, snapshot, snapshot.function(House.TWIN).orElseThrow());
        });
    all.put("host-needs-it", () -> said(new House().reserve(at("00:03.0"))));
    all.put(
        "group-held",
        () -> {
          House house = new House();
          house.reserve(House.NIC);
          house.kernel.guestTakes(SimulatedGuests.PID, House.NIC.toString());
          return refusal(() -> house.kernel.claim(group(house, House.NIC)).close());
        });
    all.put(
        "guest-ended-with-device",
        () -> {
          House house = new House();
          house.attach(House.NIC);
          house.guests.stop(SimulatedGuests.GUEST);
          HostSnapshot now =
              new ReadHost(house.kernel, house.kernel, house.kernel, "")
                  .around(House.NIC, Set.of());
          return Standing.of(now, house.journal().ledger().loan(House.NIC).orElseThrow()).text();
        });
  }

  private void drivers() {
    all.put(
        "kernel-does-not-answer",
        () -> {
          House house = new House();
          house.kernel.onWriteTo("e1000e/unbind", new Fault.HappenLater());
          house.reserve(House.NIC);
          return said(house.reserve(House.NIC));
        });
    all.put(
        "sysfs-forbidden",
        () -> {
          House house = new House();
          house.kernel.onWriteTo("driver_override", new Fault.Refuse(Reason.EACCES));
          return said(house.reserve(House.NIC));
        });
    all.put(
        "driver-did-not-take",
        () -> {
          House house = new House();
          house.reserve(House.NIC);
          house.kernel.refuseToProbe("e1000e", House.NIC.toString(), Reason.EIO);
          return said(house.giveBack(House.NIC));
        });
    all.put(
        "not-on-that-driver",
        () -> refusal(() -> SimulatedHosts.lab().write(DRIVERS + "e1000e/unbind", "0000:04:01.0")));
    all.put(
        "new-id-exists",
        () -> {
          SimulatedKernel kernel = SimulatedHosts.lab();
          kernel.loadModule("vfio-pci");
          kernel.write(DRIVERS + "vfio-pci/new_id", "8086 1572");
          return refusal(() -> kernel.write(DRIVERS + "vfio-pci/new_id", "8086 1572"));
        });
    all.put(
        "device-gone",
        () -> {
          House house = new House();
          // Somebody pulls the second card while the first of the group goes.
          house.beforeWrite =
              path -> {
                if (path.endsWith("8139cp/unbind")) {
                  remove(house.kernel, House.OTHER_TWIN);
                }
              };
          return said(house.reserve(House.TWIN));
        });
    all.put(
        "reset-failed",
        () -> {
          House house = new House();
          house.kernel.resetFails(House.NIC.toString(), "pm");
          house.carryOut(new Request.TryReset(House.NIC));
          return house
              .journal()
              .ledger()
              .trials()
              .getOrDefault(House.NIC, List.of())
              .getFirst()
              .detail();
        });
  }

  private static void remove(SimulatedKernel kernel, PciAddress address) {
    try {
      kernel.write(DEVICES + address + "/remove", "1");
    } catch (KernelRefusal refusal) {
      throw new IllegalStateException(refusal);
    }
  }

  private void vfs() {
    String count = DEVICES + PF + "/sriov_numvfs";
    all.put(
        "vf-count-not-zero",
        () -> {
          SimulatedKernel kernel = SimulatedHosts.lab();
          kernel.write(count, "1");
          return refusal(() -> kernel.write(count, "2"));
        });
    all.put("vf-count-too-high", () -> refusal(() -> SimulatedHosts.lab().write(count, "8")));
    all.put(
        "vf-driver-missing",
        () -> {
          House house = new House();
          house.reserve(PF);
          return refusal(() -> house.kernel.write(count, "1"));
        });
    all.put(
        "vf-fewer-than-asked",
        () -> {
          SimulatedKernel scarce =
              SimulatedKernel.host().nic("0000:01:00.0", "igb").net("enp1s0").pf(8, 7, 3).build();
          PfWish five = new PfWish(Optional.of(5), VfUse.GUESTS, VfWish.none(), new TreeMap<>());
          return said(
              new House(scarce).carryOut(new Request.ShapeVfs(PF, five, House.ALL, "vf create")));
        });
    all.put(
        "vf-setting-unsupported",
        () -> {
          SimulatedKernel kernel = SimulatedHosts.lab();
          kernel.write(count, "1");
          VfOrder order = new VfOrder(0, List.of(new VfSetting.LinkState(VfSettings.Link.ENABLE)));
          try {
            kernel.change(new NetChange.SetVfs(kernel.index("enp1s0"), List.of(order)));
            return "";
          } catch (NetRefusal refusal) {
            return String.valueOf(refusal.getMessage());
          }
        });
    all.put(
        "vf-rate-without-link",
        () -> {
          SimulatedKernel kernel = SimulatedHosts.lab();
          kernel.change(new NetChange.Up(kernel.index("enp1s0"), true));
          kernel.write(count, "1");
          kernel.cable("enp1s0", false);
          Link pf =
              kernel.links().stream()
                  .filter(link -> link.name().equals("enp1s0"))
                  .findFirst()
                  .orElseThrow();
          Patience none = (condition, limit) -> condition.getAsBoolean();
          VfOrder order = new VfOrder(0, List.of(new VfSetting.Rate(0, 500)));
          return "" + new PfDriver(kernel, kernel, none, pf).refusal(List.of(order));
        });
    all.put("vf-list-truncated", TruncatedAnswer::message);
    all.put(
        "bridge-beside-vf",
        () -> {
          HostTree host = SampleHosts.server(directory.resolve("bridge"));
          host.upper("br7", "02:00:00:00:07:00", "eth1");
          host.file("sys/devices/virtual/net/br7/uevent", "DEVTYPE=bridge");
          return said(plan(host, new Request.Reserve(at("01:10.4"), House.ALL)));
        });
  }

  private void guests() {
    all.put(
        "no-hotplug-slot",
        () -> {
          House house = new House();
          house.attach(House.NIC);
          house.attach(House.TWIN);
          house.attach(House.OTHER_TWIN);
          house.kernel.write(DEVICES + PF + "/sriov_numvfs", "1");
          return said(house.attach(at("01:10.0")));
        });
    all.put("qemu-ended", () -> plug(new QmpPeer.Answer.Close()));
    all.put(
        "monitor-busy",
        () -> {
          try (QmpPeer peer = peer("busy").greets(new QmpPeer.Answer.Silence())) {
            QmpConnection.open(peer.socket(), SHORT).close();
            return "";
          } catch (QmpException mute) {
            return String.valueOf(mute.getMessage());
          }
        });
    all.put("unplug-refused", () -> unplug(QmpPeer.Unplug.REFUSED));
    all.put("unplug-unanswered", () -> unplug(QmpPeer.Unplug.SILENT));
  }

  private QmpPeer peer(String name) throws java.io.IOException {
    Path own = java.nio.file.Files.createDirectories(directory.resolve(name));
    return QmpPeer.start(own).named("web1").port("rp0").device("old", "rp1", "0000:01:10.2");
  }

  private String plug(QmpPeer.Answer answer) throws java.io.IOException {
    try (QmpPeer peer = peer("plug").answers("device_add", answer)) {
      Guest guest = new Guest.Qemu(peer.socket().toString());
      new QemuGuests(LONG, new MapKernel()).plug(new Step.Plug(guest, VF, "lend-1", "rp0"));
      return "";
    } catch (StepFailure failure) {
      return String.valueOf(failure.getMessage());
    }
  }

  private String unplug(QmpPeer.Unplug how) throws java.io.IOException {
    try (QmpPeer peer = peer("unplug-" + how).unplugs(how)) {
      Guest guest = new Guest.Qemu(peer.socket().toString());
      new QemuGuests(SHORT, new MapKernel()).unplug(new Step.Unplug(guest, VF, "old"));
      return "";
    } catch (StepFailure failure) {
      return String.valueOf(failure.getMessage());
    }
  }

  /** A write that the kernel shall refuse. */
  private interface Refused {
    void write() throws KernelRefusal;
  }

  private static String refusal(Refused write) {
    try {
      write.write();
      return "";
    } catch (KernelRefusal refusal) {
      return String.valueOf(refusal.getMessage());
    }
  }

  private static int group(House house, PciAddress address) {
    String link = house.kernel.link(DEVICES + address + "/iommu_group").or("");
    return Integer.parseInt(link.substring(link.lastIndexOf('/') + 1));
  }

  private static Plan plan(HostTree tree, Request request) {
    Set<PciAddress> wanted = Set.of(request.address());
    HostSnapshot host =
        new HostReader(new FileKernel(tree.root()))
            .read(Scope.uses().withBindings(wanted).withAllAround(wanted));
    return Planner.plan(host, Ledger.empty(), Optional.empty(), request, Instant.EPOCH);
  }

  private static String trust(KernelReader kernel, HostSnapshot host, PciFunction function) {
    Trust trust =
        Trust.of(
            host,
            new TrustReader(kernel).read(new DetailReader(kernel).detail(host, function, false)),
            Optional.empty());
    return said(trust.marks().stream().map(Trust.Mark::finding).toList());
  }

  private static String said(List<Finding> findings) {
    List<String> lines = new ArrayList<>();
    findings.forEach(finding -> lines.add(finding.title()));
    return String.join("\n", lines);
  }

  private static String said(Plan plan) {
    List<String> lines = new ArrayList<>();
    plan.objections().stream().map(Objection::text).forEach(lines::add);
    plan.consequences().stream().map(Consequence::text).forEach(lines::add);
    return String.join("\n", lines);
  }

  private static String said(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused(Plan plan) -> said(plan);
      case Outcome.Done(Plan plan) -> said(plan);
      case Outcome.PutBack(Plan plan, String why) -> why;
      case Outcome.Stuck stuck -> String.join("\n", stuck.why());
      case Outcome.Stranded stranded -> String.join("\n", stranded.why());
    };
  }
}
