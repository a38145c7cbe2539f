package dev.lend.cli;

import dev.lend.json.JsonWriter;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.VfWords;
import dev.lend.plan.DomainVf;
import dev.lend.plan.DomainXml;
import dev.lend.plan.Planner;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Scope;
import java.util.List;
import java.util.Optional;

/**
 * What to write down so that a guest starts with a device: QEMU's arguments, or libvirt's element.
 */
final class StartWithCommand implements Command {
  /** For whom. */
  enum Form {
    QEMU_ARGS,
    LIBVIRT_XML
  }

  private final Form form;

  StartWithCommand(Form form) {
    this.form = form;
  }

  @Override
  public String name() {
    return form == Form.QEMU_ARGS ? "qemu-args" : "libvirt-xml";
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return form == Form.QEMU_ARGS
        ? "Print the arguments that start a QEMU with a device"
        : "Print the element that gives a libvirt domain a device";
  }

  @Override
  public List<String> examples() {
    return form == Form.QEMU_ARGS
        ? List.of(
            "qemu-system-x86_64 -machine q35 ... $(lend qemu-args 01:10.0)",
            "after lend reserve 01:10.0")
        : List.of(
            "lend libvirt-xml 01:10.0 --mac 52:54:00:12:34:56 > vf.xml", "for virsh attach-device");
  }

  @Override
  public Syntax syntax() {
    Syntax syntax = Context.root(Context.json(Syntax.none().taking(DeviceName.parameter())));
    return form == Form.QEMU_ARGS
        ? syntax
        : syntax
            .option("--mac", "MAC", "the MAC address that libvirt sets on a network VF")
            .option(
                "--vlan",
                "ID",
                "the VLAN that libvirt sets on a network VF: 1 to 4094, 0 for none");
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    HostSnapshot host = new HostReader(context.kernel(arguments)).read(Scope.functionsAndNames());
    PciFunction function = DeviceName.resolve(host, arguments.word());
    PciAddress address = function.address();
    if (function.bridge()) {
      throw new UsageException(address.brief() + " is a bridge: no guest can have it");
    }
    String text =
        switch (form) {
          case QEMU_ARGS -> String.join(" ", qemu(address)) + "\n";
          case LIBVIRT_XML ->
              networkVf(function)
                  ? DomainXml.networkVf(
                      address,
                      DomainXml.alias(address),
                      new DomainVf(mac(arguments), vlan(arguments)))
                  : hostdev(arguments, address);
        };
    context.out().print(arguments.has("--json") ? json(address, text) : text);
    context.out().flush();
    if (!function.boundTo(Planner.VFIO_PCI)) {
      context
          .err()
          .println(
              "lend: "
                  + address.brief()
                  + " is on "
                  + function.driver().orElse("no driver")
                  + "; before the guest starts: lend reserve "
                  + address.brief());
    }
    return ExitCode.DONE;
  }

  private String json(PciAddress address, String text) {
    JsonWriter json = new JsonWriter(true);
    json.beginObject().name("address").value(address.toString());
    switch (form) {
      case QEMU_ARGS -> {
        json.name("arguments").beginArray();
        qemu(address).forEach(json::value);
        json.endArray();
      }
      case LIBVIRT_XML -> json.name("xml").value(text);
    }
    return json.endObject() + "\n";
  }

  /**
   * A root port of its own, so that the device can be unplugged from a q35 guest (QEMU: {@code
   * docs/pcie.txt}), and the device in it.
   */
  static List<String> qemu(PciAddress address) {
    String id = Planner.deviceId(address);
    String port = "port-" + id;
    // Chassis (8 bits) and slot (16 bits, of which the guest sees 13) together must be unique in
    // the
    // guest, and people number their own ports from one: so the chassis has its high bit set, and
    // the
    // two hold all of the address but the high bits of a domain. Those of 32 bits count from
    // 0x10000
    // (Linux: drivers/pci/controller/vmd.c), for which one bit is left.
    int chassis = 0x80 | address.bus() & 0x7f;
    int domain = address.domain() & 0x3f | (address.domain() >>> 16 & 1) << 6;
    int slot = address.device() << 3 | address.function() | address.bus() >> 7 << 8 | domain << 9;
    return List.of(
        "-device",
        "pcie-root-port,id=" + port + ",chassis=" + chassis + ",slot=" + slot,
        "-device",
        "vfio-pci,host=" + address + ",id=" + id + ",bus=" + port);
  }

  private static boolean networkVf(PciFunction function) {
    return function.sriov() instanceof SriovRole.Virtual && function.network();
  }

  private static String hostdev(Arguments arguments, PciAddress address) {
    if (arguments.has("--mac") || arguments.has("--vlan")) {
      throw new UsageException(
          "--mac and --vlan are for virtual functions of network cards; "
              + address.brief()
              + " is none");
    }
    return DomainXml.hostdev(address, DomainXml.alias(address));
  }

  private static Optional<String> mac(Arguments arguments) {
    return arguments.option("--mac").map(word -> VfWords.mac(word).orThrow(UsageException::new));
  }

  /** libvirt has no VLAN 0: without one there is no element. */
  private static int vlan(Arguments arguments) {
    return arguments
        .option("--vlan")
        .map(word -> VfWords.vlan(word).orThrow(UsageException::new))
        .orElse(0);
  }
}
