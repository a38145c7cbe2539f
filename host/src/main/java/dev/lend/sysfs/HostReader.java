package dev.lend.sysfs;

import dev.lend.model.Binding;
import dev.lend.model.BlockDevice;
import dev.lend.model.Hardware;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.VfioHolder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Reads a host into a snapshot. What cannot be read costs its own fact and never the snapshot;
 * {@code config} is never read, because that can wake a sleeping device and costs a hundred times
 * as much as everything else (kernel: {@code drivers/pci/pci-sysfs.c}, {@code pci_read_config}).
 */
public final class HostReader {
  private final KernelReader kernel;

  /** Reads through {@code kernel}. */
  public HostReader(KernelReader kernel) {
    this.kernel = kernel;
  }

  /** The host now, as far as {@code scope} asks for it. */
  public HostSnapshot read(Scope scope) {
    SortedMap<PciAddress, PciFunction> functions = new FunctionReader(kernel).read();
    List<NetInterface> nets = scope.nets() ? new NetReader(kernel).read() : List.of();
    List<BlockDevice> disks = scope.disks() ? new DiskReader(kernel).read() : List.of();
    List<VfioHolder> holders =
        scope.holders() ? new HolderReader(kernel, functions).read() : List.of();
    BindingReader reader = new BindingReader(kernel);
    Map<PciAddress, Binding> bindings = new HashMap<>();
    Map<PciAddress, Hardware> hardware = new HashMap<>();
    for (PciAddress address : scope.bindings()) {
      PciFunction function = functions.get(address);
      if (function != null && !reader.leaves(address)) {
        bindings.put(address, reader.binding(address));
        hardware.put(address, new HardwareReader(kernel).read(function));
      }
    }
    HostSnapshot host =
        new HostSnapshot(
            functions,
            nets,
            disks,
            holders,
            bindings,
            kernel.exists("sys/bus/pci/drivers/vfio-pci"),
            scope.sessionAddress());
    HostSnapshot known = hardware.isEmpty() ? host : host.with(hardware);
    return scope.around().isEmpty() ? known : around(known, scope.around(), scope);
  }

  /**
   * A host that was read already, with everything that rests on some functions and on what goes
   * with them. Costs a look at every open file of the host.
   *
   * @param scope as it was read with
   */
  public HostSnapshot around(HostSnapshot host, Set<PciAddress> addresses, Scope scope) {
    return host.with(
        new SurroundingsReader(kernel, host)
            .read(addresses, scope.session().map(Scope.Session::there)));
  }
}
