package dev.lend.sysfs;

import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Whether this host can run guests on its processor: virtual machine, extensions, KVM. */
final class CpuChecks {
  private static final String REGISTERED = "sys/class/misc/kvm";

  private final HostFacts host;

  CpuChecks(HostFacts host) {
    this.host = host;
  }

  List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    if (host.virtualMachine) {
      findings.add(
          Finding.of(
              "virtual-machine",
              Severity.NOTE,
              "this host is itself a virtual machine",
              host.cpuFlags.contains("hypervisor")
                  ? "/proc/cpuinfo: flag hypervisor"
                  : "/sys/class/dmi/id/sys_vendor, /sys/hypervisor/type"));
    }
    findings.add(extensions());
    findings.add(kvm());
    return findings;
  }

  private boolean virtualizes() {
    return host.cpuFlags.contains("vmx") || host.cpuFlags.contains("svm");
  }

  private boolean registered() {
    return host.kernel.exists(REGISTERED);
  }

  /**
   * Intel's flags are those of {@code arch/x86/kernel/cpu/feat_ctl.c}: the kernel takes {@code vmx}
   * away where the firmware has locked it off. AMD's number of address space ids is not shown; that
   * they can be flushed one by one is.
   */
  private Finding extensions() {
    String id = "cpu-virtualization";
    if (host.cpuFlags.contains("vmx")) {
      return found(id, "Intel VT-x", "vmx", List.of("ept", "vpid"));
    }
    if (host.cpuFlags.contains("svm")) {
      return found(id, "AMD-V", "svm", List.of("npt", "flushbyasid"));
    }
    if (!host.cpuKnown()) {
      return Finding.of(
          id,
          Severity.UNKNOWN,
          "what the processor can do cannot be read",
          HostFacts.says(HostFacts.CPU_INFO, host.cpuInfo));
    }
    if (host.cpuFlags.isEmpty()) {
      return Finding.of(
          id,
          Severity.NOT_APPLICABLE,
          "this architecture's processors do not list virtualization; KVM tells",
          "/proc/cpuinfo has no x86 flags");
    }
    if (registered()) {
      return Finding.of(
          id,
          Severity.NOTE,
          "the processor shows neither VT-x nor AMD-V, yet KVM runs",
          "/proc/cpuinfo: neither flag vmx nor svm",
          "/" + REGISTERED);
    }
    return Finding.of(
            id,
            Severity.BLOCKER,
            "the processor shows neither VT-x nor AMD-V",
            "/proc/cpuinfo: neither flag vmx nor svm")
        .with(
            host.virtualMachine
                ? new Remedy(
                    List.of(
                        "turn on nested virtualization on the machine below (kvm_intel.nested=1 or"
                            + " kvm_amd.nested=1) and give this one -cpu host"),
                    true)
                : new Remedy(
                    List.of(
                        "turn it on in the firmware setup; the usual names are Intel"
                            + " Virtualization Technology, VT-x, VMX, SVM Mode"),
                    true));
  }

  private Finding found(String id, String name, String flag, List<String> wanted) {
    List<String> has = new ArrayList<>();
    List<String> lacks = new ArrayList<>();
    for (String extension : wanted) {
      boolean there = host.vmxFlags.contains(extension) || host.cpuFlags.contains(extension);
      (there ? has : lacks).add(extension);
    }
    String evidence =
        "/proc/cpuinfo: " + flag + (has.isEmpty() ? "" : ", " + String.join(", ", has));
    if (lacks.isEmpty()) {
      return Finding.of(
          id,
          Severity.OK,
          name + (flag.equals("vmx") ? " with EPT and VPID" : " with NPT and ASIDs"),
          evidence);
    }
    return Finding.of(
        id,
        Severity.WARNING,
        name + " without " + String.join(" and ", lacks) + ": guests will be slow",
        evidence,
        "/proc/cpuinfo does not list " + String.join(", ", lacks));
  }

  /**
   * A device node can be left over from another kernel, so the registered device is the evidence.
   */
  private Finding kvm() {
    String id = "kvm";
    String module =
        host.kernel.exists("sys/module/kvm_intel")
            ? "kvm_intel"
            : host.kernel.exists("sys/module/kvm_amd") ? "kvm_amd" : "";
    if (!registered() && !host.cpuFlags.isEmpty() && !virtualizes()) {
      return Finding.of(
          id, Severity.NOT_APPLICABLE, "KVM needs the processor's virtualization first");
    }
    if (!registered() && !host.cpuKnown()) {
      return Finding.of(
          id,
          Severity.UNKNOWN,
          "whether KVM runs cannot be told",
          "/" + REGISTERED + " is not there",
          HostFacts.says(HostFacts.CPU_INFO, host.cpuInfo));
    }
    if (!registered()) {
      String wanted = host.cpuFlags.contains("svm") ? "kvm_amd" : "kvm_intel";
      boolean x86 = !host.cpuFlags.isEmpty();
      Finding finding =
          Finding.of(
              id, Severity.BLOCKER, "KVM is not running", "/" + REGISTERED + " is not there");
      return x86
          ? finding.with(Remedy.now("sudo modprobe " + wanted))
          : finding.with(
              new Remedy(
                  List.of(
                      "boot at the hypervisor exception level (EL2) with a kernel that has KVM"),
                  true));
    }
    if (!host.kernel.exists("dev/kvm")) {
      return Finding.of(
              id, Severity.BLOCKER, "KVM runs, but /dev/kvm is missing", "/dev/kvm is not there")
          .with(Remedy.now("sudo udevadm trigger --name-match=kvm"));
    }
    List<String> evidence = new ArrayList<>();
    evidence.add("/" + REGISTERED + (module.isEmpty() ? "" : ", /sys/module/" + module));
    String nested = host.kernel.read("sys/module/" + module + "/parameters/nested").or("");
    if (!module.isEmpty() && (nested.equals("Y") || nested.equals("1"))) {
      evidence.add("/sys/module/" + module + "/parameters/nested: guests may run guests");
    }
    return Finding.of(
            id,
            Severity.OK,
            module.isEmpty() ? "KVM is running" : "KVM is running (" + module + ")")
        .because(evidence);
  }
}
