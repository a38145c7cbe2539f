package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.ledger.Loan;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.Binding;
import dev.lend.model.DriverAbilities;
import dev.lend.model.Guest;
import dev.lend.model.KernelTask;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.Step;
import dev.lend.plan.VfStep;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Turns journal records into JSON and back. */
public final class RecordCodec {
  /** The format of a transaction's records; each transaction says its own. */
  private static final long FORMAT = 1;

  private RecordCodec() {}

  /** The record as JSON. */
  static Json.Obj encode(JournalRecord record) {
    Json.Builder json = Json.object();
    switch (record) {
      case JournalRecord.Opened o ->
          json.put("record", "opened")
              .put("format", FORMAT)
              .put("tx", o.transaction())
              .put("at", o.at().toString())
              .put("by", o.by())
              .put("verb", o.verb())
              .put("address", o.address().toString())
              .put("homeward", o.homeward())
              .put("accepted", Json.texts(o.accepted()))
              .put("steps", array(o.steps(), RecordCodec::encode))
              .put("touched", Json.texts(o.touched()))
              .put("before", array(o.before(), RecordCodec::encode))
              .put("after", array(o.after(), RecordCodec::encode))
              .put("devices", array(o.devices(), OriginCodec::encode));
      case JournalRecord.Provisional(long tx, Duration within) ->
          json.put("record", "provisional").put("tx", tx).put("seconds", within.toSeconds());
      case JournalRecord.Confirmed(long tx, long confirmed, Instant at) ->
          json.put("record", "confirmed")
              .put("tx", tx)
              .put("confirmed", confirmed)
              .put("at", at.toString());
      case JournalRecord.Begun(long tx, int step) ->
          json.put("record", "begun").put("tx", tx).put("step", step);
      case JournalRecord.Tested(long tx, int step, ResetTrial trial) ->
          json.put("record", "tested")
              .put("tx", tx)
              .put("step", step)
              .put("trial", ResetCodec.encode(trial));
      case JournalRecord.Learned(long tx, int step, DriverAbilities abilities) ->
          json.put("record", "learned")
              .put("tx", tx)
              .put("step", step)
              .put("abilities", VfStepCodec.encode(abilities));
      case JournalRecord.Done(long tx, int step) ->
          json.put("record", "done").put("tx", tx).put("step", step);
      case JournalRecord.Undone(long tx, int step) ->
          json.put("record", "undone").put("tx", tx).put("step", step);
      case JournalRecord.Writing(long tx, PendingWrite write) ->
          json.put("record", "writing").put("tx", tx).put("write", WriteCodec.encode(write));
      case JournalRecord.Stuck(long tx, StuckWrite stuck) ->
          json.put("record", "stuck").put("tx", tx).put("stuck", WriteCodec.encode(stuck));
      case JournalRecord.Answered(long tx, KernelTask task, Instant at) ->
          json.put("record", "answered")
              .put("tx", tx)
              .put("task", WriteCodec.encode(task))
              .put("at", at.toString());
      case JournalRecord.Closed c ->
          json.put("record", "closed")
              .put("tx", c.transaction())
              .put("at", c.at().toString())
              .put("outcome", c.outcome().name())
              .put("loans", array(c.loans(), RecordCodec::encode))
              .put("quarantines", array(c.quarantines(), ResetCodec::encode))
              .put("note", c.note());
    }
    return json.build();
  }

  /**
   * The record that the JSON stands for.
   *
   * @throws JsonException it stands for none
   */
  static JournalRecord decode(Json.Obj json) {
    long tx = json.number("tx");
    if (json.text("record").equals("opened") && json.number("format") != FORMAT) {
      throw new JsonException("format " + json.number("format") + " is not known to this Lend");
    }
    return switch (json.text("record")) {
      case "opened" ->
          new JournalRecord.Opened(
              tx,
              instant(json, "at"),
              json.text("by"),
              json.text("verb"),
              address(json.text("address")),
              json.flag("homeward"),
              OriginCodec.optionalTexts(json, "accepted"),
              list(json, "steps", RecordCodec::step),
              texts(json, "touched").stream().map(RecordCodec::address).toList(),
              list(json, "before", RecordCodec::loan),
              list(json, "after", RecordCodec::loan),
              // Not there in what Lend wrote when it knew a device by its address alone.
              json.members().containsKey("devices")
                  ? list(json, "devices", OriginCodec::device)
                  : List.of());
      case "provisional" -> new JournalRecord.Provisional(tx, seconds(json));
      case "confirmed" ->
          new JournalRecord.Confirmed(tx, json.number("confirmed"), instant(json, "at"));
      case "begun" -> new JournalRecord.Begun(tx, index(json));
      case "tested" ->
          new JournalRecord.Tested(tx, index(json), ResetCodec.trial(json.object("trial")));
      case "learned" ->
          new JournalRecord.Learned(
              tx, index(json), VfStepCodec.abilities(json.object("abilities")));
      case "done" -> new JournalRecord.Done(tx, index(json));
      case "undone" -> new JournalRecord.Undone(tx, index(json));
      case "writing" -> new JournalRecord.Writing(tx, WriteCodec.write(json.object("write")));
      case "stuck" -> new JournalRecord.Stuck(tx, WriteCodec.stuck(json.object("stuck")));
      case "answered" ->
          new JournalRecord.Answered(tx, WriteCodec.task(json.object("task")), instant(json, "at"));
      case "closed" ->
          new JournalRecord.Closed(
              tx,
              instant(json, "at"),
              constant(json, "outcome", JournalRecord.Outcome.values()),
              list(json, "loans", RecordCodec::loan),
              // Not there in what Lend 0.1 wrote, which knew no quarantine.
              json.members().containsKey("quarantines")
                  ? list(json, "quarantines", ResetCodec::quarantine)
                  : List.of(),
              json.text("note"));
      default -> throw new JsonException("unknown record \"" + json.text("record") + "\"");
    };
  }

  /** A step as JSON; part of the journal's format and of {@code --dry-run --json}. */
  public static Json encode(Step step) {
    Json.Builder json = Json.object();
    switch (step) {
      case Step.LoadModule(String module) -> json.put("step", "load-module").put("module", module);
      case Step.Rebind(PciAddress address, Binding from, Binding to) ->
          json.put("step", "rebind")
              .put("address", address.toString())
              .put("from", encode(from))
              .put("to", encode(to));
      case Step.Plug plug -> {
        json.put("step", "plug")
            .put("guest", plug.guest().toString())
            .put("address", plug.address().toString())
            .put("id", plug.deviceId())
            .put("port", plug.port());
        plug.vf().ifPresent(vf -> json.put("vf", GuestCodec.encode(vf)));
      }
      case Step.Unplug(Guest guest, PciAddress address, String id, boolean force) ->
          json.put("step", "unplug")
              .put("guest", guest.toString())
              .put("address", address.toString())
              .put("id", id)
              .put("force", force);
      case Step.AwaitRelease(PciAddress address, int group) ->
          json.put("step", "await-release").put("address", address.toString()).put("group", group);
      case Step.LockMemory lock -> {
        return GuestCodec.encode(lock);
      }
      case Step.ChooseReset(PciAddress address, List<String> from, List<String> to) ->
          json.put("step", "choose-reset")
              .put("address", address.toString())
              .put("from", Json.texts(from))
              .put("to", Json.texts(to));
      case Step.Reset(PciAddress address, Optional<String> method, int times, boolean wake) ->
          json.put("step", "reset")
              .put("address", address.toString())
              .put("method", method)
              .put("times", times)
              .put("wake", wake);
      case Step.Keep(Step restore) -> json.put("step", "keep").put("restore", encode(restore));
      case Step.RestoreNet(PciAddress address, Instant since, List<NetState> interfaces) ->
          json.put("step", "restore-net")
              .put("address", address.toString())
              .put("since", since.toString())
              .put("interfaces", array(interfaces, NetCodec::encode));
      case Step.RestoreVf(PciAddress address, NetOrigin.Vf vf) ->
          json.put("step", "restore-vf")
              .put("address", address.toString())
              .put("vf", NetCodec.encode(vf));
      case DefinitionStep definition -> {
        return GuestCodec.encode(definition);
      }
      case VfStep vf -> {
        return VfStepCodec.encode(vf);
      }
    }
    return json.build();
  }

  private static Step step(Json.Obj json) {
    return switch (json.text("step")) {
      case "load-module" -> new Step.LoadModule(json.text("module"));
      case "rebind" ->
          new Step.Rebind(
              address(json.text("address")),
              binding(json.object("from")),
              binding(json.object("to")));
      case "plug" ->
          new Step.Plug(
              GuestCodec.guest(json.text("guest")),
              address(json.text("address")),
              json.text("id"),
              json.text("port"),
              json.get("vf").map(any -> GuestCodec.vf(json.object("vf"))));
      case "unplug" ->
          new Step.Unplug(
              GuestCodec.guest(json.text("guest")),
              address(json.text("address")),
              json.text("id"),
              // Not there in what Lend wrote when it stopped no guest.
              json.get("force").isPresent() && json.flag("force"));
      case GuestCodec.DEFINE, GuestCodec.UNDEFINE -> GuestCodec.step(json);
      case "await-release" ->
          new Step.AwaitRelease(address(json.text("address")), whole(json, "group"));
      case "lock-memory" -> GuestCodec.lockMemory(json);
      case "choose-reset" ->
          new Step.ChooseReset(
              address(json.text("address")), texts(json, "from"), texts(json, "to"));
      case "reset" ->
          new Step.Reset(
              address(json.text("address")),
              textOrNull(json, "method"),
              whole(json, "times"),
              json.flag("wake"));
      case "keep" -> new Step.Keep(step(json.object("restore")));
      case "restore-net" ->
          new Step.RestoreNet(
              address(json.text("address")),
              instant(json, "since"),
              list(json, "interfaces", NetCodec::state));
      case "restore-vf" ->
          new Step.RestoreVf(address(json.text("address")), NetCodec.vf(json.object("vf")));
      default ->
          VfStepCodec.step(json)
              .orElseThrow(() -> new JsonException("unknown step \"" + json.text("step") + "\""));
    };
  }

  /** A loan as JSON; part of the journal's format and of {@code status --json}. */
  public static Json.Obj encode(Loan loan) {
    Json.Builder json =
        Json.object()
            .put("address", loan.address().toString())
            .put("since", loan.since().toString())
            .put("origin", encode(loan.origin()));
    switch (loan.holder()) {
      case Loan.Reserved reserved -> json.put("holder", "reserved");
      case Loan.Along(PciAddress with) -> json.put("holder", "along").put("with", with.toString());
      case Loan.InGuest in -> GuestCodec.encode(in, json.put("holder", "guest"));
      case Loan.InProcess(KernelTask task, String name) ->
          json.put("holder", "process").put("task", WriteCodec.encode(task)).put("name", name);
    }
    if (!loan.net().empty()) {
      json.put("net", NetCodec.encode(loan.net()));
    }
    loan.device().ifPresent(device -> json.put("device", OriginCodec.encode(device)));
    loan.vfs().ifPresent(vfs -> json.put("vfs", OriginCodec.encode(loan.address(), vfs)));
    if (!loan.resets().isEmpty()) {
      json.put("resets", Json.texts(loan.resets()));
    }
    if (!loan.forwards().isEmpty()) {
      json.put("forwards", Json.texts(loan.forwards()));
    }
    return json.build();
  }

  private static Loan loan(Json.Obj json) {
    Loan.Holder holder =
        switch (json.text("holder")) {
          case "reserved" -> new Loan.Reserved();
          case "along" -> new Loan.Along(address(json.text("with")));
          case "guest" -> GuestCodec.holder(json);
          case "process" ->
              new Loan.InProcess(WriteCodec.task(json.object("task")), json.text("name"));
          default -> throw new JsonException("unknown holder \"" + json.text("holder") + "\"");
        };
    return new Loan(
        address(json.text("address")),
        holder,
        binding(json.object("origin")),
        instant(json, "since"),
        json.get("net").isPresent() ? NetCodec.origin(json.object("net")) : NetOrigin.none(),
        json.get("device").map(any -> OriginCodec.device(json.object("device"))),
        OriginCodec.vfs(json),
        OriginCodec.optionalTexts(json, "resets"),
        OriginCodec.optionalTexts(json, "forwards"));
  }

  private static Json encode(Binding binding) {
    return Json.object()
        .put("driver", binding.driver())
        .put("override", binding.override())
        .build();
  }

  private static Binding binding(Json.Obj json) {
    return new Binding(textOrNull(json, "driver"), textOrNull(json, "override"));
  }

  /** Strict: a driver that cannot be read must not pass for no driver. */
  static Optional<String> textOrNull(Json.Obj json, String name) {
    return json.members().get(name) instanceof Json.Nil
        ? Optional.empty()
        : Optional.of(json.text(name));
  }

  static PciAddress address(String text) {
    return PciAddress.parse(text)
        .orElseThrow(() -> new JsonException("no PCI address: \"" + text + "\""));
  }

  static <T extends Enum<T>> T constant(Json.Obj json, String name, T[] values) {
    String text = json.text(name);
    for (T value : values) {
      if (value.name().equals(text)) {
        return value;
      }
    }
    throw new JsonException("unknown " + name + " \"" + text + "\"");
  }

  private static int index(Json.Obj json) {
    return whole(json, "step");
  }

  static int whole(Json.Obj json, String name) {
    long number = json.number(name);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new JsonException("member \"" + name + "\" is out of range: " + number);
    }
    return (int) number;
  }

  private static Duration seconds(Json.Obj json) {
    long seconds = json.number("seconds");
    if (seconds < 0 || seconds > Integer.MAX_VALUE) {
      throw new JsonException("no time: " + seconds + " seconds");
    }
    return Duration.ofSeconds(seconds);
  }

  static Instant instant(Json.Obj json, String name) {
    try {
      return Instant.parse(json.text(name));
    } catch (DateTimeException notATime) {
      throw new JsonException("member \"" + name + "\" must be a time", notATime);
    }
  }

  static <T> Json array(List<T> values, Function<T, Json> encoder) {
    List<Json> items = new ArrayList<>();
    for (T value : values) {
      items.add(encoder.apply(value));
    }
    return new Json.Arr(items);
  }

  static <T> List<T> list(Json.Obj json, String name, Function<Json.Obj, T> decoder) {
    List<T> values = new ArrayList<>();
    for (Json item : json.array(name)) {
      if (!(item instanceof Json.Obj object)) {
        throw new JsonException("member \"" + name + "\" must hold objects");
      }
      values.add(decoder.apply(object));
    }
    return values;
  }

  static List<String> texts(Json.Obj json, String name) {
    List<String> values = new ArrayList<>();
    for (Json item : json.array(name)) {
      if (!(item instanceof Json.Text(String value))) {
        throw new JsonException("member \"" + name + "\" must hold texts");
      }
      values.add(value);
    }
    return values;
  }
}
