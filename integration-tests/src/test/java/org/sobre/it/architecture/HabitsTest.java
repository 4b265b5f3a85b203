package org.sobre.it.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.jspecify.annotations.NullMarked;

/** Habits that the compiler does not know. */
@AnalyzeClasses(packages = "org.sobre", importOptions = ImportOption.DoNotIncludeTests.class)
class HabitsTest {

  @ArchTest
  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
      classes()
          .should(liveInANullMarkedPackage())
          .because("absence is a type, and NullAway checks it");

  @ArchTest
  static final ArchRule OSHI_ONLY_IN_THE_NODE_SCAN =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.sobre.hardware.node..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("oshi..");

  @ArchTest
  static final ArchRule NATIVE_CODE_ONLY_FOR_NVIDIAS_LIBRARY =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.sobre.hardware.gpu.nvidia.nvml")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule LUA_ONLY_FOR_THE_SUBMIT_POLICY =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.sobre.cli.policy")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.luaj..");

  @ArchTest
  static final ArchRule STANDARD_STREAMS_ONLY_IN_COMMANDS =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "org.sobre.cli..", "org.sobre.daemon..", "org.sobre.jobs.engine..")
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

  /** Text in, records out, and back: whoever opens files or starts processes is another class. */
  @ArchTest
  static final ArchRule PARSERS_ARE_PURE =
      noClasses()
          .that()
          .haveNameMatching(
              "org\\.sobre\\..*(Parser|Xml|Codec|Renderer|Encoder|Decoder|TypeName|Attribution|BatchPlanner)")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.nio.file.Files")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.commons.exec..");

  @ArchTest
  static final ArchRule NO_JAVA_UTIL_LOGGING =
      GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_DOES =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager");

  private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
    return new ArchCondition<>("live in a package marked @NullMarked") {
      @Override
      public void check(JavaClass javaClass, ConditionEvents events) {
        boolean marked =
            javaClass.getPackage().tryGetPackageInfo().isPresent()
                && javaClass.getPackage().isAnnotatedWith(NullMarked.class);
        if (!marked) {
          events.add(
              SimpleConditionEvent.violated(
                  javaClass, javaClass.getPackageName() + " is not @NullMarked"));
        }
      }
    };
  }
}
