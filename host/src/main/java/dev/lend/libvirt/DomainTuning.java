package dev.lend.libvirt;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.w3c.dom.Element;

/**
 * Where a domain's definition wants it on the host (libvirt: formatdomain, "NUMA Node Tuning" and
 * "CPU Tuning").
 *
 * @param nodes the NUMA nodes of its memory; empty where it does not say
 * @param processors those of the host on which its own run; empty where one of them may run
 *     anywhere
 */
public record DomainTuning(Set<Integer> nodes, Set<Integer> processors) {
  private static final int MOST = 1 << 16;

  /** Copies the sets. */
  public DomainTuning {
    nodes = Set.copyOf(nodes);
    processors = Set.copyOf(processors);
  }

  /**
   * Reads a definition.
   *
   * @throws VirtException it is none
   */
  public static DomainTuning read(String xml) throws VirtException {
    Element domain = DomainDevices.root(xml);
    Set<Integer> nodes = new TreeSet<>();
    for (Element tune : DomainDevices.children(domain, "numatune")) {
      for (Element memory : DomainDevices.children(tune, "")) {
        nodes.addAll(set(memory.getAttribute("nodeset")));
      }
    }
    return new DomainTuning(nodes, processors(domain));
  }

  private static Set<Integer> processors(Element domain) {
    Set<Integer> found = new TreeSet<>();
    Set<Integer> any = new TreeSet<>();
    int count = 1;
    for (Element vcpu : DomainDevices.children(domain, "vcpu")) {
      any.addAll(set(vcpu.getAttribute("cpuset")));
      Set<Integer> number = set(vcpu.getTextContent().strip());
      count = number.isEmpty() ? count : number.iterator().next();
    }
    Set<String> pinned = new java.util.HashSet<>();
    for (Element tune : DomainDevices.children(domain, "cputune")) {
      for (Element pin : DomainDevices.children(tune, "vcpupin")) {
        found.addAll(set(pin.getAttribute("cpuset")));
        pinned.add(pin.getAttribute("vcpu"));
      }
    }
    if (pinned.size() >= count) {
      return found;
    }
    // Those without a pin of their own run where all may.
    found.addAll(any);
    return any.isEmpty() ? Set.of() : found;
  }

  /** A set as libvirt writes it: {@code 0-3,^2,8}. */
  private static Set<Integer> set(String text) {
    Set<Integer> found = new TreeSet<>();
    for (String part : List.of(text.split(",", -1))) {
      boolean out = part.startsWith("^");
      String range = part.substring(out ? 1 : 0).strip();
      int dash = range.indexOf('-');
      int first = number(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : number(range.substring(dash + 1));
      for (int one = first; one >= 0 && one <= last; one++) {
        if (out) {
          found.remove(one);
        } else {
          found.add(one);
        }
      }
    }
    return found;
  }

  /** A whole number; -1 for anything else. */
  private static int number(String text) {
    try {
      int number = Integer.parseInt(text);
      return number < MOST ? number : -1;
    } catch (NumberFormatException other) {
      return -1;
    }
  }
}
