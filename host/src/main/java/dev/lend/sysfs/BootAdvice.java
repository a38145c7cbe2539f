package dev.lend.sysfs;

import dev.lend.model.Finding.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How the kernel command line is changed on this distribution. Told from {@code /etc/os-release}
 * and from which boot loader's files are there.
 */
final class BootAdvice {
  private final KernelReader kernel;
  private final Set<String> family;

  BootAdvice(KernelReader kernel) {
    this.kernel = kernel;
    this.family = family(kernel.read("etc/os-release").or(""));
  }

  /** Steps that add a word to the command line. */
  Remedy add(String word) {
    return new Remedy(steps(word, true), true);
  }

  /** Steps that take a word off it. */
  Remedy remove(String word) {
    return new Remedy(steps(word, false), true);
  }

  private List<String> steps(String word, boolean add) {
    String verb = add ? "add " + word + " to" : "remove " + word + " from";
    boolean grub = kernel.exists("etc/default/grub");
    if (kernel.exists("run/ostree-booted")) {
      return List.of("sudo rpm-ostree kargs --" + (add ? "append" : "delete") + "=" + word);
    }
    if (kernel.exists("usr/sbin/proxmox-boot-tool") && kernel.exists("etc/kernel/cmdline")) {
      return List.of(
          verb
              + " the line in /etc/kernel/cmdline (booted by systemd-boot), or "
              + verb
              + " GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub (booted by GRUB)",
          "sudo proxmox-boot-tool refresh");
    }
    if (is("fedora", "rhel", "centos")) {
      return List.of(
          "sudo grubby --update-kernel=ALL --" + (add ? "args" : "remove-args") + "=" + word);
    }
    if (kernel.exists("etc/nixos")) {
      return List.of(
          verb + " boot.kernelParams in /etc/nixos/configuration.nix", "sudo nixos-rebuild boot");
    }
    if (kernel.exists("boot/firmware/cmdline.txt")) {
      return List.of(verb + " the line in /boot/firmware/cmdline.txt");
    }
    if (is("alpine") && kernel.exists("etc/update-extlinux.conf")) {
      return List.of(
          verb + " default_kernel_opts in /etc/update-extlinux.conf", "sudo update-extlinux");
    }
    if (grub) {
      return List.of(
          verb + " GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub", "sudo " + grubCommand());
    }
    if (kernel.exists("etc/kernel/cmdline")) {
      return List.of(
          verb + " the line in /etc/kernel/cmdline",
          is("arch") ? "sudo mkinitcpio -P" : "sudo kernel-install add-all");
    }
    if (kernel.exists("boot/loader/entries") || kernel.exists("efi/loader/entries")) {
      return List.of(verb + " the options line of the entry in /boot/loader/entries");
    }
    return List.of(verb + " the kernel command line in your boot loader's configuration");
  }

  private String grubCommand() {
    if (is("debian", "ubuntu")) {
      return "update-grub";
    }
    return is("suse", "opensuse", "sles")
        ? "grub2-mkconfig -o /boot/grub2/grub.cfg"
        : "grub-mkconfig -o /boot/grub/grub.cfg";
  }

  private boolean is(String... names) {
    for (String name : names) {
      if (family.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** The distribution and those it descends from (os-release(5): ID, ID_LIKE). */
  private static Set<String> family(String osRelease) {
    List<String> names = new ArrayList<>();
    for (String line : osRelease.lines().toList()) {
      if (line.startsWith("ID=") || line.startsWith("ID_LIKE=")) {
        names.addAll(Facts.words(line.substring(line.indexOf('=') + 1).replace('"', ' ')));
      }
    }
    return Set.copyOf(new java.util.HashSet<>(names));
  }
}
