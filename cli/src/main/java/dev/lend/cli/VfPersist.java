package dev.lend.cli;

import dev.lend.act.DeclaredPlaces;
import dev.lend.act.FilterReader;
import dev.lend.config.DeclarationFile;
import dev.lend.config.Declarations;
import dev.lend.config.Problem;
import dev.lend.model.BridgeWish;
import dev.lend.model.DeclaredPf;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfIdentity;
import dev.lend.model.PfWish;
import dev.lend.model.SriovRole;
import dev.lend.model.VfLabels;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.plan.PfPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keeps over reboots what was asked for of a PF: a file for each, named by what the card is known
 * by. A file that a person wrote is not touched.
 */
final class VfPersist {
  private static final Path UNIT = Path.of("/etc/systemd/system/lend-boot.service");

  private final Path folder;
  private final PciFunction pf;
  private final PfIdentity identity;
  private final Optional<DeclaredPf> before;
  private final List<String> beside;

  private VfPersist(
      Path folder,
      PciFunction pf,
      PfIdentity identity,
      Optional<DeclaredPf> before,
      List<String> beside) {
    this.folder = folder;
    this.pf = pf;
    this.identity = identity;
    this.before = before;
    this.beside = beside;
  }

  /**
   * Looks whether it can be kept, before anything is done.
   *
   * @throws UsageException a person's file speaks of the PF, or the files there are wrong
   */
  static VfPersist prepare(Path folder, Workshop workshop, HostSnapshot host, PciFunction pf) {
    Declarations declared = Declarations.inFolder(folder);
    if (!declared.sound()) {
      throw new UsageException(
          "nothing can be kept while the files in "
              + folder
              + " are wrong: "
              + String.join("; ", declared.problems().stream().map(Problem::toString).toList()));
    }
    DeclaredPlaces places = workshop.places(host, declared.pfs());
    Optional<DeclaredPf> before = Optional.empty();
    for (DeclaredPf one : declared.pfs()) {
      if (places.find(one) instanceof PfPlace.Found found && found.address().equals(pf.address())) {
        before = Optional.of(one);
      }
    }
    List<String> beside =
        new FilterReader(workshop.kernel(), workshop.net())
            .read(host, pf.address())
            .asOptional()
            .map(filter -> List.copyOf(filter.beside()))
            .orElse(List.of());
    VfPersist persist = new VfPersist(folder, pf, places.identity(pf.address()), before, beside);
    persist.refuseForeign();
    return persist;
  }

  private void refuseForeign() {
    if (before.isPresent() && !before.get().source().startsWith(file() + ":")) {
      throw new UsageException(
          pf.address().brief()
              + " is declared in "
              + before.get().source()
              + ": change it there, then: lend vf apply");
    }
  }

  private String file() {
    return folder.resolve(DeclarationFile.nameOf(declared(nothing()))).toString();
  }

  private static PfWish nothing() {
    return new PfWish(Optional.empty(), VfUse.GUESTS, VfWish.none(), new TreeMap<>());
  }

  private DeclaredPf declared(PfWish wish) {
    // Labels are a person's: no command sets them, so none takes them away.
    VfLabels labels = before.map(DeclaredPf::labels).orElseGet(VfLabels::none);
    SortedMap<Integer, List<String>> own = new TreeMap<>(labels.each());
    own.keySet().removeIf(index -> index >= wish.count().orElse(Integer.MAX_VALUE));
    SortedMap<Integer, PfWish.OneVf> each = new TreeMap<>(wish.each());
    own.keySet()
        .forEach(
            index -> each.putIfAbsent(index, new PfWish.OneVf(Optional.empty(), VfWish.none())));
    return new DeclaredPf(
        Optional.of(pf.address().toString()),
        identity,
        new PfWish(wish.count(), wish.use(), wish.all(), each, wish.bridged()),
        new VfLabels(labels.all(), own),
        "");
  }

  /**
   * Keeps a wish that was fulfilled.
   *
   * @return where, for a person; and what is left to do for it to count at boot
   */
  String keep(PfWish wish) {
    try {
      if (wish.count().orElse(-1) == 0) {
        Files.deleteIfExists(Path.of(file()));
        return "Nothing is made at boot any more.";
      }
      DeclaredPf now = declared(merged(wish));
      DeclarationFile.save(folder, DeclarationFile.nameOf(now), Declarations.write(now));
      return "Kept in "
          + file()
          + (Files.exists(UNIT)
              ? ", and made again at boot."
              : ". To have it made again at boot: lend boot install");
    } catch (IOException failed) {
      throw new UsageException(
          "it was done, but cannot be kept over reboots: " + file() + ": " + failed.getMessage());
    }
  }

  /** A wish about single VFs goes over what is kept of the PF already. */
  private PfWish merged(PfWish asked) {
    // At boot the bridge knows nobody yet: kept is who is behind it now.
    PfWish wish =
        asked.reaching(new BridgeWish(false, asked.bridged().known() ? beside : List.of()));
    if (wish.count().isPresent()) {
      return wish;
    }
    PfWish old = before.map(DeclaredPf::wish).orElseGet(this::asItIs);
    SortedMap<Integer, PfWish.OneVf> each = new TreeMap<>(old.each());
    wish.each()
        .forEach((index, one) ->
            each.merge(
                index,
                one,
                (was, now) -> new PfWish.OneVf(now.use().or(was::use), now.wish().or(was.wish()))));
    SortedSet<String> behind = new TreeSet<>(old.bridged().macs());
    behind.addAll(wish.bridged().macs());
    BridgeWish bridged = new BridgeWish(false, List.copyOf(behind));
    return new PfWish(old.count(), old.use(), old.all(), each, bridged);
  }

  private PfWish asItIs() {
    int count =
        pf.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs) ? vfs.size() : 0;
    return new PfWish(Optional.of(count), VfUse.GUESTS, VfWish.none(), new TreeMap<>());
  }
}
