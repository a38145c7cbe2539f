package dev.lend.advise;

import java.util.List;
import java.util.Optional;

/** A way for a guest's packets to the network. Where nothing else decides, the first ones win. */
public enum IoPath {
  /** virtio-net, its queues served by the host's kernel. */
  VHOST("vhost", "virtio-net with vhost", Kind.PARAVIRTUAL),
  /** virtio-net, its queues served by QEMU. */
  VIRTIO("virtio", "virtio-net in QEMU", Kind.PARAVIRTUAL),
  /** A virtual function. */
  VF("vf", "virtual function (VF) by vfio", Kind.DIRECT),
  /** A virtual function that a virtio-net stands in for while the guest migrates. */
  VF_STANDBY("vf+standby", "VF by vfio with a standby virtio-net (failover)", Kind.DIRECT),
  /** The whole card. */
  CARD("card", "whole card by vfio", Kind.DIRECT),
  /** QEMU's model of the Intel 82574. */
  E1000E("e1000e", "emulated Intel 82574 (e1000e)", Kind.EMULATED),
  /** QEMU's model of the Intel 82540EM. */
  E1000("e1000", "emulated Intel 82540EM (e1000)", Kind.EMULATED),
  /** QEMU's model of the Realtek 8139. */
  RTL8139("rtl8139", "emulated Realtek 8139", Kind.EMULATED);

  /** Who plays the card. */
  public enum Kind {
    /** QEMU plays one that exists. */
    EMULATED,
    /** Guest and host agree on one that does not exist. */
    PARAVIRTUAL,
    /** Nobody: it is one. */
    DIRECT
  }

  private final String id;
  private final String title;
  private final Kind kind;

  IoPath(String id, String title, Kind kind) {
    this.id = id;
    this.title = title;
    this.kind = kind;
  }

  /** What it is called in rules and JSON. */
  public String id() {
    return id;
  }

  /** What it is called for people. */
  public String title() {
    return title;
  }

  /** Who plays the card. */
  public Kind kind() {
    return kind;
  }

  /** The path with this id. */
  public static Optional<IoPath> find(String id) {
    return List.of(values()).stream().filter(path -> path.id.equals(id)).findFirst();
  }
}
