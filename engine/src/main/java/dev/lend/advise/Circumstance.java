package dev.lend.advise;

import java.util.List;
import java.util.Optional;

/** What a rule may depend on. */
public enum Circumstance {
  /** Always so. */
  ALWAYS("always", Whose.NOBODY, "always"),
  /** The guest has to move to another host while it runs. */
  MIGRATION("migration", Whose.PERSON, "live migration to another host"),
  /** Its running state is to be saved, memory included. */
  SNAPSHOTS("snapshots", Whose.PERSON, "snapshots of the running guest, memory included"),
  /** Guests are to have more memory together than the host. */
  OVERCOMMIT("overcommit", Whose.PERSON, "memory overcommit: ballooning, KSM, swap"),
  /** More than one guest is to have this path. */
  MANY_GUESTS("many-guests", Whose.PERSON, "the same for many guests"),
  /** Many bytes in a second. */
  THROUGHPUT("throughput", Whose.PERSON, "high throughput"),
  /** Many packets in a second. */
  PPS("pps", Whose.PERSON, "many packets per second"),
  /** A short time to the answer, and always the same. */
  LATENCY("latency", Whose.PERSON, "low latency"),
  /** Few of the host's processor cycles. */
  HOST_CPU("host-cpu", Whose.PERSON, "low load on the host's processors"),
  /** The host sees and filters what passes. */
  SWITCHING("switching", Whose.PERSON, "software switching on the host, security groups"),
  /** The guest's system stays as it is. */
  STOCK_DRIVERS("stock-drivers", Whose.PERSON, "no driver may be added in the guest"),
  /** The host's kernel has no vhost_net. */
  NO_VHOST("no-vhost", Whose.HOST, "this host's kernel has no vhost_net"),
  /** The host keeps no devices apart. */
  NO_IOMMU("no-iommu", Whose.HOST, "no IOMMU is at work on this host"),
  /** No VF is free, nor can one be made. */
  NO_VF("no-vf", Whose.HOST, "no VF of a network card is free on this host, nor can one be made"),
  /** There are some, but not for all guests. */
  FEW_VFS("few-vfs", Whose.HOST, "this host has fewer free VFs than there are guests"),
  /** No card can go. */
  NO_CARD("no-card", Whose.HOST, "no network card of this host can be lent whole"),
  /** There are some, but not for all guests. */
  FEW_CARDS("few-cards", Whose.HOST, "this host has fewer cards to lend than there are guests");

  /** Of whom it is true. */
  public enum Whose {
    /** Of nobody in particular. */
    NOBODY,
    /** A person asks for it. */
    PERSON,
    /** The host is so. */
    HOST
  }

  private final String id;
  private final Whose whose;
  private final String words;

  Circumstance(String id, Whose whose, String words) {
    this.id = id;
    this.whose = whose;
    this.words = words;
  }

  /** What it is called in rules and on the command line. */
  public String id() {
    return id;
  }

  /** Of whom it is true. */
  public Whose whose() {
    return whose;
  }

  /** What it is, in words. */
  public String words() {
    return words;
  }

  /** The circumstance with this id. */
  public static Optional<Circumstance> find(String id) {
    return List.of(values()).stream().filter(one -> one.id.equals(id)).findFirst();
  }

  /** All that a person can ask for. */
  public static List<Circumstance> needs() {
    return List.of(values()).stream().filter(one -> one.whose == Whose.PERSON).toList();
  }
}
