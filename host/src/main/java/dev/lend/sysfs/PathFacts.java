package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.List;

/** What a host has for the packets of its guests, besides devices. */
public final class PathFacts {
  /** Posted interrupts (Intel VT-d specification, "Capability Register", bit 59). */
  private static final int INTEL_POSTS = 59;

  /** Guest virtual APIC (kernel: {@code drivers/iommu/amd/amd_iommu_types.h}, FEATURE_GA). */
  private static final int AMD_POSTS = 7;

  private static final String IOMMUS = "sys/class/iommu";

  private PathFacts() {}

  /** True where the kernel has vhost_net, loaded or not. */
  public static boolean vhostNet(KernelReader kernel) {
    return kernel.exists("sys/module/vhost_net")
        || new HostFacts(kernel).module("kernel/drivers/vhost/vhost_net.ko").isPresent();
  }

  /**
   * Whether a device's interrupts can reach a running guest without the host: the IOMMU can post
   * them, and KVM uses it.
   */
  public static Fact<Boolean> postsInterrupts(KernelReader kernel) {
    for (String iommu : Facts.names(kernel, IOMMUS)) {
      Fact<String> intel = kernel.read(IOMMUS + "/" + iommu + "/intel-iommu/cap");
      if (intel instanceof Fact.Known<String>(String register)) {
        return posts(register, INTEL_POSTS, kernel, "kvm_intel/parameters/enable_apicv");
      }
      Fact<String> amd = kernel.read(IOMMUS + "/" + iommu + "/amd-iommu/features");
      if (amd instanceof Fact.Known<String>(String register)) {
        return posts(register, AMD_POSTS, kernel, "kvm_amd/parameters/avic");
      }
    }
    return Fact.absent();
  }

  private static Fact<Boolean> posts(String register, int bit, KernelReader kernel, String used) {
    String digits = register.strip();
    long value;
    try {
      value = Long.parseUnsignedLong(digits.startsWith("0x") ? digits.substring(2) : digits, 16);
    } catch (NumberFormatException none) {
      return new Fact.Unreadable<>(IOMMUS, "no hexadecimal number: " + digits);
    }
    boolean can = (value >>> bit & 1) != 0;
    boolean does = List.of("Y", "1").contains(kernel.read("sys/module/" + used).or("").strip());
    return Fact.known(can && does);
  }
}
