package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.Nvme;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfState;
import dev.lend.model.SriovRole;
import dev.lend.model.VfSettings;
import dev.lend.sysfs.BindingReader;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.SettingOwners;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads how a PF and its VFs stand. */
public final class PfReader {
  private static final String DEVICES = "sys/bus/pci/devices/";
  private static final String VIRTFN = "virtfn";
  private static final String NO_ADDRESS = "00:00:00:00:00:00";

  private final KernelReader kernel;
  private final Net net;
  private final NvmeReader nvme;
  private final BindingReader bindings;
  private final InterfaceNames names;

  /** Reads through these ports. */
  public PfReader(KernelReader kernel, Net net, Nvme nvme) {
    this.kernel = kernel;
    this.net = net;
    this.nvme = new NvmeReader(kernel, nvme);
    this.bindings = new BindingReader(kernel);
    this.names = new InterfaceNames(kernel);
  }

  /**
   * How a PF stands; absent where the function is none. Netlink is asked for network cards only.
   */
  public Fact<PfState> read(HostSnapshot host, PciAddress address) {
    Optional<PciFunction> pf = host.function(address);
    if (pf.isEmpty()
        || !(pf.get().sriov() instanceof SriovRole.Physical(int total, List<PciAddress> all))) {
      return Fact.absent();
    }
    try {
      return Fact.known(state(host, pf.get(), total, pf.get().network() ? net.links() : List.of()));
    } catch (NetRefusal refusal) {
      return new Fact.Unreadable<>("netlink", String.valueOf(refusal.getMessage()));
    }
  }

  private PfState state(HostSnapshot host, PciFunction pf, int total, List<Link> links)
      throws NetRefusal {
    Optional<Link> link = linkOf(pf.address(), links);
    SortedMap<Integer, VfSettings> settings =
        link.isPresent() ? net.vfs(link.get().index()) : new TreeMap<>();
    NvmeReader.Found shared = nvme.read(pf.address());
    SortedMap<Integer, PfState.Vf> vfs = new TreeMap<>();
    for (Map.Entry<Integer, PciAddress> vf : vfs(kernel, pf.address()).entrySet()) {
      vfs.put(
          vf.getKey(),
          new PfState.Vf(
              vf.getValue(),
              bindings.binding(vf.getValue()),
              Optional.ofNullable(settings.get(vf.getKey())),
              Optional.ofNullable(shared.shares().get(vf.getKey()))));
    }
    String cardKey =
        link.flatMap(found -> found.permanentMac().or(found::mac)).orElse(pf.address().toString());
    return new PfState(
        pf.address(),
        total,
        vfs.size(),
        kernel.read(DEVICES + pf.address() + "/sriov_drivers_autoprobe").or("1").equals("1"),
        version(kernel, pf.driver().orElse("")),
        link.map(found -> new PfState.Net(found.name(), found.up())),
        vfs,
        cardKey,
        macs(host, pf.address(), links),
        new SettingOwners(kernel).of(host, pf, link.flatMap(Link::permanentMac)).owners(),
        shared.pool());
  }

  private Optional<Link> linkOf(PciAddress address, List<Link> links) {
    List<String> own = names.of(address);
    return own.isEmpty()
        ? Optional.empty()
        : links.stream().filter(link -> link.name().equals(own.getFirst())).findFirst();
  }

  /** Addresses on this host, but for those of this PF's own VFs. */
  private Map<String, String> macs(HostSnapshot host, PciAddress pf, List<Link> links)
      throws NetRefusal {
    Map<String, String> macs = new HashMap<>();
    List<String> own = host.netsOf(pf).stream().map(net -> net.name()).toList();
    for (Link link : links) {
      boolean ownVf =
          host.net(link.name())
              .flatMap(net -> net.function())
              .flatMap(host::function)
              .map(function ->
                  function.sriov() instanceof SriovRole.Virtual(PciAddress of, int index)
                      && of.equals(pf))
              .orElse(false);
      if (!ownVf) {
        link.mac().ifPresent(mac -> macs.putIfAbsent(mac, link.name()));
        link.permanentMac().ifPresent(mac -> macs.putIfAbsent(mac, link.name()));
      }
      if (!own.contains(link.name()) && isPf(host, link)) {
        net.vfs(link.index())
            .forEach((index, settings) ->
                macs.putIfAbsent(settings.mac(), "VF " + index + " of " + link.name()));
      }
    }
    macs.remove(NO_ADDRESS);
    return macs;
  }

  private static boolean isPf(HostSnapshot host, Link link) {
    return host.net(link.name())
        .flatMap(net -> net.function())
        .flatMap(host::function)
        .map(function -> function.sriov() instanceof SriovRole.Physical)
        .orElse(false);
  }

  /**
   * The VFs of a PF by number. Only the links tell: numbers are not in the order of addresses
   * (kernel: {@code drivers/pci/iov.c}, {@code pci_iov_sysfs_link}). Nor does one read {@code
   * sriov_numvfs} to count them: that waits as long as anybody's write to it does ({@code
   * sriov_numvfs_show}).
   */
  static SortedMap<Integer, PciAddress> vfs(KernelReader kernel, PciAddress pf) {
    SortedMap<Integer, PciAddress> vfs = new TreeMap<>();
    for (String name : kernel.list(DEVICES + pf).or(List.of())) {
      if (name.startsWith(VIRTFN)) {
        String target = kernel.link(DEVICES + pf + "/" + name).or("");
        Optional<PciAddress> vf = PciAddress.parse(target.substring(target.lastIndexOf('/') + 1));
        try {
          int index = Integer.parseInt(name.substring(VIRTFN.length()));
          vf.ifPresent(address -> vfs.put(index, address));
        } catch (NumberFormatException foreign) {
          // Not a link of a VF, whatever it is.
        }
      }
    }
    return vfs;
  }

  /** False for a PF whose driver has it, but is not done with it: an NVMe controller takes time. */
  public static boolean ready(KernelReader kernel, PciFunction pf) {
    return !pf.boundTo("nvme") || NvmeReader.live(kernel, pf.address());
  }

  /** The version of a driver's module, or the kernel's release where it comes with the kernel. */
  static String version(KernelReader kernel, String driver) {
    return kernel
        .read("sys/module/" + driver + "/version")
        .asOptional()
        .or(() -> kernel.read("proc/sys/kernel/osrelease").asOptional())
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .orElse("of unknown version");
  }
}
