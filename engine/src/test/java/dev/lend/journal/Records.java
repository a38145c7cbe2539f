package dev.lend.journal;

import dev.lend.gen.Gen;
import dev.lend.ledger.Loan;
import dev.lend.ledger.Quarantine;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.Binding;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.Guest;
import dev.lend.model.KernelTask;
import dev.lend.model.LockLimit;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.model.TaskEvidence;
import dev.lend.model.VfSettings;
import dev.lend.model.VfsOrigin;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.DomainVf;
import dev.lend.plan.Step;
import dev.lend.plan.VfStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Random journal records. */
final class Records {
  private Records() {}

  static PciAddress address(Gen gen) {
    return new PciAddress(
        gen.oneOf(0, 1, -1), gen.between(0, 255), gen.between(0, 31), gen.between(0, 7));
  }

  private static Guest guest(Gen gen) {
    if (gen.chance(50)) {
      String name = gen.text(10);
      return new Guest.Domain(
          Guest.Domain.isName(name) ? name : "web1",
          gen.oneOf("qemu:///system", "qemu:///session"));
    }
    return new Guest.Qemu("/" + gen.text(10).replace("\0", ""));
  }

  private static Binding binding(Gen gen) {
    return new Binding(gen.maybe(some -> some.text(8)), gen.maybe(some -> some.text(8)));
  }

  static Instant instant(Gen gen) {
    return Instant.ofEpochSecond(gen.between(0, Integer.MAX_VALUE), gen.between(0, 999_999_999));
  }

  static Loan loan(Gen gen) {
    Loan.Holder holder =
        switch (gen.between(0, 3)) {
          case 0 -> new Loan.Reserved();
          case 1 -> new Loan.Along(address(gen));
          case 2 -> new Loan.InProcess(task(gen), gen.text(8));
          default -> new Loan.InGuest(guest(gen), gen.text(8), gen.chance(50));
        };
    return new Loan(
        address(gen),
        holder,
        binding(gen),
        instant(gen),
        gen.chance(30) ? NetRecords.origin(gen) : NetOrigin.none(),
        gen.maybe(Records::device),
        gen.chance(20) ? Optional.of(vfs(gen)) : Optional.empty(),
        gen.list(2, some -> some.text(5)),
        gen.list(2, some -> some.text(17)));
  }

  private static KernelTask task(Gen gen) {
    return new KernelTask(gen.between(1, 99_999), gen.between(0, Integer.MAX_VALUE), gen.text(8));
  }

  private static DeviceIdentity device(Gen gen) {
    return new DeviceIdentity(
        address(gen),
        id(gen),
        id(gen),
        gen.maybe(some -> some.text(8)),
        gen.list(2, some -> some.text(8)));
  }

  private static VfsOrigin vfs(Gen gen) {
    SortedMap<Integer, VfSettings> settings = new TreeMap<>();
    Map<PciAddress, List<NetState>> interfaces = new HashMap<>();
    SortedMap<Integer, NvmeShare> shares = new TreeMap<>();
    for (int i = 0; i < gen.between(0, 2); i++) {
      shares.put(gen.between(0, 255), share(gen));
      settings.put(gen.between(0, 255), NetRecords.vf(gen).settings());
      interfaces.put(address(gen), gen.list(2, NetRecords::state));
    }
    return new VfsOrigin(
        gen.between(0, 255),
        gen.flag(),
        settings,
        gen.list(3, some -> some.between(0, 255)),
        interfaces,
        shares);
  }

  private static NvmeShare share(Gen gen) {
    return new NvmeShare(gen.between(0, 0xffff), gen.between(0, 0xffff), gen.flag());
  }

  private static NvmePool.Kept kept(Gen gen) {
    return new NvmePool.Kept(gen.between(0, 0xffff), gen.between(0, 0xffff));
  }

  private static DomainVf domainVf(Gen gen) {
    return new DomainVf(gen.maybe(some -> "52:54:00:12:34:56"), gen.between(0, 4094));
  }

  private static LockLimit lockLimit(Gen gen) {
    return new LockLimit(gen.flag() ? LockLimit.NONE : gen.between(0, 9_999_999), LockLimit.NONE);
  }

  static Step step(Gen gen) {
    return switch (gen.between(0, 15)) {
      case 0 -> new Step.LoadModule(gen.text(8));
      case 1 -> new Step.Rebind(address(gen), binding(gen), binding(gen));
      case 2 ->
          new Step.Plug(
              guest(gen), address(gen), gen.text(8), gen.text(8), gen.maybe(Records::domainVf));
      case 3 -> new Step.Unplug(guest(gen), address(gen), gen.text(8), gen.flag());
      case 4 ->
          new Step.ChooseReset(
              address(gen), gen.list(3, some -> some.text(5)), gen.list(3, some -> some.text(5)));
      case 5 ->
          new Step.Reset(
              address(gen), gen.maybe(some -> some.text(5)), gen.between(0, 9), gen.chance(50));
      case 6 -> new Step.RestoreNet(address(gen), instant(gen), gen.list(2, NetRecords::state));
      case 7 -> new Step.RestoreVf(address(gen), NetRecords.vf(gen));
      case 8 -> new Step.Keep(step(gen));
      case 9 -> new VfStep.Pool(address(gen), kept(gen), kept(gen));
      case 10 ->
          new VfStep.Share(
              address(gen),
              gen.list(
                  3,
                  some -> new VfStep.NvmeChange(some.between(0, 255), share(some), share(some))));
      case 11 -> new VfStep.Forward(address(gen), gen.list(3, some -> some.text(17)), gen.flag());
      case 12 ->
          new DefinitionStep.Define(
              guest(gen), address(gen), gen.text(8), gen.maybe(Records::domainVf));
      case 13 -> new DefinitionStep.Undefine(guest(gen), address(gen), gen.text(8));
      case 14 ->
          new Step.LockMemory(
              guest(gen),
              new KernelTask(gen.between(1, 99_999), gen.between(0, 99_999), gen.text(8)),
              lockLimit(gen),
              lockLimit(gen));
      default -> new Step.AwaitRelease(address(gen), gen.between(0, Integer.MAX_VALUE));
    };
  }

  private static PciId id(Gen gen) {
    return new PciId(gen.between(0, 0xffff), gen.between(0, 0xffff));
  }

  static ResetTrial trial(Gen gen) {
    return new ResetTrial(
        address(gen),
        id(gen),
        gen.maybe(some -> some.text(5)),
        gen.oneOf(ResetTrial.Result.values()),
        gen.text(20),
        instant(gen),
        gen.text(8));
  }

  private static Quarantine quarantine(Gen gen) {
    return new Quarantine(address(gen), id(gen), instant(gen), gen.text(20));
  }

  static JournalRecord.Opened opened(Gen gen, long tx) {
    return new JournalRecord.Opened(
        tx,
        instant(gen),
        gen.text(8),
        gen.text(8),
        address(gen),
        gen.chance(50),
        gen.list(2, some -> some.text(8)),
        gen.list(3, Records::step),
        gen.list(3, Records::address),
        gen.list(2, Records::loan),
        gen.list(2, Records::loan),
        gen.list(2, Records::device));
  }

  static JournalRecord.Closed closed(Gen gen, long tx) {
    return new JournalRecord.Closed(
        tx,
        instant(gen),
        gen.oneOf(JournalRecord.Outcome.values()),
        gen.list(2, Records::loan),
        gen.list(2, Records::quarantine),
        gen.text(20));
  }

  static PendingWrite write(Gen gen) {
    KernelTask task = task(gen);
    return new PendingWrite(gen.text(8), gen.text(8), gen.maybe(Records::address), task);
  }

  private static StuckWrite stuck(Gen gen, PendingWrite write) {
    TaskEvidence evidence =
        new TaskEvidence(
            gen.text(1),
            gen.text(8),
            gen.list(2, some -> some.text(8)),
            gen.list(2, some -> some.text(8)),
            gen.list(2, some -> some.text(8)));
    return new StuckWrite(write, instant(gen), evidence);
  }

  /** A write in a step, which may get stuck, and may be answered after that. */
  private static void writing(Gen gen, long tx, List<JournalRecord> records) {
    PendingWrite write = write(gen);
    records.add(new JournalRecord.Writing(tx, write));
    if (gen.chance(30)) {
      records.add(new JournalRecord.Stuck(tx, stuck(gen, write)));
      if (gen.chance(50)) {
        records.add(new JournalRecord.Answered(tx, write.task(), instant(gen)));
      }
    }
  }

  /** Whole transactions, the last of them perhaps not closed. */
  static List<JournalRecord> history(Gen gen, int most) {
    List<JournalRecord> records = new ArrayList<>();
    int transactions = gen.between(1, most);
    for (long tx = 1; tx <= transactions; tx++) {
      JournalRecord.Opened opened = opened(gen, tx);
      records.add(opened);
      if (gen.chance(30)) {
        records.add(new JournalRecord.Provisional(tx, Duration.ofSeconds(gen.between(0, 99_999))));
      }
      for (int i = 0; i < opened.steps().size() && gen.chance(80); i++) {
        records.add(new JournalRecord.Begun(tx, i));
        if (gen.chance(40)) {
          writing(gen, tx, records);
        }
        if (gen.chance(20)) {
          records.add(new JournalRecord.Tested(tx, i, trial(gen)));
        }
        records.add(
            gen.chance(80) ? new JournalRecord.Done(tx, i) : new JournalRecord.Undone(tx, i));
      }
      if (tx < transactions || gen.chance(50)) {
        records.add(closed(gen, tx));
      }
    }
    return records;
  }
}
