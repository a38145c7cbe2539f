package dev.lend.libvirt;

import dev.lend.model.PciAddress;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * The devices that a domain's definition names (libvirt: formatdomain).
 *
 * @param aliases what libvirt calls its devices
 * @param hostDevices those of them that are PCI functions of the host
 * @param room whether one more PCI device can be plugged in
 */
public record DomainDevices(Set<String> aliases, List<HostDevice> hostDevices, boolean room) {
  private static final int SLOTS = 32;

  /**
   * A PCI function of the host.
   *
   * @param alias what libvirt calls it; empty text in a definition that does not say
   * @param managed true where libvirt takes it from its driver and gives it back
   * @param network true where it is a network interface of the domain, which only a VF can be
   */
  public record HostDevice(PciAddress address, String alias, boolean managed, boolean network) {}

  /** Copies the collections. */
  public DomainDevices {
    aliases = Set.copyOf(aliases);
    hostDevices = List.copyOf(hostDevices);
  }

  /**
   * Reads a definition.
   *
   * @throws VirtException it is none
   */
  public static DomainDevices read(String xml) throws VirtException {
    List<Element> devices = new ArrayList<>();
    for (Element element : children(root(xml), "devices")) {
      devices.addAll(children(element, ""));
    }
    return of(devices);
  }

  /** What a definition is in. */
  static Element root(String xml) throws VirtException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      // libvirt's definitions have no document type, and none may have anything read for it.
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      // It would print what is wrong to standard error.
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(xml))).getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new VirtException(
          VirtException.Kind.ERROR, "its definition cannot be read: " + e.getMessage());
    }
  }

  private static DomainDevices of(List<Element> devices) {
    Set<String> aliases = new LinkedHashSet<>();
    List<HostDevice> hostDevices = new ArrayList<>();
    for (Element device : devices) {
      String alias =
          children(device, "alias").stream()
              .map(one -> one.getAttribute("name"))
              .findFirst()
              .orElse("");
      if (!alias.isEmpty()) {
        aliases.add(alias);
      }
      boolean host =
          device.getTagName().equals("hostdev") && device.getAttribute("type").equals("pci")
              || device.getTagName().equals("interface")
                  && device.getAttribute("type").equals("hostdev");
      if (host) {
        source(device)
            .ifPresent(address ->
                hostDevices.add(
                    new HostDevice(
                        address,
                        alias,
                        device.getAttribute("managed").equals("yes"),
                        device.getTagName().equals("interface"))));
      }
    }
    return new DomainDevices(aliases, hostDevices, room(devices));
  }

  private static Optional<PciAddress> source(Element device) {
    for (Element source : children(device, "source")) {
      for (Element address : children(source, "address")) {
        int domain = number(address, "domain");
        int bus = number(address, "bus");
        int slot = number(address, "slot");
        int function = number(address, "function");
        if (domain >= 0
            && bus >= 0
            && bus < 256
            && slot >= 0
            && slot < 32
            && function >= 0
            && function < 8) {
          return Optional.of(new PciAddress(domain, bus, slot, function));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A machine with PCI Express takes a device at an empty root port only; the others take one at an
   * empty slot of their root bus (QEMU: {@code docs/pcie.txt}).
   */
  private static boolean room(List<Element> devices) {
    Set<Integer> ports = new HashSet<>();
    boolean conventional = false;
    Set<Integer> usedBuses = new HashSet<>();
    Set<Integer> usedSlots = new HashSet<>();
    for (Element device : devices) {
      if (device.getTagName().equals("controller") && device.getAttribute("type").equals("pci")) {
        boolean hotplug =
            children(device, "target").stream()
                .noneMatch(target -> target.getAttribute("hotplug").equals("off"));
        if (device.getAttribute("model").equals("pcie-root-port") && hotplug) {
          ports.add(number(device, "index"));
        }
        conventional |= device.getAttribute("model").equals("pci-root");
      }
      for (Element address : children(device, "address")) {
        if (address.getAttribute("type").equals("pci")) {
          usedBuses.add(number(address, "bus"));
          if (number(address, "bus") == 0) {
            usedSlots.add(number(address, "slot"));
          }
        }
      }
    }
    ports.removeAll(usedBuses);
    // The host bridge is in slot 0 and in no definition.
    return !ports.isEmpty() || conventional && usedSlots.size() < SLOTS - 1;
  }

  /** The elements right below one; empty text for a name means all. */
  static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element
          && (name.isEmpty() || element.getTagName().equals(name))) {
        found.add(element);
      }
    }
    return found;
  }

  /** A number in C's way of writing it; -1 where there is none. */
  private static int number(Element element, String name) {
    try {
      String text = element.getAttribute(name);
      return text.isEmpty() ? -1 : Integer.decode(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
