package org.sobre.it.fleet;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test class against Slurm's own daemons, which it starts itself. Disabled where one is absent,
 * unless {@code -Dsobre.require} names it: then it fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RealSlurm.Condition.class)
@interface RealSlurm {

  /** Whether slurm and root are there. */
  final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      List<String> absent = new ArrayList<>();
      if (!Stream.of("slurmctld", "slurmd", "munged").allMatch(Condition::isInstalled)) {
        absent.add("slurm");
      }
      if (!"root".equals(System.getProperty("user.name"))) {
        absent.add("root");
      }
      Set<String> required = Set.of(System.getProperty("sobre.require", "").split(",", -1));
      if (absent.stream().anyMatch(required::contains)) {
        throw new IllegalStateException("required by -Dsobre.require and absent: " + absent);
      }
      return absent.isEmpty()
          ? ConditionEvaluationResult.enabled("Slurm's daemons are here")
          : ConditionEvaluationResult.disabled("absent: " + absent);
    }

    private static boolean isInstalled(String program) {
      return Files.isExecutable(Path.of("/usr/sbin", program));
    }
  }
}
