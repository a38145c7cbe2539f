package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.act.Outcome;
import dev.lend.json.Json;
import dev.lend.ledger.Ledger;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.SampleHosts;
import dev.lend.sysfs.Scope;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeReportTest {
  private static final PciAddress VF = PciAddress.parse("01:10.2").orElseThrow();
  private static final Request REQUEST = new Request.Reserve(VF, new Request.Consent(false, false));
  private static final Plan PLAN =
      new Plan(REQUEST, List.of(), List.of(), List.of(), List.of(), List.of());
  private static final String HELD =
      "Guest qmp:/run/web.sock did not take 0000:01:10.2: vfio 0000:01:10.2: failed to open"
          + " /dev/vfio/21: Device or resource busy.";

  private HostSnapshot host;

  @BeforeEach
  void readHost(@TempDir Path root) {
    host = new HostReader(new FileKernel(SampleHosts.server(root).root())).read(Scope.uses());
  }

  private CliRun report(boolean json, Consumer<ChangeReport> what) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Context context = new Context(outStream, errStream, false, Map.of());
    what.accept(new ChangeReport(context, host, json, REQUEST));
    return new CliRun(
        0, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void explainsBelowAnErrorWhatIsKnownOfIt() {
    CliRun run =
        report(false, report -> report.end(new Outcome.PutBack(PLAN, HELD), Ledger.empty()));
    assertThat(run.err().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("lend: " + HELD),
            line -> assertThat(line).startsWith("  cause:  Another").endsWith(" [group-held]"),
            line -> assertThat(line).startsWith("  check:  lend status"),
            line -> assertThat(line).contains("lend detach 0000:01:10.2"),
            line -> assertThat(line).endsWith("everything is as it was before."));
    CliRun stranded =
        report(
            false,
            report ->
                report.end(new Outcome.Stranded(PLAN, List.of("Odd.", HELD)), Ledger.empty()));
    assertThat(stranded.err()).contains("[group-held]");
  }

  @Test
  void explainsTheSameToPrograms() {
    CliRun run =
        report(
            true,
            report ->
                report.end(new Outcome.Stranded(PLAN, List.of(HELD, "Odd.")), Ledger.empty()));
    Json.Obj explained = (Json.Obj) Json.parseObject(run.out()).array("explained").getFirst();
    assertThat(explained.members().keySet()).containsExactly("name", "cause", "check", "remedy");
    assertThat(explained.text("name")).isEqualTo("group-held");
    assertThat(explained.text("remedy")).contains("lend detach 0000:01:10.2");
  }

  @Test
  void explainsWhyEarlierWorkCouldNotBeEnded() {
    Consumer<ChangeReport> what =
        report -> {
          report.recovered("lend reserve 01:10.2 was cut off; it needs a person: " + HELD);
          report.end(new Outcome.Done(PLAN), Ledger.empty());
        };
    assertThat(report(false, what).out()).contains("[group-held]");
    assertThat(report(true, what).out()).contains("\"name\": \"group-held\"");
  }

  @Test
  void addsNothingToAnErrorThatIsNotKnown() {
    CliRun run =
        report(false, report -> report.end(new Outcome.PutBack(PLAN, "It rains."), Ledger.empty()));
    assertThat(run.err()).hasLineCount(2);
    CliRun json =
        report(true, report -> report.end(new Outcome.PutBack(PLAN, "It rains."), Ledger.empty()));
    assertThat(Json.parseObject(json.out()).array("explained")).isEmpty();
  }
}
