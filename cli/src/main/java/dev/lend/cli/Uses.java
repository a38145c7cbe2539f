package dev.lend.cli;

import dev.lend.model.BlockDevice;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciFunction;
import dev.lend.model.VfioHolder;
import java.util.List;

/** Says in few words what on the host uses a function. */
final class Uses {
  /** Mount points and addresses to name; a container host has hundreds. */
  private static final int MOST = 3;

  private Uses() {}

  /** {@code eth0 192.0.2.2/24 > br0, nvme0n1 (/, /boot, swap), guest web1}; empty for nothing. */
  static String brief(HostSnapshot host, PciFunction function) {
    List<NetInterface> nets = host.netsOf(function.address());
    List<BlockDevice> disks = host.disksOf(function.address());
    List<VfioHolder> holders = host.holdersOf(function);
    if (nets.isEmpty() && disks.isEmpty() && holders.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (NetInterface net : nets) {
      net(next(text), net);
    }
    for (BlockDevice disk : disks) {
      disk(next(text), disk);
    }
    for (VfioHolder holder : holders) {
      next(text)
          .append(
              holder.guestName().isPresent()
                  ? "guest " + holder.guestName().get()
                  : holder.command() + " (pid " + holder.pid() + ")");
    }
    return text.toString();
  }

  private static StringBuilder next(StringBuilder text) {
    return text.isEmpty() ? text : text.append(", ");
  }

  private static void net(StringBuilder text, NetInterface net) {
    text.append(net.name());
    if (!net.up()) {
      text.append(" (down)");
    }
    int shown = Math.min(MOST, net.addresses().size());
    for (int i = 0; i < shown; i++) {
      text.append(' ').append(net.addresses().get(i));
    }
    if (net.addresses().size() > shown) {
      text.append(" +").append(net.addresses().size() - shown);
    }
    if (!net.uppers().isEmpty()) {
      text.append(" > ").append(String.join(", ", net.uppers()));
    }
  }

  private static void disk(StringBuilder text, BlockDevice disk) {
    text.append(disk.name());
    if (disk.uses().isEmpty()) {
      return;
    }
    text.append(" (");
    int shown = Math.min(MOST, disk.uses().size());
    for (int i = 0; i < shown; i++) {
      text.append(i > 0 ? ", " : "").append(what(disk.uses().get(i).what()));
    }
    if (disk.uses().size() > shown) {
      text.append(" +").append(disk.uses().size() - shown);
    }
    text.append(')');
  }

  private static String what(BlockDevice.What what) {
    if (what instanceof BlockDevice.Mounted(String point)) {
      return point;
    }
    if (what instanceof BlockDevice.Served(String target)) {
      return target;
    }
    return what instanceof BlockDevice.Layer(String device) ? device : "swap";
  }
}
