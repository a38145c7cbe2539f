package dev.lend.cli;

import dev.lend.advise.Advice;
import dev.lend.advise.Advisor;
import dev.lend.advise.Circumstance;
import dev.lend.advise.Rule;
import dev.lend.advise.Rules;
import dev.lend.json.Json;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.plan.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which path a guest's packets should take on this host, why, and what that gives up. */
final class AdviseCommand implements Command {
  private static final Paragraphs.Ink DIM = Paragraphs.Ink.DIM;
  private static final int COLUMN = 12;

  @Override
  public String name() {
    return "advise";
  }

  @Override
  public Group group() {
    return Group.LOOK;
  }

  @Override
  public String summary() {
    return "Say which network path a guest should use on this host, and what it gives up";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend advise --guest web1",
        "the paths for it, the best first, each with its commands",
        "lend advise --needs migration --pps high --guests 40",
        "the same for 40 guests that are to be moved while they run",
        "lend advise --root ./capture --json",
        "for another host, for a program");
  }

  @Override
  public Syntax syntax() {
    Syntax own =
        Wanted.options(
                Syntax.none()
                    .option(
                        GuestName.OPTION,
                        "GUEST",
                        "for this one: a libvirt domain, or qmp:/path/to/socket"))
            .option(GuestName.CONNECT, "URI", "the libvirt that has the domain");
    return Context.state(Context.root(Context.json(own)));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Wanted wanted = Wanted.of(arguments);
    Optional<Guest> guest = guest(arguments);
    HostMeans here = HostMeans.read(arguments, context);
    Advice advice = new Advisor(Rules.all()).advise(wanted.needs(), wanted.guests(), here.means());
    PathCommands commands = new PathCommands(guest, here.means(), wanted.guests());
    List<String> has = guest.map(known -> devices(known, here)).orElse(List.of());
    if (arguments.has("--json")) {
      context.out().print(json(wanted, advice, commands, has).pretty());
    } else {
      text(wanted, guest, advice, commands, has, new Paragraphs(context));
    }
    return ExitCode.DONE;
  }

  /** Only its name: what it needs is for the person to say, and nobody has to be asked. */
  private static Optional<Guest> guest(Arguments arguments) {
    if (arguments.has(GuestName.OPTION)) {
      return Optional.of(GuestName.parsed(arguments));
    }
    if (arguments.has(GuestName.CONNECT)) {
      throw new UsageException(GuestName.CONNECT + " goes with " + GuestName.OPTION);
    }
    return Optional.empty();
  }

  /** What Lend has given it: with that it cannot do what these devices exclude. */
  private static List<String> devices(Guest guest, HostMeans here) {
    List<String> devices = new ArrayList<>();
    for (Loan loan : here.ledger().loans().values()) {
      if (loan.inGuest().map(Loan.InGuest::guest).equals(Optional.of(guest))) {
        devices.add(
            here.host()
                .function(loan.address())
                .map(new Names(here.host())::of)
                .orElse(loan.address().brief()));
      }
    }
    return devices;
  }

  private static void text(
      Wanted wanted,
      Optional<Guest> guest,
      Advice advice,
      PathCommands commands,
      List<String> has,
      Paragraphs out) {
    out.line(Paragraphs.Ink.BOLD, heading(wanted, guest));
    if (!has.isEmpty()) {
      out.indented(
          2,
          "",
          Paragraphs.Ink.YELLOW,
          "it has "
              + String.join(", ", has)
              + ": as long as it does, it can neither migrate nor be saved, and its memory is"
              + " locked");
    }
    int place = 1;
    for (Advice.Option option : advice.ranked()) {
      out.blank();
      out.line(
          place == 1 ? Paragraphs.Ink.GREEN : Paragraphs.Ink.PLAIN,
          place + ". " + option.path().title());
      for (Rule rule : option.reasons()) {
        out.marked("   " + sign(rule), DIM, COLUMN, rule.why() + asked(rule));
      }
      givenUp(option, true).ifPresent(lost -> out.marked("   without", DIM, COLUMN, lost));
      givenUp(option, false).ifPresent(weak -> out.marked("   weak at", DIM, COLUMN, weak));
      for (String command : commands.of(option.path())) {
        out.marked("   do", DIM, COLUMN, command);
      }
      place++;
    }
    out.blank();
    for (Advice.Option option : advice.excluded()) {
      for (Rule rule : option.reasons()) {
        out.line(
            Paragraphs.Ink.PLAIN, "not " + option.path().title() + ": " + rule.why() + asked(rule));
      }
    }
    out.line(
        Paragraphs.Ink.DIM,
        "By rules (docs/advise.md has them with their sources): nothing was measured on this"
            + " host.");
  }

  private static String heading(Wanted wanted, Optional<Guest> guest) {
    List<String> asked = wanted.needs().stream().sorted().map(Circumstance::words).toList();
    return (guest.isPresent() ? "For " + guest.get() : "For a guest")
        + (wanted.guests() > 1 ? ", one of " + wanted.guests() : "")
        + (asked.isEmpty() ? "" : ": " + String.join("; ", asked));
  }

  private static String sign(Rule rule) {
    return switch (rule.effect()) {
      case EXCLUDES, NOTE -> "";
      case MUCH_AGAINST, AGAINST, FOR, MUCH_FOR -> rule.effect().sign();
    };
  }

  private static String asked(Rule rule) {
    return rule.when() == Circumstance.ALWAYS ? "" : "  [" + rule.when().words() + "]";
  }

  /** What nobody asked for and it excludes, or is not good at. */
  private static Optional<String> givenUp(Advice.Option option, boolean excluded) {
    List<String> words = new ArrayList<>();
    for (Rule rule : option.givenUp()) {
      if ((rule.effect() == Rule.Effect.EXCLUDES) == excluded) {
        words.add(rule.when().words());
      }
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", words));
  }

  private static Json json(Wanted wanted, Advice advice, PathCommands commands, List<String> has) {
    List<Json> needs = new ArrayList<>();
    wanted.needs().stream().sorted().forEach(need -> needs.add(Json.of(need.id())));
    List<Json> devices = new ArrayList<>();
    has.forEach(device -> devices.add(Json.of(device)));
    List<Json> ranked = new ArrayList<>();
    for (Advice.Option option : advice.ranked()) {
      List<Json> lines = new ArrayList<>();
      commands.of(option.path()).forEach(line -> lines.add(Json.of(line)));
      ranked.add(
          member(option)
              .put("points", option.points())
              .put("given_up", rules(option.givenUp()))
              .put("commands", new Json.Arr(lines))
              .build());
    }
    List<Json> excluded = new ArrayList<>();
    advice.excluded().forEach(option -> excluded.add(member(option).build()));
    return Json.object()
        .put("needs", new Json.Arr(needs))
        .put("guests", wanted.guests())
        .put("devices", new Json.Arr(devices))
        .put("measured", false)
        .put("ranked", new Json.Arr(ranked))
        .put("excluded", new Json.Arr(excluded))
        .build();
  }

  private static Json.Builder member(Advice.Option option) {
    return Json.object()
        .put("path", option.path().id())
        .put("title", option.path().title())
        .put("reasons", rules(option.reasons()));
  }

  private static Json.Arr rules(List<Rule> rules) {
    List<Json> all = new ArrayList<>();
    for (Rule rule : rules) {
      all.add(
          Json.object()
              .put("when", rule.when().id())
              .put("effect", rule.effect().sign())
              .put("why", rule.why())
              .put("source", rule.source())
              .build());
    }
    return new Json.Arr(all);
  }
}
