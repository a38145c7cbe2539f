package dev.lend.cli;

import dev.lend.advise.IoPath;
import dev.lend.advise.Means;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What to type to give a guest a path.
 *
 * @param guest it; empty where it is not known yet
 * @param means what the host has
 * @param guests how many of its kind there shall be
 */
record PathCommands(Optional<Guest> guest, Means means, int guests) {
  private static final String TAP = "-netdev tap,id=net0";

  List<String> of(IoPath path) {
    return switch (path) {
      case VHOST ->
          byHand()
              ? List.of(TAP + ",vhost=on -device virtio-net-pci,netdev=net0")
              : List.of(bridged("virtio"));
      case VIRTIO ->
          byHand()
              ? List.of(TAP + ",vhost=off -device virtio-net-pci,netdev=net0")
              : List.of(bridged("virtio"), "then <driver name='qemu'/> in that interface");
      case VF -> vf();
      case VF_STANDBY -> standby();
      case CARD ->
          List.of(
              "lend attach "
                  + means.cards().stream().findFirst().map(PciAddress::brief).orElse("DEVICE")
                  + " --guest "
                  + name());
      case E1000E, E1000, RTL8139 ->
          byHand()
              ? List.of(TAP + " -device " + path.id() + ",netdev=net0")
              : List.of(bridged(path.id()));
    };
  }

  private boolean byHand() {
    return guest.isPresent() && guest.get() instanceof Guest.Qemu;
  }

  private String name() {
    return guest.map(known -> quoted(known.toString())).orElse("GUEST");
  }

  private static String quoted(String word) {
    boolean plain =
        word.chars()
            .allMatch(
                c -> c < 128 && (Character.isLetterOrDigit(c) || "-_.:/@%+=".indexOf(c) >= 0));
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private String bridged(String model) {
    return "virsh attach-interface " + name() + " bridge BRIDGE --model " + model + " --config";
  }

  private Optional<Means.Pf> pf() {
    return means.pfs().stream()
        .max(
            Comparator.comparingInt(Means.Pf::free)
                .thenComparingInt(Means.Pf::possible)
                .thenComparing(Means.Pf::address, Comparator.reverseOrder()));
  }

  private List<String> vf() {
    String pf = pf().map(one -> one.address().brief()).orElse("PF");
    String attach = "lend attach --vf-of " + pf + " --guest " + name();
    return pf().map(Means.Pf::free).orElse(0) > 0
        ? List.of(attach)
        : List.of("lend vf create " + pf + " " + guests + " --persist", attach);
  }

  /** Lend plugs no pairs: it is for the guest's start. */
  private List<String> standby() {
    return byHand()
        ? List.of(
            TAP + " -device virtio-net-pci,netdev=net0,id=standby0,mac=MAC,failover=on",
            "-device vfio-pci,host=VF,failover_pair_id=standby0, after lend reserve VF")
        : List.of(
            "in the domain: <teaming type='persistent'/> in the virtio interface, with"
                + " <alias name='ua-standby0'/>",
            "<teaming type='transient' persistent='ua-standby0'/> in the VF's, with the same MAC"
                + " (lend libvirt-xml VF), after lend reserve VF");
  }
}
