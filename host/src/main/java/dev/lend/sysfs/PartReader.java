package dev.lend.sysfs;

import dev.lend.model.Dependent;
import dev.lend.model.Dependent.Part;
import dev.lend.model.Dependent.Role;
import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Finds what the kernel's classes of devices have behind PCI functions: displays and consoles, USB
 * devices, sound, RDMA, watchdogs.
 */
final class PartReader {
  private static final String USB = "sys/bus/usb/devices/";

  /** Class, sub-class and protocol (USB HID 1.11, section 4.2: boot interface, keyboard). */
  private static final String KEYBOARD = "03 01 01";

  /** The names under which efifb, vesafb, simplefb and simpledrm take such devices. */
  private static final List<String> FRAME_BUFFER_DRIVERS =
      List.of(
          "sys/bus/platform/drivers/efi-framebuffer",
          "sys/bus/platform/drivers/vesa-framebuffer",
          "sys/bus/platform/drivers/simple-framebuffer");

  private final KernelReader kernel;
  private final Set<PciAddress> wanted;
  private final BiConsumer<PciAddress, Dependent> found;

  /**
   * @param found is told of each
   */
  PartReader(KernelReader kernel, Set<PciAddress> wanted, BiConsumer<PciAddress, Dependent> found) {
    this.kernel = kernel;
    this.wanted = wanted;
    this.found = found;
  }

  void read() {
    for (String name : Facts.names(kernel, "sys/class/infiniband")) {
      add("sys/class/infiniband/" + name, Role.RDMA, name);
    }
    for (String name : Facts.names(kernel, "sys/class/sound")) {
      String path = "sys/class/sound/" + name;
      if (SysPath.numberAfter("card", name) >= 0) {
        add(path, Role.SOUND, name + kernel.read(path + "/id").map(id -> " (" + id + ")").or(""));
      }
    }
    for (String name : Facts.names(kernel, "sys/class/tpm")) {
      add("sys/class/tpm/" + name, Role.TPM, name);
    }
    for (String name : Facts.names(kernel, "sys/class/watchdog")) {
      String path = "sys/class/watchdog/" + name;
      boolean active = kernel.read(path + "/state").or("").equals("active");
      add(path, active ? Role.ACTIVE_WATCHDOG : Role.WATCHDOG, name);
    }
    displays();
    usb();
    sharedFolders();
  }

  private void add(String path, Role role, String name) {
    function(path).ifPresent(function -> found.accept(function, new Part(role, name)));
  }

  /** The wanted function that a link into {@code /sys/devices} leads to or below. */
  private Optional<PciAddress> function(String link) {
    return SysPath.function(kernel.link(link).or("")).filter(wanted::contains);
  }

  private void displays() {
    Optional<PciAddress> boot = Optional.empty();
    for (PciAddress address : wanted) {
      if (kernel.read(DetailReader.path(address, "boot_vga")).or("").equals("1")) {
        boot = Optional.of(address);
      }
    }
    boot.ifPresent(function -> found.accept(function, new Part(Role.BOOT_DISPLAY, "")));
    firmwareFrameBuffers(boot);
    if (frameBufferConsole()) {
      for (String name : Facts.names(kernel, "sys/class/graphics")) {
        if (SysPath.numberAfter("fb", name) >= 0) {
          String target = kernel.link("sys/class/graphics/" + name).or("");
          // The firmware's frame buffer is memory of the display that it started with.
          Optional<PciAddress> behind = SysPath.function(target);
          Optional<PciAddress> function =
              behind.isPresent() || !target.contains("/platform/") ? behind : boot;
          if (function.isPresent() && wanted.contains(function.get())) {
            found.accept(function.get(), new Part(Role.CONSOLE, name));
          }
        }
      }
    }
    for (String name : Facts.names(kernel, "sys/class/drm")) {
      String path = "sys/class/drm/" + name;
      int dash = name.indexOf('-');
      if (dash > 0 && kernel.read(path + "/status").or("").equals("connected")) {
        add(path, Role.MONITOR, name.substring(dash + 1));
      }
    }
  }

  /**
   * Frame buffers of the firmware with a driver on them, below their display since kernel 6.9 or so
   * and beside all displays before (kernel: {@code drivers/firmware/sysfb.c}).
   */
  private void firmwareFrameBuffers(Optional<PciAddress> boot) {
    for (String driver : FRAME_BUFFER_DRIVERS) {
      for (String name : Facts.names(kernel, driver)) {
        String target = kernel.link(driver + "/" + name).or("");
        if (target.contains("/devices/") && name.indexOf('.') > 0) {
          SysPath.function(target)
              .or(() -> boot)
              .filter(wanted::contains)
              .ifPresent(function -> found.accept(function, new Part(Role.FRAME_BUFFER, name)));
        }
      }
    }
  }

  /** kernel: {@code Documentation/ABI/testing/sysfs-class-vtconsole}. */
  private boolean frameBufferConsole() {
    for (String name : Facts.names(kernel, "sys/class/vtconsole")) {
      String path = "sys/class/vtconsole/" + name;
      if (kernel.read(path + "/bind").or("").equals("1")
          && kernel.read(path + "/name").or("").contains("frame buffer")) {
        return true;
      }
    }
    return false;
  }

  /** Devices have names such as {@code 1-2.3}, their interfaces {@code 1-2.3:1.0}. */
  private void usb() {
    List<String> names = Facts.names(kernel, "sys/bus/usb/devices");
    for (String name : names) {
      Optional<PciAddress> function =
          name.indexOf(':') >= 0 || name.startsWith("usb")
              ? Optional.empty()
              : function(USB + name);
      if (function.isPresent() && !kernel.read(USB + name + "/bDeviceClass").or("").equals("09")) {
        boolean keyboard = false;
        for (String other : names) {
          keyboard |= other.startsWith(name + ":") && kind(USB + other).equals(KEYBOARD);
        }
        String product = kernel.read(USB + name + "/product").or("").strip();
        String text = name + (product.isEmpty() ? "" : " (" + product + ")");
        found.accept(function.get(), new Part(keyboard ? Role.KEYBOARD : Role.USB, text));
      }
    }
  }

  private String kind(String path) {
    return kernel.read(path + "/bInterfaceClass").or("")
        + " "
        + kernel.read(path + "/bInterfaceSubClass").or("")
        + " "
        + kernel.read(path + "/bInterfaceProtocol").or("");
  }

  /** Folders that the machine shares with this host, where this host is itself a guest. */
  private void sharedFolders() {
    String driver = "sys/bus/virtio/drivers/9pnet_virtio";
    for (String name : Facts.names(kernel, driver)) {
      Optional<PciAddress> function =
          name.startsWith("virtio") ? function(driver + "/" + name) : Optional.empty();
      if (function.isPresent()) {
        // sysfs ends the tag with a zero byte.
        String tag = kernel.read(driver + "/" + name + "/mount_tag").or("").replace("\0", "");
        for (String point : points(tag)) {
          found.accept(function.get(), new Dependent.SharedFolder(tag, point));
        }
      }
    }
  }

  private List<String> points(String tag) {
    List<String> points = new java.util.ArrayList<>();
    if (kernel.read("proc/self/mountinfo") instanceof Fact.Known<String>(String text)) {
      for (String line : text.split("\n", -1)) {
        String[] field = line.split(" ", -1);
        for (int i = 6; i + 2 < field.length; i++) {
          if (field[i].equals("-") && field[i + 1].equals("9p") && field[i + 2].equals(tag)) {
            points.add(field[4]);
          }
        }
      }
    }
    return points;
  }
}
