package dev.lend.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where each error is provoked by a test, so that its message is one that was said and not one that
 * was written down. A test on either side holds its own list to this one.
 */
public final class Provoked {
  /** By what. */
  public enum Where {
    /** By what Lend, the simulated kernel or a QMP peer says: {@code ProvokedErrorsTest}. */
    SIMULATED("in the simulated kernel"),
    /** By what a real kernel, QEMU or libvirt says: {@code KnownErrorsLabIT}. */
    LAB("on the real kernel and QEMU of the lab"),
    /** Nowhere: it takes hardware or software that neither has. */
    REPORTED("nowhere, for want of such hardware or software; known from reports and sources");

    private final String text;

    Where(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private static final String SIMULATED =
      """
      bar-no-room bridge-beside-vf device-gone driver-did-not-take group-held group-not-viable guest-ended-with-device
      host-needs-it kernel-does-not-answer monitor-busy new-id-exists no-hotplug-slot no-iommu no-interrupt-remapping
      not-isolated-by-acs not-on-that-driver numa-far qemu-ended reset-failed rmrr sysfs-forbidden unplug-refused
      unplug-unanswered vf-count-not-zero vf-count-too-high vf-driver-missing vf-fewer-than-asked vf-list-truncated
      vf-rate-without-link vf-setting-unsupported
      """;

  private static final String LAB =
      """
      bar-reserved device-gone device-id-taken device-not-on-vfio disk-taken-from-host failover-not-paired group-held
      group-in-two-address-spaces group-not-viable guest-memory-missing host-driver-failed kernel-does-not-answer
      memlock migration-blocked new-id-exists no-free-slot no-hotplug-slot no-reset-method no-such-bus
      no-such-device-in-guest not-isolated-by-acs not-on-that-driver pf-down sysfs-forbidden unbind-waits-for-guest
      unplug-under-way vf-count-not-zero vf-count-too-high vf-driver-missing vf-mac-fixed-by-host vf-mac-missing
      vf-setting-unsupported vf-token-needed vfio-files-forbidden vfio-module-missing
      """;

  private Provoked() {}

  private static Set<String> names(String text) {
    return new TreeSet<>(List.of(text.strip().split("\\s+", -1)));
  }

  /** The errors that a test provokes there. */
  public static Set<String> in(Where where) {
    return switch (where) {
      case SIMULATED -> names(SIMULATED);
      case LAB -> names(LAB);
      case REPORTED -> {
        Set<String> rest = new TreeSet<>();
        KnownErrors.all().forEach(error -> rest.add(error.name()));
        rest.removeAll(names(SIMULATED));
        rest.removeAll(names(LAB));
        yield rest;
      }
    };
  }

  /** Where an error is provoked. */
  static List<Where> of(KnownError error) {
    List<Where> found = new ArrayList<>();
    for (Where where : Where.values()) {
      if (in(where).contains(error.name())) {
        found.add(where);
      }
    }
    return found;
  }

  /** What people run into, and which of its errors are provoked. */
  static Map<String, Set<String>> troubles() {
    Map<String, Set<String>> all = new TreeMap<>();
    for (Trouble trouble : Trouble.ALL) {
      Set<String> provoked = new TreeSet<>(trouble.errors());
      provoked.removeAll(in(Where.REPORTED));
      all.put(trouble.title(), provoked);
    }
    return all;
  }
}
