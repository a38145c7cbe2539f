package dev.lend.cli;

import dev.lend.act.StuckWords;
import dev.lend.journal.Journal;
import dev.lend.journal.Unanswered;
import dev.lend.journal.WriteCodec;
import dev.lend.json.Json;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.StuckWrite;
import dev.lend.plan.Standing;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows the writes that the kernel did not answer in time, as they are now; changes nothing. */
final class StuckReport {
  private final HostSnapshot host;
  private final List<StuckWrite> waiting = new ArrayList<>();
  private final List<StuckWrite> answered = new ArrayList<>();
  private final List<Unanswered.Rest> rests;

  /**
   * @param host with the holders of VFIO groups
   */
  StuckReport(KernelReader kernel, HostSnapshot host, Journal journal) {
    this.host = host;
    this.rests = journal.unanswered().rests();
    Tasks tasks = new Tasks(kernel);
    for (StuckWrite stuck : journal.unanswered().stuck()) {
      if (tasks.lives(stuck.write().task())) {
        waiting.add(stuck.showing(tasks.evidence(stuck.write(), holders(host, stuck))));
      } else {
        answered.add(stuck);
      }
    }
  }

  private static List<String> holders(HostSnapshot host, StuckWrite stuck) {
    List<String> holders = new ArrayList<>();
    Optional<PciFunction> function = stuck.write().device().flatMap(host::function);
    if (function.isPresent()) {
      host.holdersOf(function.get()).forEach(holder -> holders.add(holder.describe()));
    }
    return holders;
  }

  /** True where there is nothing to show. */
  boolean isEmpty() {
    return waiting.isEmpty() && answered.isEmpty() && rests.isEmpty();
  }

  /** How a function stands that is held up, or was until now. */
  Optional<Standing> standing(PciAddress address) {
    for (StuckWrite stuck : waiting) {
      if (stuck.write().device().equals(Optional.of(address))) {
        return Optional.of(new Standing(false, "stuck, as shown above"));
      }
    }
    for (Unanswered.Rest rest : rests) {
      if (rest.opened().touched().contains(address)) {
        return Optional.of(
            new Standing(
                false,
                "lend "
                    + rest.opened().verb()
                    + " was held up by the kernel. The next change ends it once that has answered,"
                    + " or: lend recover"));
      }
    }
    return Optional.empty();
  }

  /** A paragraph for each write. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (StuckWrite stuck : waiting) {
      lines.add(
          "STUCK: "
              + name(stuck)
              + ", since "
              + stuck.since().truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
      StuckWords.evidence(stuck).forEach(line -> lines.add("    " + line));
      lines.add("    " + StuckWords.advice(stuck));
    }
    for (StuckWrite stuck : answered) {
      lines.add(
          "The kernel has answered "
              + stuck.write().shell()
              + stuck.write().device().map(this::found).orElse("")
              + ". The next change takes that in, or: lend recover");
    }
    return lines;
  }

  private String name(StuckWrite stuck) {
    return stuck.write().device().map(PciAddress::brief).orElse("module " + stuck.write().value());
  }

  private String found(PciAddress address) {
    return host.function(address)
        .map(function -> ": " + address.brief() + " is on " + function.driver().orElse("no driver"))
        .orElse(": " + address.brief() + " is gone from this host");
  }

  /** The same for programs. */
  Json json() {
    List<Json> all = new ArrayList<>();
    waiting.forEach(stuck -> all.add(json(stuck, false)));
    answered.forEach(stuck -> all.add(json(stuck, true)));
    return new Json.Arr(all);
  }

  private static Json json(StuckWrite stuck, boolean answered) {
    Json.Builder entry = Json.object();
    WriteCodec.encode(stuck).members().forEach(entry::put);
    return entry.put("answered", answered).build();
  }
}
