package dev.lend.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class KnownErrorsTest {
  private static String name(String message) {
    return KnownErrors.in(message).map(KnownError::name).orElse("nothing");
  }

  @TestFactory
  List<DynamicTest> knowsEachErrorByTheMessageThatPeopleReport() {
    List<DynamicTest> tests = new ArrayList<>();
    for (KnownError error : KnownErrors.all()) {
      tests.add(
          DynamicTest.dynamicTest(
              error.name(), () -> assertThat(name(error.example())).isEqualTo(error.name())));
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> tellsApartWhatSoundsAlike() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String line : ReportedMessages.ALL.strip().split("\n", -1)) {
      int space = line.indexOf(' ');
      String message = line.substring(space).strip();
      tests.add(
          DynamicTest.dynamicTest(
              message, () -> assertThat(name(message)).isEqualTo(line.substring(0, space))));
    }
    return tests;
  }

  @Test
  void noPhraseIsTakenByAnotherErrorBeforeIt() {
    for (KnownError error : KnownErrors.all()) {
      for (Phrase phrase : error.phrases()) {
        String message = String.join(" something ", phrase.pieces());
        assertThat(name(message)).as(message).isEqualTo(error.name());
      }
    }
  }

  @Test
  void everyErrorSaysWhyWhereToLookAndWhatToDo() {
    Set<String> names = new HashSet<>();
    for (KnownError error : KnownErrors.all()) {
      assertThat(error.name()).matches("[a-z]+(-[a-z]+)*");
      assertThat(names.add(error.name())).as("%s once", error.name()).isTrue();
      assertThat(error.phrases()).as(error.name()).isNotEmpty();
      assertThat(error.cause()).as(error.name()).matches("[A-Za-z][^.]*(\\.[^ .]+)*[^.]*\\.");
      assertThat(error.check()).as(error.name()).contains(": ");
      assertThat(error.remedy()).as(error.name()).isNotBlank();
      assertThat(error.source()).as(error.name()).isNotBlank();
      for (Phrase phrase : error.phrases()) {
        int letters = String.join("", phrase.pieces()).length();
        assertThat(letters).as("%s is long enough to mean it", phrase).isGreaterThan(11);
        assertThat(phrase.pieces()).noneMatch(String::isBlank);
      }
    }
  }

  @Test
  void whatPeopleRunIntoIsKnownOrExplained() {
    assertThat(Trouble.ALL).hasSize(23);
    Set<String> met = new HashSet<>();
    for (Trouble trouble : Trouble.ALL) {
      assertThat(trouble.errors().isEmpty() && trouble.silent().isEmpty())
          .as(trouble.title())
          .isFalse();
      for (String name : trouble.errors()) {
        assertThat(KnownErrors.named(name)).as(name).isPresent();
        met.add(name);
      }
    }
    for (KnownError error : KnownErrors.all()) {
      assertThat(met).as("somebody runs into it").contains(error.name());
    }
  }

  @Test
  void whatPeopleRunIntoIsProvokedAndNotOnlyWrittenDown() {
    assertThat(Provoked.troubles()).hasSize(23);
    Provoked.troubles().forEach((trouble, errors) -> assertThat(errors).as(trouble).isNotEmpty());
    for (Provoked.Where where : Provoked.Where.values()) {
      for (String name : Provoked.in(where)) {
        assertThat(KnownErrors.named(name)).as(name).isPresent();
      }
    }
  }

  @Test
  void namesTheFunctionThatTheMessageIsAbout() {
    assertThat(KnownErrors.in("vfio 0000:86:00.0: group 7 is not viable").orElseThrow().remedy())
        .contains("lend reserve 0000:86:00.0 --with-group");
    assertThat(KnownErrors.in("vfio: error: [86:00.0] group 7 is not viable").orElseThrow().check())
        .contains("/sys/bus/pci/devices/0000:86:00.0/");
    assertThat(KnownErrors.in("08:06:48.563014 group 7 is not viable").orElseThrow().check())
        .contains("/sys/bus/pci/devices/DEVICE/");
  }

  @Test
  void readsACommandTogetherWithWhatTheShellSaidToIt() {
    assertThat(
            KnownErrors.of(
                """
                # echo 64 > /sys/class/net/eth1/device/sriov_numvfs
                -bash: echo: write error: Numerical result out of range
                # uptime
                """))
        .extracting(KnownError::name)
        .containsExactly("vf-count-too-high");
  }

  @Test
  void namesEachErrorOfATextOnceInItsOrder() {
    String text =
        """
        [    1.0] DMAR: Enabled IRQ remapping in x2apic mode
        [   12.1] igb 0000:01:00.0: not enough MMIO resources for SR-IOV
        [   13.4] vfio-pci 0000:05:00.0: BAR 0: can't reserve [mem 0xd0000000-0xdfffffff]
        [   13.5] vfio-pci 0000:05:00.0: BAR 0: can't reserve [mem 0xd0000000-0xdfffffff]
        """;
    assertThat(KnownErrors.of(text))
        .extracting(KnownError::name)
        .containsExactly("vf-no-address-space", "bar-reserved");
  }

  @Test
  void saysNothingToWhatItDoesNotKnow() {
    for (String other :
        List.of(
            "",
            " ",
            "*",
            "Permission denied",
            "Device or resource busy",
            "cat: /etc/shadow: Permission denied",
            "ls: cannot access '/nowhere': No such file or directory",
            "vfio-pci 0000:01:10.0: enabling device (0000 -> 0002)",
            "The guest is running")) {
      assertThat(KnownErrors.in(other)).as(other).isEmpty();
      assertThat(KnownErrors.of(other)).as(other).isEmpty();
    }
  }
}
