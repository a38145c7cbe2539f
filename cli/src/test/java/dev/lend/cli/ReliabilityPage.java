package dev.lend.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes the page that says what was tried on Lend, from the runs that are kept. */
final class ReliabilityPage {
  private static final List<String> GUEST = List.of("guest fails", "guest ends");
  private static final List<String> AGAIN =
      List.of(
          "then crash",
          "then kernel error",
          "then no answer",
          "then disk full",
          "then guest fails",
          "then guest ends");
  private static final List<String> MISHAPS =
      List.of(
          "then start of the host",
          "then another device",
          "then another person",
          "then another person, in passing");
  private static final List<String> KILLED =
      List.of("before the first line", "right after a line", "between two lines");

  private final ReliabilityRun campaign;
  private final ReliabilityRun kills;
  private final StringBuilder page = new StringBuilder();

  ReliabilityPage(ReliabilityRun campaign, ReliabilityRun kills) {
    this.campaign = campaign;
    this.kills = kills;
  }

  String write() {
    page.append(
        """
        <!-- Made by ReliabilityPageTest from the runs in cli/src/test/resources/reliability. -->
        # What was done to Lend, and what held

        A *point* is one case in which something goes wrong with a change, or with the recovery from it, and after which all
        of this was looked at and held:

        - every function has a way back: it is where it was, or lent with its origin in the journal, or a person was told
          what to do by hand;
        - no function has two owners, and none is in a guest that the ledger does not know;
        - nothing that is guarded (bridges, the default route, mounted disks, what somebody else's guest has) was written to,
          and `new_id` never;
        - ledger and kernel agree: drivers, overrides, reset methods, addresses, routes, names, settings of VFs;
        - a PF has the VFs that it had or shall have, with their settings, or a person was told;
        - what nobody confirms is taken back;
        - a second recovery writes nothing and adds no line to the journal;
        - from there, everything that is lent comes home by the usual commands;
        - after a start of the host, another device in the slot or another person's change, nothing is fought over.

        ## On the simulated kernel

        """);
    simulated();
    lab();
    page.append(
        """

        ## How to repeat it

            mvn -pl engine,host test -Dtest=CampaignTest -Dsurefire.failIfNoSpecifiedTests=false -Dlend.tests.jit= \\
              -Dlend.campaign.points=100000 -Dlend.campaign.seconds=300 -Dlend.seed=1
            mvn -pl cli -am verify -Dit.test=KillLabIT -Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false \\
              -Dfailsafe.failIfNoSpecifiedTests=false -Dlend.lab.points=300 -Dlend.lab.seconds=1500
            mvn -pl cli -am test -Dtest='*FuzzTest' -Dsurefire.failIfNoSpecifiedTests=false -Dlend.fuzz=50
            mvn -pl cli -am test -Dtest=ReliabilityPageTest -Dsurefire.failIfNoSpecifiedTests=false \\
              -Dlend.reliability.record=true

        The last one takes the first two runs into this page. `./test` does a share of each: another one every day for the
        first two, another one every time for `*FuzzTest`, which harms the journal's bytes, what a monitor answers, the files
        of a host, YAML files, messages, and command lines. Seeds that failed are in the `failing-seeds.txt` of the tests'
        packages and are tried first. `DiskLabIT` fills the disk and makes it read-only, `HangLabIT` has the kernel hold
        writes up by open VFIO files, and `BootLabIT` cuts the power, all on the real kernel.
        """);
    return page.toString();
  }

  private void simulated() {
    page.append(
        "%s points on %s made-up hosts, in %s s (%s s of processor time, %s threads), "
            .formatted(
                number(campaign.fact("points")),
                number(campaign.fact("hosts")),
                campaign.fact("seconds"),
                campaign.fact("processor seconds"),
                campaign.fact("threads")));
    page.append(
        "on %s with Java %s, seed %s.\n\n"
            .formatted(campaign.fact("date"), campaign.fact("java"), campaign.fact("seed")));
    row(
        "command",
        "crash",
        "kernel error",
        "no answer",
        "disk full",
        "guest",
        "recovery too",
        "other host");
    page.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (String command : campaign.tally().keySet()) {
      if (!command.equals("sequence")) {
        List<String> cells = new ArrayList<>(List.of(command));
        for (List<String> blows : columns()) {
          cells.add(number(campaign.count(command, blows)));
        }
        row(cells.toArray(String[]::new));
      }
    }
    page.append(
        """

        A crash is the end of Lend before or after any kernel write, journal line or guest call; an error is `EBUSY`,
        `ENOENT`, `EIO`, `ENODEV`, `EPERM`, `ENOSPC` or a write without effect; no answer is a write that happens late, never,
        or only once something else has. *Recovery too*: of these, how many had another one in the recovery, or a crash after
        it. *Other host*: after a crash (or the end), the host started anew (%s), had another device in the slot (%s), or
        another person had changed drivers and overrides (%s, %s of them in passing).

        Besides, %s requests of several people in random sequences, %s of them with something going wrong.
        """
            .formatted(
                number(campaign.count(MISHAPS.subList(0, 1))),
                number(campaign.count(MISHAPS.subList(1, 2))),
                number(campaign.count(MISHAPS.subList(2, 4))),
                number(campaign.count(MISHAPS.subList(3, 4))),
                number(sequences()),
                number(sequences() - campaign.count("sequence", List.of("none")))));
  }

  private long sequences() {
    return campaign.tally().getOrDefault("sequence", Map.of()).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static List<List<String>> columns() {
    return List.of(
        List.of("crash"),
        List.of("kernel error"),
        List.of("no answer"),
        List.of("disk full"),
        GUEST,
        AGAIN,
        MISHAPS);
  }

  private void lab() {
    page.append(
        """

        ## In the lab, on a real kernel

        The real program killed with SIGKILL: %s points in %s s of one start of the lab, on %s with Linux %s, QEMU %s, Java %s,
        seed %s.

        """
            .formatted(
                number(kills.fact("points")),
                kills.fact("seconds"),
                kills.fact("date"),
                kills.fact("kernel"),
                kills.fact("QEMU"),
                kills.fact("java"),
                kills.fact("seed")));
    if (kills.facts().containsKey("remark")) {
      page.append(kills.fact("remark")).append("\n\n");
    }
    row(
        "command",
        "points",
        "journal lines reached",
        "before the first line",
        "right after a line",
        "between two lines",
        "recovery too");
    page.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (String command : kills.tally().keySet()) {
      Set<String> struck = kills.struck().getOrDefault(command, Set.of());
      String lines = struck.isEmpty() ? "0" : struck.iterator().next().replaceFirst(".*\\|", "");
      row(
          command,
          number(kills.count(command, KILLED)),
          struck.stream().filter(place -> !place.startsWith("0|")).count() + " of " + lines,
          number(kills.count(command, KILLED.subList(0, 1))),
          number(kills.count(command, KILLED.subList(1, 2))),
          number(kills.count(command, KILLED.subList(2, 3))),
          number(kills.count(command, List.of("then the recovery"))));
    }
  }

  private void row(String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String number(String digits) {
    return digits.matches("\\d+") ? number(Long.parseLong(digits)) : digits;
  }
}
