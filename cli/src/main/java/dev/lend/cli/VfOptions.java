package dev.lend.cli;

import dev.lend.model.BridgeWish;
import dev.lend.model.NvmeWish;
import dev.lend.model.Reading;
import dev.lend.model.VfSettings;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.model.VfWords;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The options that say what is wanted of VFs. */
final class VfOptions {
  private VfOptions() {}

  static Syntax add(Syntax syntax) {
    return syntax
        .option("--mac", "MAC", "the address: auto, or one such as 52:54:00:12:34:56")
        .option("--vlan", "ID", "the VLAN, 1 to 4094; 0 for none")
        .option("--qos", "PRIORITY", "the priority in the VLAN's tag, 0 to 7")
        .option("--protocol", "TAG", "the VLAN's tag: 802.1q, or 802.1ad for QinQ")
        .option("--trust", "ON|OFF", "whether it may be promiscuous and change its address")
        .option("--spoofchk", "ON|OFF", "whether frames with another source address are dropped")
        .option("--min-rate", "MBIT", "Mbit/s that it is promised; 0 for none")
        .option("--max-rate", "MBIT", "Mbit/s that it may send; 0 for no limit")
        .option("--link", "STATE", "its link: auto follows the PF's, enable, disable")
        .option("--query-rss", "ON|OFF", "whether it may ask for its receive hash key")
        .option("--node-guid", "GUID", "its node GUID, on InfiniBand")
        .option("--port-guid", "GUID", "its port GUID, on InfiniBand")
        .option("--queues", "N", "queue pairs of an NVMe VF; 0 leaves it offline")
        .option("--interrupts", "N", "interrupt vectors of an NVMe VF")
        .option("--for", "WHOM", "guests: no driver of the host takes it; host: one does")
        .flag(
            ChangeCommand.BRIDGE_FDB,
            "let all VFs of the PF reach those whom a bridge on it knows now");
  }

  /** What was asked for. */
  static VfWish wish(Arguments arguments) {
    Optional<Long> min = read(arguments, "--min-rate", VfWords::rate);
    Optional<Long> max = read(arguments, "--max-rate", VfWords::rate);
    if (min.isPresent() && max.isPresent()) {
      VfWords.rateClash(min.get(), max.get())
          .ifPresent(why -> {
            throw new UsageException(why);
          });
    }
    return new VfWish(
        read(arguments, "--mac", VfWords::wantedMac),
        vlan(arguments),
        min,
        max,
        read(arguments, "--spoofchk", VfWords::onOff),
        read(arguments, "--link", VfWords::link),
        read(arguments, "--query-rss", VfWords::onOff),
        read(arguments, "--trust", VfWords::onOff),
        read(arguments, "--node-guid", VfWords::guid),
        read(arguments, "--port-guid", VfWords::guid),
        new NvmeWish(
            read(arguments, "--queues", VfWords::queues),
            read(arguments, "--interrupts", VfWords::interrupts)));
  }

  /** Which addresses behind a bridge on the PF the VFs shall reach. */
  static BridgeWish bridged(Arguments arguments) {
    return new BridgeWish(arguments.has(ChangeCommand.BRIDGE_FDB), List.of());
  }

  static Optional<VfUse> use(Arguments arguments) {
    return read(arguments, "--for", VfWords::use);
  }

  private static Optional<VfSettings.Vlan> vlan(Arguments arguments) {
    Optional<Integer> id = read(arguments, "--vlan", VfWords::vlan);
    Optional<Integer> qos = read(arguments, "--qos", VfWords::qos);
    Optional<Integer> protocol = read(arguments, "--protocol", VfWords::protocol);
    return id.isEmpty() && qos.isEmpty() && protocol.isEmpty()
        ? Optional.empty()
        : Optional.of(VfWords.vlan(id, qos, protocol).orThrow(UsageException::new));
  }

  private static <T> Optional<T> read(
      Arguments arguments, String option, Function<String, Reading<T>> words) {
    return arguments
        .option(option)
        .map(text -> words.apply(text).orThrow(why -> new UsageException(option + ": " + why)));
  }
}
