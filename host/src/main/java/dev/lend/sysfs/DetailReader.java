package dev.lend.sysfs;

import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail;
import dev.lend.model.FunctionDetail.Bar;
import dev.lend.model.FunctionDetail.Interrupts;
import dev.lend.model.FunctionDetail.Link;
import dev.lend.model.FunctionDetail.Upstream;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what there is to know about one function (kernel: {@code
 * Documentation/ABI/testing/sysfs-bus-pci}).
 */
public final class DetailReader {
  private static final String DEVICES = "sys/bus/pci/devices/";

  private final KernelReader kernel;
  private final Upstreams topology;
  private final HardwareReader hardware;

  /** Reads from {@code kernel}. */
  public DetailReader(KernelReader kernel) {
    this.kernel = kernel;
    this.topology = new Upstreams(kernel);
    this.hardware = new HardwareReader(kernel);
  }

  /**
   * The details of a function.
   *
   * @param vpd true to read vital product data as well, which takes a second on some devices and
   *     hangs the firmware of a few
   */
  public FunctionDetail detail(HostSnapshot host, PciFunction function, boolean vpd) {
    PciAddress address = function.address();
    ConfigSpace config = config(kernel, address);
    List<Upstream> upstream = topology.upstream(address);
    return new FunctionDetail(
        function,
        Facts.number(kernel, path(address, "revision")),
        binding(function),
        hardware.resets(address),
        bars(kernel, address),
        link(address),
        interrupts(address, config),
        kernel.read(path(address, "power_state")),
        upstream,
        topology.sharing(host, function, upstream),
        hardware.reserved(function),
        config.serial(),
        vpd ? Vpd.read(kernel, path(address, "vpd")) : Fact.absent());
  }

  /** A function's configuration space; empty where it cannot be read at all. */
  static ConfigSpace config(KernelReader kernel, PciAddress address) {
    String path = path(address, "config");
    return new ConfigSpace(path, kernel.bytes(path).or(new byte[0]));
  }

  static String path(PciAddress address, String attribute) {
    return DEVICES + address + "/" + attribute;
  }

  private Binding binding(PciFunction function) {
    return new Binding(function.driver(), new BindingReader(kernel).override(function.address()));
  }

  /**
   * The file {@code resource} has a line for each of six base address registers, the ROM, and then
   * the windows of bridges and VFs: first address, last address, flags (kernel: {@code
   * include/linux/ioport.h}).
   */
  static List<Bar> bars(KernelReader kernel, PciAddress address) {
    List<Bar> bars = new ArrayList<>();
    List<String> lines =
        kernel
            .read(path(address, "resource"))
            .map(String::lines)
            .or(java.util.stream.Stream.empty())
            .toList();
    for (int i = 0; i < Math.min(lines.size(), 7); i++) {
      List<String> words = Facts.words(lines.get(i));
      if (words.size() == 3) {
        bar(i, Facts.hex(words.get(0)), Facts.hex(words.get(1)), Facts.hex(words.get(2)), bars);
      }
    }
    return bars;
  }

  private static void bar(
      int index, Optional<Long> first, Optional<Long> last, Optional<Long> flags, List<Bar> into) {
    long type = flags.orElse(0L);
    long bytes = last.orElse(0L) - first.orElse(0L) + 1;
    boolean io = (type & 0x100) != 0;
    if (!io && (type & 0x200) == 0 || bytes <= 1 && last.orElse(0L) == 0) {
      return;
    }
    Bar.Space space =
        index == 6
            ? Bar.Space.ROM
            : io
                ? Bar.Space.IO
                : (type & 0x100000) != 0 ? Bar.Space.MEMORY_64 : Bar.Space.MEMORY_32;
    into.add(new Bar(index, space, (type & 0x2000) != 0, bytes));
  }

  /** Only PCI Express functions have these files (kernel: pcie_dev_attrs_are_visible). */
  private Fact<Link> link(PciAddress address) {
    Fact<String> speed = kernel.read(path(address, "current_link_speed"));
    return speed.map(now ->
        new Link(
            now,
            kernel.read(path(address, "current_link_width")).or("?"),
            kernel.read(path(address, "max_link_speed")).or("?"),
            kernel.read(path(address, "max_link_width")).or("?")));
  }

  private Interrupts interrupts(PciAddress address, ConfigSpace config) {
    int allocated = kernel.list(path(address, "msi_irqs")).map(List::size).or(0);
    return new Interrupts(config.msiVectors(), config.msixVectors(), allocated);
  }
}
