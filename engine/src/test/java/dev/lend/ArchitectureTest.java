package dev.lend;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may know whom in the engine: what a reader of one room need not know of the others. */
class ArchitectureTest {
  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.lend");

  private static void rests(String room, String... on) {
    ArchRuleDefinition.classes()
        .that()
        .resideInAPackage(room)
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.describe(
                "are its own, java.base's or of " + List.of(on), type -> allowed(type, room, on)))
        .check(ENGINE);
  }

  private static boolean allowed(JavaClass type, String room, String... on) {
    String name = type.getBaseComponentType().getPackageName();
    if (name.equals(room)
        || List.of(on).contains(name)
        || name.equals("org.jspecify.annotations")) {
      return true;
    }
    return type.getBaseComponentType().isPrimitive()
        || Object.class.getModule().getPackages().contains(name);
  }

  @Test
  void modelAndJsonRestOnNothingOfOurs() {
    rests("dev.lend.model");
    rests("dev.lend.json");
  }

  @Test
  void ledgerRestsOnTheModelAndPlanOnBoth() {
    rests("dev.lend.ledger", "dev.lend.model");
    rests("dev.lend.plan", "dev.lend.model", "dev.lend.ledger");
  }

  @Test
  void explanationsRestOnTheModelAlone() {
    rests("dev.lend.explain", "dev.lend.model");
  }

  @Test
  void journalRestsOnWhatItStores() {
    rests(
        "dev.lend.journal", "dev.lend.json", "dev.lend.model", "dev.lend.plan", "dev.lend.ledger");
  }

  @Test
  void adviseRestsOnWhatItAdvisesOn() {
    rests("dev.lend.advise", "dev.lend.model", "dev.lend.plan", "dev.lend.ledger");
  }

  /** The tables of rules are part of the program: to read them is not to look at the host. */
  @Test
  void nothingButTheJournalDoesInputOrOutput() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.lend.journal")
        .and()
        .doNotHaveFullyQualifiedName("dev.lend.advise.RuleTable")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io", "java.nio.file..", "java.nio.channels..", "java.net..")
        .check(ENGINE);
    noClasses()
        .should()
        .accessClassesThat()
        .belongToAnyOf(ProcessBuilder.class, Runtime.class)
        .check(ENGINE);
  }

  @Test
  void nothingInTheEngineAsksForTheTime() {
    noClasses().should().callMethod(java.time.Instant.class, "now").check(ENGINE);
    noClasses().should().callMethod(System.class, "currentTimeMillis").check(ENGINE);
    noClasses().should().callMethod(System.class, "nanoTime").check(ENGINE);
  }
}
