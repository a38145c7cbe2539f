package dev.lend.plan;

import dev.lend.model.HostSnapshot;

/** What software interfaces are called in {@link dev.lend.model.Surroundings#netTypes}. */
public final class NetTypes {
  /**
   * Open vSwitch: what it has in the kernel is one interface, {@code ovs-system}, and the host's
   * own ports are beside that, {@code br-ex}.
   */
  public static final String OVS = "openvswitch";

  private NetTypes() {}

  /** True where an interface is Open vSwitch's. */
  public static boolean ovs(HostSnapshot host, String name) {
    return host.surroundings().nets().types().getOrDefault(name, "").equals(OVS);
  }
}
