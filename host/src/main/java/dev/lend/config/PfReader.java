package dev.lend.config;

import dev.lend.model.BridgeWish;
import dev.lend.model.DeclaredPf;
import dev.lend.model.PfIdentity;
import dev.lend.model.PfWish;
import dev.lend.model.VfLabels;
import dev.lend.model.VfUse;
import dev.lend.model.VfWords;
import java.util.List;
import java.util.Optional;

/** Reads one PF. */
final class PfReader {
  private PfReader() {}

  static Entry read(Block block, Problems problems) {
    int before = problems.count();
    block.allow(Keys.OF_PF);
    Optional<String> device = block.text(Keys.DEVICE, PfWords::device);
    PfIdentity identity = block.block(Keys.MATCH).map(PfReader::identity).orElse(unknown());
    if (problems.count() == before && device.isEmpty() && identity.equals(unknown())) {
      problems.add(
          block.line(),
          "which PF? There has to be device: with an address or an interface, or match: with what"
              + " the card is known by");
    }
    Optional<Integer> count = block.number(Keys.COUNT, VfWords::count);
    VfUse use = block.text(Keys.FOR, VfWords::use).orElse(VfUse.GUESTS);
    VfsReader vfs = VfsReader.read(block, count, problems);
    List<String> macs = block.texts(Keys.BRIDGE_FDB, VfWords::mac);
    return new Entry(
        new DeclaredPf(
            device,
            identity,
            new PfWish(count, use, vfs.all(), vfs.each(), new BridgeWish(false, macs)),
            new VfLabels(block.texts(Keys.LABELS, PfWords::label), vfs.labels()),
            problems.file() + ":" + block.line()),
        problems,
        block.line(),
        vfs.claims(),
        problems.count() == before);
  }

  private static PfIdentity identity(Block match) {
    match.allow(Keys.OF_MATCH);
    return new PfIdentity(
        match.text(Keys.SLOT, PfWords::text),
        match.text(Keys.ID, PfWords::id),
        match.text(Keys.SUBSYSTEM, PfWords::id),
        match.text(Keys.SERIAL, PfWords::serial),
        match.text(Keys.VPD_SERIAL, PfWords::text),
        match.text(Keys.MAC, VfWords::mac));
  }

  /** Nothing that a card could be known by. */
  static PfIdentity unknown() {
    return new PfIdentity(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
