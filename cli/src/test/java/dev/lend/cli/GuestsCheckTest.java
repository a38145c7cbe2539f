package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.json.Json;
import dev.lend.model.DomainDefinition;
import dev.lend.model.Finding;
import dev.lend.model.Guest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GuestsCheckTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private static GuestsCheck.Examined examined(String name, Finding... findings) {
    return new GuestsCheck.Examined(
        new DomainDefinition(
            new Guest.Domain(name), name, "uuid-of-" + name, "off", List.of(), List.of()),
        List.of(findings));
  }

  private static Finding finding(Finding.Severity severity) {
    return Finding.of("definition-lent", severity, "02:00.0 is lent to web2", "lend status: so");
  }

  private ExitCode show(boolean json, GuestsCheck.Examined... examined) {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return GuestsCheck.show(List.of(examined), json, new Context(out, out, false, Map.of()));
  }

  private String out() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aBlockerIsShownUnderItsDomainAndMeansNo() {
    ExitCode code =
        show(false, examined("web1", finding(Finding.Severity.BLOCKER)), examined("db1"));
    assertThat(code).isEqualTo(ExitCode.NO);
    assertThat(out())
        .isEqualTo(
            """
            web1 (libvirt domain, off)
            BLOCKER  02:00.0 is lent to web2
                       lend status: so

            1 domain starts with no device of the host
            1 blocker: do not start these as they are
            """);
  }

  @Test
  void warningsAloneMeanYes() {
    assertThat(show(false, examined("web1", finding(Finding.Severity.WARNING))))
        .isEqualTo(ExitCode.DONE);
    assertThat(out()).endsWith("nobody's device would be taken\n");
  }

  @Test
  void textAndJsonSayTheSame() {
    assertThat(show(true, examined("web1", finding(Finding.Severity.BLOCKER)), examined("db1")))
        .isEqualTo(ExitCode.NO);
    Json.Obj json = Json.parseObject(out());
    assertThat(json.flag("ready")).isFalse();
    assertThat(json.number("blockers")).isEqualTo(1);
    Json.Obj first = (Json.Obj) json.array("guests").getFirst();
    assertThat(first.text("name")).isEqualTo("web1");
    Json.Obj found = (Json.Obj) first.array("findings").getFirst();
    assertThat(found.text("severity")).isEqualTo("blocker");
    assertThat(((Json.Obj) json.array("guests").get(1)).array("findings")).isEmpty();
  }

  @Test
  void isAboutDomainsOfThisHostAndNothingElse() {
    assertThat(CliRun.of("check", "--guests", "--vfs").err())
        .contains("--guests is about domains")
        .hasLineCount(1);
    assertThat(CliRun.of("check", "--connect", "qemu:///session").err())
        .contains("--connect is for --guests");
    assertThat(CliRun.of("check", "--guests", "--root", ".").err())
        .contains("libvirt is not asked about a captured host");
  }

  @Test
  void withoutLibvirtIsOneLine() {
    // No machine that runs tests has a libvirt of this name.
    CliRun run = CliRun.of("check", "--guests", "--connect", "nothing:///here");
    assertThat(run.status()).isEqualTo(ExitCode.NO.status());
    assertThat(run.err()).contains("cannot be checked").hasLineCount(1);
  }
}
