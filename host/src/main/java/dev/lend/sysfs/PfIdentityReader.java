package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.model.PfIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a function's card is known by wherever it sits. */
public final class PfIdentityReader {
  private static final String SLOTS = "sys/bus/pci/slots";
  private static final String NETS = "sys/class/net/";

  /** The address is the one that the hardware came with (kernel: {@code netdevice.h}). */
  private static final String NET_ADDR_PERM = "0";

  private static final String NO_ADDRESS = "00:00:00:00:00:00";

  /** What makers leave in a field that they do not fill; these tell no card from another. */
  private static final Set<String> BLANK =
      Set.of("", "0", "n/a", "na", "none", "unknown", "default", "to be filled by o.e.m.");

  private final KernelReader kernel;
  private final InterfaceNames names;
  private final Map<String, String> slots = new HashMap<>();

  /** Reads through {@code kernel}; the slots once. */
  public PfIdentityReader(KernelReader kernel) {
    this.kernel = kernel;
    this.names = new InterfaceNames(kernel);
    for (String slot : Facts.names(kernel, SLOTS)) {
      String place = kernel.read(SLOTS + "/" + slot + "/address").or("");
      if (!place.isEmpty()) {
        slots.putIfAbsent(place, slot);
      }
    }
  }

  /**
   * What a function is known by.
   *
   * @param permanent permanent hardware addresses by the name of the interface, as netlink tells
   *     them; where one is not among them, the interface's address counts if the kernel says that
   *     it is the permanent one
   * @param vpd true to read vital product data as well, which takes a second on some devices and
   *     hangs the firmware of a few
   */
  public PfIdentity read(PciFunction function, Map<String, String> permanent, boolean vpd) {
    PciAddress address = function.address();
    return new PfIdentity(
        slot(address),
        Optional.of(function.id()),
        Optional.of(function.subsystem()).filter(id -> !id.equals(new PciId(0, 0))),
        DetailReader.config(kernel, address)
            .serial()
            .asOptional()
            .filter(PfIdentityReader::tellsCardsApart),
        vpd ? vpdSerial(address) : Optional.empty(),
        mac(address, permanent));
  }

  /**
   * The slot that the function, or the nearest bridge above it, sits in: on a card with a switch of
   * its own only the switch is in the slot. A slot's address has no function number, and no device
   * number either where the slot takes its whole bus (kernel: {@code drivers/pci/slot.c}, {@code
   * address_read_file}).
   */
  private Optional<String> slot(PciAddress address) {
    String path = kernel.resolve("sys/bus/pci/devices/" + address).or("");
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      String name = path.substring(path.lastIndexOf('/', end - 1) + 1, end);
      if (SysPath.address(name).isEmpty()) {
        break;
      }
      String device = name.substring(0, name.length() - 2);
      String bus = device.substring(0, device.length() - 3);
      String slot = slots.getOrDefault(device, slots.getOrDefault(bus, ""));
      if (!slot.isEmpty()) {
        return Optional.of(slot);
      }
    }
    return Optional.empty();
  }

  /** All bits alike is a register that nobody programmed. */
  private static boolean tellsCardsApart(String serial) {
    return !serial.equals("00-00-00-00-00-00-00-00") && !serial.equals("ff-ff-ff-ff-ff-ff-ff-ff");
  }

  private Optional<String> vpdSerial(PciAddress address) {
    for (String field : Vpd.read(kernel, DetailReader.path(address, "vpd")).or(List.of())) {
      if (field.startsWith("SN ")) {
        String serial = field.substring(3).strip();
        return Optional.of(serial).filter(text -> !BLANK.contains(text.toLowerCase(Locale.ROOT)));
      }
    }
    return Optional.empty();
  }

  /** The lowest port's, where a function has several; what stands for a VF here has none. */
  private Optional<String> mac(PciAddress address, Map<String, String> permanent) {
    List<String> own = new ArrayList<>(names.of(address));
    own.sort(Comparator.comparingLong(this::port));
    for (String name : own) {
      Optional<String> mac = Optional.ofNullable(permanent.get(name)).or(() -> permanent(name));
      if (mac.isPresent() && !mac.get().equals(NO_ADDRESS)) {
        return mac;
      }
    }
    return Optional.empty();
  }

  private long port(String name) {
    return Facts.decimal(kernel.read(NETS + name + "/dev_port").or("")).orElse(0L);
  }

  private Optional<String> permanent(String name) {
    return kernel.read(NETS + name + "/addr_assign_type") instanceof Fact.Known<String>(String type)
            && type.equals(NET_ADDR_PERM)
        ? kernel.read(NETS + name + "/address").asOptional().filter(text -> text.length() == 17)
        : Optional.empty();
  }
}
