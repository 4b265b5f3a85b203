package org.sobre.truth;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What judges the product is not made of it. */
@AnalyzeClasses(packages = "org.sobre.truth")
class TruthStandsAloneTest {

  @ArchTest
  static final ArchRule NOTHING_OF_THE_PRODUCT =
      noClasses()
          .that()
          .resideInAPackage("org.sobre.truth..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.sobre..")
                  .and(DescribedPredicate.not(resideInAnyPackage("org.sobre.truth.."))));
}
