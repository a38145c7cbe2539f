package dev.lend.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may do what in the whole program. */
class ArchitectureTest {
  private static final JavaClasses LEND =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.lend");

  private static final Set<String> CHANGES_THE_JOURNAL = Set.of("append", "open");
  private static final Set<String> CHANGES_THE_KERNEL = Set.of("write", "loadModule");

  /** Calls of methods with these names that the type, or one that it implements, declares. */
  private static DescribedPredicate<JavaMethodCall> calls(String type, Set<String> names) {
    return DescribedPredicate.describe(
        "call " + names + " of " + type,
        call ->
            names.contains(call.getTarget().getName())
                && call.getTargetOwner().isAssignableTo(type));
  }

  private static ArchRule onlyIn(String[] rooms, DescribedPredicate<JavaMethodCall> calls) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(rooms)
        .should(ArchConditions.callMethodWhere(calls.forSubtype()));
  }

  private static void restsOnTheModelAlone(String room) {
    noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of other rooms than the model",
                type ->
                    type.getPackageName().startsWith("dev.lend.")
                        && !Set.of(room, "dev.lend.model").contains(type.getPackageName())))
        .check(LEND);
  }

  @Test
  void theWholeProgramIsLookedAt() {
    for (String room :
        Set.of(
            "model", "plan", "journal", "act", "config", "libvirt", "linux", "qmp", "sysfs", "cli",
            "lab")) {
      org.assertj.core.api.Assertions.assertThat(LEND)
          .as(room)
          .anyMatch(type -> type.getPackageName().equals("dev.lend." + room));
    }
  }

  @Test
  void onlyActWritesTheJournal() {
    onlyIn(
            new String[] {"dev.lend.act", "dev.lend.journal"},
            calls("dev.lend.journal.Journal", CHANGES_THE_JOURNAL))
        .check(LEND);
  }

  @Test
  void onlyActChangesTheKernel() {
    onlyIn(
            new String[] {"dev.lend.act", "dev.lend.sysfs"},
            calls("dev.lend.sysfs.Kernel", CHANGES_THE_KERNEL))
        .check(LEND);
  }

  @Test
  void onlyActChangesTheNetwork() {
    onlyIn(
            new String[] {"dev.lend.act", "dev.lend.linux"},
            calls("dev.lend.linux.Net", Set.of("change")))
        .check(LEND);
  }

  @Test
  void facesDoNotTalkToGuestsThemselves() {
    noClasses()
        .that()
        .resideInAPackage("dev.lend.cli")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.lend.qmp", "dev.lend.libvirt")
        .check(LEND);
  }

  /** Also keeps libvirt's library out of what only reads: it costs the start more than all else. */
  @Test
  void onlyActTalksToLibvirtAndThatRestsOnTheModelAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.lend.act", "dev.lend.libvirt")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.lend.libvirt")
        .check(LEND);
    restsOnTheModelAlone("dev.lend.libvirt");
  }

  @Test
  void onlyConfigReadsYamlAndItRestsOnTheModelAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.lend.config")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.snakeyaml..")
        .check(LEND);
    restsOnTheModelAlone("dev.lend.config");
  }

  /** Whoever lists or shows devices does not wait for a library to be loaded. */
  @Test
  void onlyCommandsAboutVfsReadDeclarations() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.lend.config")
        .and()
        .haveNameNotMatching("dev\\.lend\\.cli\\.Vf.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.lend.config")
        .check(LEND);
  }

  @Test
  void onlyTwoRoomsCallNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.lend.linux", "dev.lend.libvirt")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign")
        .check(LEND);
  }

  @Test
  void onlyWhatTalksToTheRunningMachineStartsProcesses() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.lend.lab")
        .and()
        .haveNameNotMatching(
            "dev\\.lend\\.(sysfs\\.(LiveKernel|KernelLog|ProgramVersion)|cli\\.(Guardian|BootUnit|Started)).*")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ProcessBuilder.class)
        .check(LEND);
    noClasses()
        .should()
        .callMethod(Runtime.class, "exec", String.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String[].class)
        .check(LEND);
  }

  @Test
  void onlyMainEndsTheProgram() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.lend.cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(LEND);
  }

  @Test
  void nothingLogsThroughAFramework() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "org.slf4j..")
        .check(LEND);
  }
}
