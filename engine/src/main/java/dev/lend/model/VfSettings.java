package dev.lend.model;

import java.util.Optional;

/**
 * What a PF's driver holds a VF to, as {@code ip link show} prints it (kernel: {@code
 * include/uapi/linux/if_link.h}, {@code IFLA_VF_*}).
 *
 * @param mac the address that the host gave it; zeros where none
 * @param vlan the VLAN that its traffic is put into
 * @param minRate Mbit/s that it is promised, 0 none
 * @param maxRate Mbit/s that it may send, 0 no limit
 * @param spoofCheck whether frames with another source address are dropped; empty where the driver
 *     does not say
 * @param link what its link follows
 * @param rssQuery whether it may ask for its receive hash key; empty where the driver does not say
 * @param trust whether it may be promiscuous, and change its address; empty where the driver does
 *     not say
 * @param nodeGuid the node GUID of an InfiniBand VF, {@code 00:11:22:33:44:55:66:77}
 * @param portGuid the port GUID of an InfiniBand VF
 */
public record VfSettings(
    String mac,
    Vlan vlan,
    long minRate,
    long maxRate,
    Optional<Boolean> spoofCheck,
    Link link,
    Optional<Boolean> rssQuery,
    Optional<Boolean> trust,
    Optional<String> nodeGuid,
    Optional<String> portGuid) {
  /** Of an Ethernet VF, which has no GUIDs. */
  public VfSettings(
      String mac,
      Vlan vlan,
      long minRate,
      long maxRate,
      Optional<Boolean> spoofCheck,
      Link link,
      Optional<Boolean> rssQuery,
      Optional<Boolean> trust) {
    this(
        mac,
        vlan,
        minRate,
        maxRate,
        spoofCheck,
        link,
        rssQuery,
        trust,
        Optional.empty(),
        Optional.empty());
  }

  /** What the link of a VF follows. */
  public enum Link {
    /** The PF's own. */
    AUTO,
    /** Always up. */
    ENABLE,
    /** Always down. */
    DISABLE
  }

  /**
   * A VLAN.
   *
   * @param id 1 to 4094; 0 for none
   * @param qos priority, 0 to 7
   * @param protocol the tag's EtherType: {@link #Q} or {@link #AD}
   */
  public record Vlan(int id, int qos, int protocol) {
    /** IEEE 802.1Q. */
    public static final int Q = 0x8100;

    /** IEEE 802.1ad, the outer tag of QinQ. */
    public static final int AD = 0x88a8;

    /** No VLAN. */
    public static Vlan none() {
      return new Vlan(0, 0, Q);
    }
  }
}
