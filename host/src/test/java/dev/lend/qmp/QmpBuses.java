package dev.lend.qmp;

import dev.lend.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code query-pci} and {@code qom-list} say (QEMU: {@code qapi/pci.json}). */
final class QmpBuses {
  private QmpBuses() {}

  /** The buses of a q35 with these root ports and the ids of what is in them. */
  static Json of(Map<String, Optional<String>> ports) {
    List<Json> devices = new ArrayList<>();
    devices.add(device(0, 0, 0, "", 0x29c0).build());
    int bus = 0;
    for (Map.Entry<String, Optional<String>> port : ports.entrySet()) {
      bus++;
      List<Json> below = new ArrayList<>();
      if (port.getValue().isPresent()) {
        below.add(device(bus, 0, 0, port.getValue().get(), 0x10ca).build());
      }
      Json.Obj bridge = Json.object().put("devices", new Json.Arr(below)).build();
      devices.add(device(0, bus, 0, port.getKey(), 0x000c).put("pci_bridge", bridge).build());
    }
    Json.Obj root = Json.object().put("bus", 0).put("devices", new Json.Arr(devices)).build();
    return new Json.Arr(List.of(root));
  }

  private static Json.Builder device(int bus, int slot, int function, String id, int device) {
    return Json.object()
        .put("bus", bus)
        .put("slot", slot)
        .put("function", function)
        .put("id", Json.object().put("device", device).put("vendor", 0x8086).build())
        .put("class_info", Json.object().put("class", 1536).build())
        .put("qdev_id", id)
        .put("irq_pin", 0)
        .put("regions", new Json.Arr(List.of()));
  }

  /** The children of {@code /machine/peripheral}. */
  static Json children(Map<String, Optional<String>> ports) {
    List<Json> items = new ArrayList<>();
    ports.forEach((port, device) -> {
      items.add(child(port, "pcie-root-port"));
      device.ifPresent(id -> items.add(child(id, "vfio-pci")));
    });
    return new Json.Arr(items);
  }

  private static Json child(String name, String type) {
    return Json.object().put("name", name).put("type", "child<" + type + ">").build();
  }
}
