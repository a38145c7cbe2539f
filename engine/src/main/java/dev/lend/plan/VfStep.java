package dev.lend.plan;

import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import dev.lend.model.NvmeWish;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.model.VfWish;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A step that shapes the VFs of a PF. VFs are named by their numbers: they may not be there yet.
 */
public sealed interface VfStep extends Step {
  /** The physical function. */
  PciAddress pf();

  /** Sets the PF's network interface up or down: drivers give VFs no link before. */
  record Up(PciAddress pf, boolean from, boolean to) implements VfStep {}

  /**
   * Says whether the host's drivers take VFs when they are made (kernel: {@code
   * Documentation/ABI/testing/sysfs-bus-pci}, {@code sriov_drivers_autoprobe}).
   */
  record Autoprobe(PciAddress pf, boolean from, boolean to) implements VfStep {}

  /**
   * Has the PF's driver make or remove VFs. One of the numbers is 0: there is no other way (kernel:
   * {@code drivers/pci/iov.c}, {@code sriov_numvfs_store}).
   */
  record Count(PciAddress pf, int from, int to) implements VfStep {}

  /**
   * Has the PF hold VFs to settings, all of a VF or none.
   *
   * @param changes what to set, for each VF
   */
  record Hold(PciAddress pf, List<Change> changes) implements VfStep {
    /** Copies the list. */
    public Hold {
      changes = List.copyOf(changes);
    }
  }

  /**
   * What to set for one VF.
   *
   * @param from how what is set was before; nothing for a VF that goes where the step is undone
   */
  record Change(int index, VfWish from, VfWish to) {}

  /** Has the host's drivers take VFs. Not undone by itself: they are made anew without. */
  record Bind(PciAddress pf, List<Integer> indexes) implements VfStep {
    /** Copies the list. */
    public Bind {
      indexes = List.copyOf(indexes);
    }
  }

  /**
   * Finds out what the PF's driver can set, on a VF that nobody uses. What is tried is put back;
   * should that be cut off, the VF itself is undone.
   */
  record Try(PciAddress pf, int index) implements VfStep {}

  /**
   * Has an NVMe controller keep as many of its flexible resources, and hand out the others. Takes
   * effect with a reset, so it is done while there are no VFs.
   */
  record Pool(PciAddress pf, NvmePool.Kept from, NvmePool.Kept to) implements VfStep {}

  /** Gives NVMe VFs their shares, and takes them online or offline. */
  record Share(PciAddress pf, List<NvmeChange> changes) implements VfStep {
    /** Copies the list. */
    public Share {
      changes = List.copyOf(changes);
    }
  }

  /** What an NVMe VF shall have instead of what it has. */
  record NvmeChange(int index, NvmeShare from, NvmeShare to) {}

  /**
   * Enters addresses into the filter of the PF's interface, or takes them out: what its VFs send to
   * one of these goes up to the PF, and to the bridge on it (kernel: {@code net/core/rtnetlink.c},
   * ndo_dflt_fdb_add).
   *
   * @param enter false to take them out
   */
  record Forward(PciAddress pf, List<String> macs, boolean enter) implements VfStep {
    /** Copies the list. */
    public Forward {
      macs = List.copyOf(macs);
    }
  }

  @Override
  default Optional<Step> inverse() {
    return switch (this) {
      case Up(PciAddress pf, boolean from, boolean to) -> Optional.of(new Up(pf, to, from));
      case Autoprobe(PciAddress pf, boolean from, boolean to) ->
          Optional.of(new Autoprobe(pf, to, from));
      case Count(PciAddress pf, int from, int to) -> Optional.of(new Count(pf, to, from));
      case Hold(PciAddress pf, List<Change> changes) -> {
        List<Change> back = new ArrayList<>();
        for (Change change : changes) {
          if (!change.from().equals(VfWish.none())) {
            back.add(new Change(change.index(), change.to(), change.from()));
          }
        }
        yield back.isEmpty() ? Optional.empty() : Optional.of(new Hold(pf, back));
      }
      case Bind bind -> Optional.empty();
      case Try attempt -> Optional.empty();
      case Pool(PciAddress pf, NvmePool.Kept from, NvmePool.Kept to) ->
          Optional.of(new Pool(pf, to, from));
      case Share(PciAddress pf, List<NvmeChange> changes) -> {
        List<NvmeChange> back = new ArrayList<>();
        for (NvmeChange change : changes) {
          back.add(new NvmeChange(change.index(), change.to(), change.from()));
        }
        yield Optional.of(new Share(pf, back));
      }
      case Forward(PciAddress pf, List<String> macs, boolean enter) ->
          Optional.of(new Forward(pf, macs, !enter));
    };
  }

  @Override
  default String describe() {
    return switch (this) {
      case Up(PciAddress pf, boolean from, boolean to) ->
          "set the interface of " + pf + (to ? " up" : " down");
      case Autoprobe(PciAddress pf, boolean from, boolean to) ->
          to
              ? "let drivers of the host take VFs of " + pf
              : "keep drivers of the host off new VFs of " + pf;
      case Count(PciAddress pf, int from, int to) ->
          to == 0
              ? "remove the " + counted(from) + " of " + pf
              : "have " + pf + " make " + counted(to);
      case Hold(PciAddress pf, List<Change> changes) ->
          changes.size() == 1
              ? "hold VF "
                  + changes.getFirst().index()
                  + " of "
                  + pf
                  + " to "
                  + String.join(" ", words(changes.getFirst().to()))
              : "hold " + counted(changes.size()) + " of " + pf + " to their settings";
      case Bind(PciAddress pf, List<Integer> indexes) ->
          "let the host's driver take " + listed(indexes) + " of " + pf;
      case Try(PciAddress pf, int index) ->
          "try on VF " + index + " of " + pf + " what its driver can set";
      case Pool pool -> NvmeWords.describe(pool);
      case Share share -> NvmeWords.describe(share);
      case Forward(PciAddress pf, List<String> macs, boolean enter) ->
          (enter ? "enter " : "take ")
              + (macs.size() > 3 ? macs.size() + " addresses" : String.join(", ", macs))
              + (enter ? " into" : " out of")
              + " the filter of "
              + pf;
    };
  }

  private static String counted(int count) {
    return count == 1 ? "VF" : count + " VFs";
  }

  private static String listed(List<Integer> indexes) {
    return (indexes.size() == 1 ? "VF " : "VFs ")
        + String.join(", ", indexes.stream().map(String::valueOf).toList());
  }

  @Override
  default List<String> shell() {
    String device = DEVICES + pf();
    String net = "$(ls " + device + "/net)";
    return switch (this) {
      case Up(PciAddress pf, boolean from, boolean to) ->
          List.of("ip link set dev " + net + (to ? " up" : " down"));
      case Autoprobe(PciAddress pf, boolean from, boolean to) ->
          List.of("echo " + (to ? 1 : 0) + " > " + device + "/sriov_drivers_autoprobe");
      case Count(PciAddress pf, int from, int to) ->
          List.of("echo " + to + " > " + device + "/sriov_numvfs");
      case Hold(PciAddress pf, List<Change> changes) -> {
        List<String> lines = new ArrayList<>();
        for (Change change : changes) {
          lines.add(
              "ip link set dev "
                  + net
                  + " vf "
                  + change.index()
                  + " "
                  + String.join(" ", words(change.to())));
        }
        yield lines;
      }
      case Bind(PciAddress pf, List<Integer> indexes) -> {
        List<String> lines = new ArrayList<>();
        for (int index : indexes) {
          lines.add(
              "basename $(readlink "
                  + device
                  + "/virtfn"
                  + index
                  + ") > /sys/bus/pci/drivers_probe");
        }
        yield lines;
      }
      case Try attempt -> List.of();
      case Pool pool -> NvmeWords.shell(pool);
      case Share share -> NvmeWords.shell(share);
      case Forward(PciAddress pf, List<String> macs, boolean enter) ->
          macs.stream()
              .map(mac ->
                  "bridge fdb "
                      + (enter ? "add " : "del ")
                      + mac
                      + " dev "
                      + net
                      + " self permanent")
              .toList();
    };
  }

  /** The words of {@code ip link set} for a wish whose address is decided. */
  static List<String> words(VfWish wish) {
    List<VfSetting> settings = new ArrayList<>();
    wish.mac()
        .ifPresent(mac -> {
          if (mac instanceof VfWish.Exactly(String address)) {
            settings.add(new VfSetting.Mac(address));
          }
        });
    wish.vlan().ifPresent(vlan -> settings.add(new VfSetting.Vlan(vlan)));
    List<String> words = new ArrayList<>();
    settings.forEach(setting -> words.add(setting.words()));
    wish.maxRate().ifPresent(rate -> words.add("max_tx_rate " + rate));
    wish.minRate().ifPresent(rate -> words.add("min_tx_rate " + rate));
    wish.spoofCheck().ifPresent(on -> words.add(new VfSetting.SpoofCheck(on).words()));
    wish.link().ifPresent(link -> words.add(new VfSetting.LinkState(link).words()));
    wish.rssQuery().ifPresent(on -> words.add(new VfSetting.RssQuery(on).words()));
    wish.trust().ifPresent(on -> words.add(new VfSetting.Trust(on).words()));
    wish.nodeGuid().ifPresent(guid -> words.add(new VfSetting.NodeGuid(guid).words()));
    wish.portGuid().ifPresent(guid -> words.add(new VfSetting.PortGuid(guid).words()));
    return words;
  }

  /** A wish for settings as they are. */
  static VfWish wishFor(VfSettings settings) {
    return new VfWish(
        Optional.of(new VfWish.Exactly(settings.mac())),
        Optional.of(settings.vlan()),
        Optional.of(settings.minRate()),
        Optional.of(settings.maxRate()),
        settings.spoofCheck(),
        Optional.of(settings.link()),
        settings.rssQuery(),
        settings.trust(),
        settings.nodeGuid(),
        settings.portGuid(),
        NvmeWish.none());
  }
}
