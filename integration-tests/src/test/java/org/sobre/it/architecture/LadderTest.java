package org.sobre.it.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** Who may see whom. */
@AnalyzeClasses(packages = "org.sobre", importOptions = ImportOption.DoNotIncludeTests.class)
class LadderTest {

  @ArchTest
  static final ArchRule LADDER =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("hardware")
          .definedBy("org.sobre.hardware..")
          .layer("slurm")
          .definedBy("org.sobre.slurm..")
          .layer("energy")
          .definedBy("org.sobre.energy..")
          .layer("accounting")
          .definedBy("org.sobre.accounting..")
          .layer("daemon")
          .definedBy("org.sobre.daemon..")
          .layer("jobs")
          .definedBy("org.sobre.jobs..")
          .layer("cli")
          .definedBy("org.sobre.cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("daemon")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("jobs")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("accounting")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("energy")
          .mayOnlyBeAccessedByLayers("accounting", "daemon", "jobs", "cli")
          .whereLayer("slurm")
          .mayOnlyBeAccessedByLayers("energy", "accounting", "daemon", "jobs", "cli");

  /**
   * The ledger file is the border between node and controller: nothing of the meters crosses it.
   */
  @ArchTest
  static final ArchRule ACCOUNTING_SEES_ONLY_THE_LEDGER =
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage("org.sobre.accounting..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.sobre.energy..")
                  .and(DescribedPredicate.not(resideInAPackage("org.sobre.energy.ledger.."))));

  @ArchTest
  static final ArchRule UNITS_STAND_ALONE =
      ArchRuleDefinition.classes()
          .that()
          .resideInAPackage("org.sobre.hardware.units..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("org.sobre.hardware.units..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.sobre.(*).(**)").should().beFreeOfCycles();
}
