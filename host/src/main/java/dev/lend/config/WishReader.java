package dev.lend.config;

import dev.lend.model.NvmeWish;
import dev.lend.model.Reading;
import dev.lend.model.VfSettings;
import dev.lend.model.VfWish;
import dev.lend.model.VfWords;
import java.util.Optional;

/** Reads what is wanted of a VF. */
final class WishReader {
  private final Problems problems;

  WishReader(Problems problems) {
    this.problems = problems;
  }

  VfWish read(Block block) {
    Optional<Long> minRate = block.number(Keys.MIN_RATE, VfWords::rate);
    Optional<Long> maxRate = block.number(Keys.MAX_RATE, VfWords::rate);
    return new VfWish(
        block.text(Keys.MAC, VfWords::wantedMac),
        vlan(block),
        minRate,
        maxRate,
        block.text(Keys.SPOOFCHK, VfWords::onOff),
        block.text(Keys.LINK, VfWords::link),
        block.text(Keys.QUERY_RSS, VfWords::onOff),
        block.text(Keys.TRUST, VfWords::onOff),
        block.text(Keys.NODE_GUID, VfWords::guid),
        block.text(Keys.PORT_GUID, VfWords::guid),
        new NvmeWish(
            block.number(Keys.QUEUES, VfWords::queues),
            block.number(Keys.INTERRUPTS, VfWords::interrupts)));
  }

  private Optional<VfSettings.Vlan> vlan(Block block) {
    Optional<Integer> id = block.number(Keys.VLAN, VfWords::vlan);
    Optional<Integer> qos = block.number(Keys.QOS, VfWords::qos);
    Optional<Integer> protocol = block.text(Keys.PROTOCOL, VfWords::protocol);
    // Where a VLAN is there and makes no sense, that has been said.
    boolean said = block.has(Keys.VLAN) && id.isEmpty();
    if (said || id.isEmpty() && qos.isEmpty() && protocol.isEmpty()) {
      return Optional.empty();
    }
    return switch (VfWords.vlan(id, qos, protocol)) {
      case Reading.Meant<VfSettings.Vlan>(VfSettings.Vlan vlan) -> Optional.of(vlan);
      case Reading.Wrong<VfSettings.Vlan>(String why) -> {
        boolean ofQos = qos.isPresent() && qos.get() != 0 || protocol.isEmpty();
        String key = ofQos ? Keys.QOS : Keys.PROTOCOL;
        problems.add(block.line(key), key + ": " + why);
        yield Optional.empty();
      }
    };
  }
}
