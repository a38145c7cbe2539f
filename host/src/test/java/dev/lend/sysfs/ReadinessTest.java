package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Finding;
import dev.lend.model.Finding.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadinessTest {
  private static List<Finding> examine(KernelReader kernel) {
    return Readiness.examine(kernel, new HostReader(kernel).read(Scope.uses()));
  }

  private static Finding find(List<Finding> findings, String id) {
    return findings.stream().filter(finding -> finding.id().equals(id)).findFirst().orElseThrow();
  }

  private static List<String> steps(KernelReader kernel, String id) {
    return find(examine(kernel), id).remedy().orElseThrow().steps();
  }

  private static List<String> blockers(KernelReader kernel) {
    return examine(kernel).stream()
        .filter(finding -> finding.severity() == Severity.BLOCKER)
        .map(Finding::id)
        .toList();
  }

  @Test
  void hostsThatAreReadyHaveNoBlocker() {
    assertThat(blockers(CapturedHosts.intelReady())).isEmpty();
    assertThat(blockers(CapturedHosts.amdReady())).isEmpty();
    assertThat(blockers(CapturedHosts.arm())).isEmpty();
  }

  @Test
  void aProcessorThatCannotBeReadIsUnknownAndNoOtherArchitecture() {
    for (String id : List.of("cpu-virtualization", "kvm")) {
      Finding finding = find(examine(new MapKernel()), id);
      assertThat(finding.severity()).as(id).isEqualTo(Severity.UNKNOWN);
      assertThat(finding.evidence()).contains("/proc/cpuinfo is not there");
      assertThat(finding.remedy()).isEmpty();
    }
  }

  @Test
  void theKernelNotUsingTheIommuIsTheOnlyBlockerOfAForgottenWord() {
    assertThat(blockers(CapturedHosts.intelForgotten())).containsExactly("iommu-kernel");
  }

  @Test
  void aWordOnTheCommandLineProvesNothing() {
    MapKernel host = CapturedHosts.virtualMachine();
    host.file("proc/cmdline", "intel_iommu=on iommu=pt");

    assertThat(blockers(host)).contains("iommu-firmware");
  }

  @Test
  void advisesTheWordInTheWayOfTheDistribution() {
    MapKernel host = CapturedHosts.intelForgotten();
    assertThat(steps(host, "iommu-kernel"))
        .containsExactly(
            "add intel_iommu=on to GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub",
            "sudo update-grub");

    host.file("etc/os-release", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"");
    assertThat(steps(host, "iommu-kernel"))
        .containsExactly("sudo grubby --update-kernel=ALL --args=intel_iommu=on");

    host.file("etc/os-release", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"");
    assertThat(steps(host, "iommu-kernel")).contains("sudo grub2-mkconfig -o /boot/grub2/grub.cfg");

    host.file("etc/os-release", "ID=arch").without("etc/default/grub");
    host.file("etc/kernel/cmdline", "quiet");
    assertThat(steps(host, "iommu-kernel")).contains("sudo mkinitcpio -P");

    host.file("etc/os-release", "ID=debian").file("usr/sbin/proxmox-boot-tool", "");
    assertThat(steps(host, "iommu-kernel")).contains("sudo proxmox-boot-tool refresh");

    host.file("run/ostree-booted", "");
    assertThat(steps(host, "iommu-kernel"))
        .containsExactly("sudo rpm-ostree kargs --append=intel_iommu=on");
  }

  @Test
  void advisesToTakeAWordAwayThatTurnsTheIommuOff() {
    MapKernel host = CapturedHosts.intelForgotten();
    host.file("proc/cmdline", "quiet intel_iommu=off");

    assertThat(steps(host, "iommu-kernel").getFirst()).startsWith("remove intel_iommu=off from");
    assertThat(find(examine(host), "iommu-kernel").evidence())
        .contains("/proc/cmdline: intel_iommu=off");
  }

  @Test
  void advisesAmdNoWordForItIsOnWithoutOne() {
    MapKernel host = CapturedHosts.intelForgotten();
    host.without("sys/firmware/acpi/tables/DMAR").file("sys/firmware/acpi/tables/IVRS", "");

    assertThat(steps(host, "iommu-kernel").toString())
        .contains("CONFIG_AMD_IOMMU")
        .doesNotContain("amd_iommu=on");
  }

  @Test
  void missingRemappingBlocksUnlessVfioWasToldToGoWithout() {
    MapKernel host = CapturedHosts.intelReady();
    host.file("proc/interrupts", " 24: 0 PCI-MSI 0-edge nvme0q0");
    host.file("proc/cmdline", "intel_iommu=on intremap=off");

    assertThat(blockers(host)).containsExactly("interrupt-remapping");
    assertThat(steps(host, "interrupt-remapping").getFirst()).startsWith("remove intremap=off");
    assertThat(find(examine(host), "interrupt-remapping").evidence())
        .contains("/sys/class/iommu/dmar0/intel-iommu/ecap: the hardware could");

    host.file("sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts", "Y");
    assertThat(find(examine(host), "interrupt-remapping").severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void noIommuModeIsNoIommu() {
    MapKernel host = CapturedHosts.amdReady();
    MapKernel bare = CapturedHosts.virtualMachine();
    bare.directory("sys/kernel/iommu_groups/0/devices");
    bare.file("sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y");

    assertThat(blockers(bare)).contains("iommu-kernel");
    assertThat(blockers(host)).isEmpty();
  }

  @Test
  void readsVersionsFromFilesAlone() {
    List<Finding> findings = examine(CapturedHosts.intelReady());

    assertThat(find(findings, "qemu").title()).isEqualTo("QEMU 10.0.3");
    assertThat(find(findings, "libvirt").title()).isEqualTo("libvirt 11.3.0 runs");
    assertThat(find(examine(CapturedHosts.amdReady()), "qemu").title()).isEqualTo("QEMU 10.1.0");
  }

  /** As on a host with RPM packages, or with a QEMU that somebody built. */
  @Test
  void asksQemuItselfForItsVersionWhereNoFileSaysIt() {
    MapKernel host = new MapKernel().file("usr/libexec/qemu-kvm", "");
    String line = "QEMU emulator version 9.1.0 (qemu-kvm-9.1.0-15.el9)";

    List<Finding> asked =
        Readiness.examine(
            host,
            new HostReader(host).read(Scope.uses()),
            program ->
                program.equals("usr/libexec/qemu-kvm")
                    ? ProgramVersion.in(line)
                    : Optional.empty());

    assertThat(find(asked, "qemu").title()).isEqualTo("QEMU 9.1.0");
    assertThat(find(examine(host), "qemu").title()).contains("no file tells its version");
  }

  @Test
  void runsNoProgramThatOthersMayWriteTo(@TempDir Path folder) throws IOException {
    Path program = Files.writeString(folder.resolve("qemu"), "#!/bin/sh\necho version 1.2\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));
    String name = program.toString().substring(1);

    assertThat(ProgramVersion.installed().of(name)).isEmpty();
    assertThat(ProgramVersion.installed().of("no/such/program")).isEmpty();
  }

  @Test
  void namesTheModulePackageWhereVfioIsMissing() {
    assertThat(steps(CapturedHosts.virtualMachine(), "vfio-pci").getFirst())
        .contains("linux-modules-extra-6.8.0-41-generic");
  }

  @Test
  void anEmptyHostIsExaminedWithoutAnError() {
    assertThat(examine(new MapKernel())).isNotEmpty();
  }
}
