package dev.lend.model;

import java.util.List;

/**
 * Somebody else who sets the number of a PF's VFs, or what its VFs are held to. Two owners of one
 * setting undo each other's work, at boot or when a connection comes up.
 *
 * @param kind which program
 * @param concern whether it is about this PF
 * @param file where it is written, with its leading slash
 * @param line the line there, counted from 1
 * @param what what it does, after the program's name: {@code keeps 4 VFs on it}
 * @param advice how it is told to leave that to Lend: a sentence or a command
 */
public record SettingOwner(
    Kind kind, Concern concern, String file, int line, String what, String advice) {
  /** Which program sets it. */
  public enum Kind {
    NETWORK_MANAGER("NetworkManager"),
    NETPLAN("netplan"),
    SYSTEMD_LINK("systemd-udevd"),
    NETWORKD("systemd-networkd"),
    IFUPDOWN("ifupdown"),
    IFCFG("the network scripts"),
    MODULE_OPTION("the driver's module option"),
    KERNEL_COMMAND_LINE("the kernel's command line"),
    UDEV_RULE("a udev rule"),
    SYSFS_CONF("sysfsutils"),
    TMPFILES("systemd-tmpfiles"),
    UNIT("a systemd unit"),
    SCRIPT("a script"),
    OPERATOR("the SR-IOV network operator");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** For a person. */
    public String text() {
      return text;
    }
  }

  /** Whether it is about the PF that was asked for. */
  public enum Concern {
    /** It names this PF. */
    THIS,
    /** Which PF it is about cannot be told from the file. */
    MAYBE
  }

  /** True where it names this PF. */
  public boolean certain() {
    return concern == Concern.THIS;
  }

  /** The file and the line: {@code /etc/netplan/01-eth.yaml:7}. */
  public String place() {
    return file + ":" + line;
  }

  /** One line for a person. */
  public String words() {
    return kind.text() + (certain() ? " " : " may concern it: ") + what + " (" + place() + ")";
  }

  /**
   * What was found.
   *
   * @param owners in the order in which they are looked for
   * @param unseen files and directories that could not be read, with the reason: there may be more
   */
  public record Found(List<SettingOwner> owners, List<String> unseen) {
    /** Copies the lists. */
    public Found {
      owners = List.copyOf(owners);
      unseen = List.copyOf(unseen);
    }
  }
}
