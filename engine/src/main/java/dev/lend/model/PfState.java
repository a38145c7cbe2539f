package dev.lend.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A physical function and its VFs as they are now: what a plan for its VFs rests on.
 *
 * @param total how many VFs it can have ({@code sriov_totalvfs})
 * @param count how many it has ({@code sriov_numvfs})
 * @param autoprobe whether the host's drivers take new VFs ({@code sriov_drivers_autoprobe})
 * @param driverVersion of its driver, or the kernel's release where it comes with the kernel
 * @param net its network interface, if it has one
 * @param vfs its VFs by number
 * @param cardKey what addresses for its VFs are made from: the card's own permanent address where
 *     there is one, so that they move with it
 * @param macs who has which address on this host: its other VFs are not in it
 * @param owners who else sets its VFs
 * @param nvme what an NVMe controller has to hand to its VFs; absent for all else, and for one that
 *     hands out nothing
 */
public record PfState(
    PciAddress address,
    int total,
    int count,
    boolean autoprobe,
    String driverVersion,
    Optional<Net> net,
    SortedMap<Integer, Vf> vfs,
    String cardKey,
    Map<String, String> macs,
    List<SettingOwner> owners,
    Fact<NvmePool> nvme) {
  /**
   * The PF's network interface.
   *
   * @param up whether it is administratively up
   */
  public record Net(String name, boolean up) {}

  /**
   * A VF.
   *
   * @param binding its driver and override
   * @param settings what it is held to; empty where the PF's driver tells nothing of it
   * @param share what an NVMe VF has; empty for all else
   */
  public record Vf(
      PciAddress address,
      Binding binding,
      Optional<VfSettings> settings,
      Optional<NvmeShare> share) {}

  /** Keeps unmodifiable copies. */
  public PfState {
    vfs = Collections.unmodifiableSortedMap(new TreeMap<>(vfs));
    macs = Map.copyOf(macs);
    owners = List.copyOf(owners);
  }
}
