package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** QEMU, libvirt and the memory they may lock, told from files where they say it. */
final class SoftwareChecks {
  private static final List<String> QEMU_BINARIES =
      List.of(
          "usr/bin/qemu-system-x86_64",
          "usr/bin/qemu-system-aarch64",
          "usr/libexec/qemu-kvm",
          "usr/bin/qemu-kvm",
          "usr/local/bin/qemu-system-x86_64",
          "usr/local/bin/qemu-system-aarch64");

  private static final List<String> SOCKETS =
      List.of("run/libvirt/virtqemud-sock", "run/libvirt/libvirt-sock");

  private final HostFacts host;
  private final ProgramVersion programs;

  SoftwareChecks(HostFacts host, ProgramVersion programs) {
    this.host = host;
    this.programs = programs;
  }

  List<Finding> all() {
    return List.of(qemu(), libvirt(), lockedMemory());
  }

  private Finding qemu() {
    Optional<String> binary = firstThere(QEMU_BINARIES);
    if (binary.isEmpty()) {
      return Finding.of(
              "qemu", Severity.WARNING, "QEMU is not installed", "no /usr/bin/qemu-system-...")
          .with(Remedy.now("install the distribution's package: qemu-system-x86, or qemu-kvm"));
    }
    Optional<String> version = qemuVersion().or(() -> programs.of(binary.get()));
    return Finding.of(
        "qemu",
        Severity.OK,
        "QEMU " + version.orElse("is installed; no file tells its version"),
        "/" + binary.get());
  }

  /**
   * The version is in no file of QEMU's own, but in the package manager's: dpkg's or pacman's. An
   * RPM database is a database, and one that somebody built is in none.
   */
  private Optional<String> qemuVersion() {
    Fact<String> dpkg = host.kernel.read("var/lib/dpkg/status");
    if (dpkg instanceof Fact.Known<String>(String status)) {
      for (String name : List.of("qemu-system-x86", "qemu-system-arm", "pve-qemu-kvm")) {
        Optional<String> version = dpkgVersion(status, name);
        if (version.isPresent()) {
          return version;
        }
      }
      return Optional.empty();
    }
    for (String entry : Facts.names(host.kernel, "var/lib/pacman/local")) {
      if (entry.startsWith("qemu-system-x86-") && Character.isDigit(entry.charAt(16))) {
        return Optional.of(upstream(entry.substring(16)));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> dpkgVersion(String status, String name) {
    String head = "Package: " + name + "\n";
    int at = status.startsWith(head) ? 0 : status.indexOf("\n" + head);
    if (at < 0) {
      return Optional.empty();
    }
    int end = status.indexOf("\n\n", at + 1);
    int version = status.indexOf("\nVersion: ", at);
    if (version < 0 || end >= 0 && version > end) {
      return Optional.empty();
    }
    int from = version + "\nVersion: ".length();
    int lineEnd = status.indexOf('\n', from);
    return Optional.of(upstream(status.substring(from, lineEnd < 0 ? status.length() : lineEnd)));
  }

  /** A package's version without epoch, revision and repacking mark. */
  private static String upstream(String version) {
    String rest = version.substring(version.indexOf(':') + 1);
    for (int i = 0; i < rest.length(); i++) {
      if ("-+~".indexOf(rest.charAt(i)) >= 0) {
        return rest.substring(0, i);
      }
    }
    return rest;
  }

  private Finding libvirt() {
    String id = "libvirt";
    Optional<String> library = LibvirtRelease.library(host.kernel);
    Optional<String> socket = firstThere(SOCKETS);
    if (library.isEmpty() && socket.isEmpty()) {
      return Finding.of(
          id,
          Severity.NOTE,
          "libvirt is not installed; Lend then works with guests started by QEMU alone",
          "no libvirt.so.0 in /usr/lib");
    }
    List<String> evidence = new ArrayList<>();
    library.ifPresent(path -> evidence.add("/" + path));
    String version = LibvirtRelease.version(host.kernel).orElse("");
    String name = version.isEmpty() ? "libvirt" : "libvirt " + version;
    if (socket.isEmpty()) {
      evidence.add("neither " + String.join(" nor ", SOCKETS.stream().map("/"::concat).toList()));
      return Finding.of(id, Severity.NOTE, name + " is installed, its daemon does not run")
          .because(evidence)
          .with(
              Remedy.now(
                  "sudo systemctl enable --now virtqemud.socket virtnodedevd.socket (or"
                      + " libvirtd.socket)"));
    }
    evidence.add("/" + socket.get());
    return Finding.of(id, Severity.OK, name + " runs").because(evidence);
  }

  private Finding lockedMemory() {
    String id = "memlock";
    Fact<String> limits = host.kernel.read("proc/self/limits");
    Optional<String> soft = Optional.empty();
    for (String line : limits.or("").lines().toList()) {
      if (line.startsWith("Max locked memory")) {
        soft = Facts.words(line.substring(17)).stream().findFirst();
      }
    }
    if (soft.isEmpty()) {
      return Finding.of(
          id,
          Severity.UNKNOWN,
          "it could not be read how much memory may be locked",
          "/proc/self/limits");
    }
    String evidence = "/proc/self/limits: Max locked memory " + soft.get();
    if (soft.get().equals("unlimited")) {
      return Finding.of(id, Severity.OK, "memory may be locked without limit", evidence);
    }
    return Finding.of(
            id,
            Severity.NOTE,
            "a process may lock "
                + Sizes.binary(Facts.decimal(soft.get()).orElse(0L))
                + " of memory, which matters to a QEMU started by hand only (libvirt raises it)",
            evidence)
        .with(Remedy.now("for such a QEMU: ulimit -l, the guest's memory and 1 GiB more, in KiB"));
  }

  private Optional<String> firstThere(List<String> paths) {
    for (String path : paths) {
      if (host.kernel.exists(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }
}
