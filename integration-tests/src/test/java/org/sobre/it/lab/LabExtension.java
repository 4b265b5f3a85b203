package org.sobre.it.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One cluster for all classes of a run: up with the first that asks, down when the run is over. */
final class LabExtension implements ExecutionCondition, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(LabExtension.class);
  private static final List<String> SLURM =
      List.of("munged", "slurmdbd", "slurmctld", "slurmd", "sbatch", "sacctmgr");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Set<String> required = Set.of(System.getProperty("sobre.require", "").split(",", -1));
    List<String> absent = absentComponents();
    List<String> missed = absent.stream().filter(required::contains).toList();
    if (!missed.isEmpty()) {
      throw new IllegalStateException("required by -Dsobre.require and absent: " + missed);
    }
    if (!absent.isEmpty()) {
      return ConditionEvaluationResult.disabled("absent: " + absent);
    }
    if (Files.isExecutable(stage().resolve("usr/bin/sobre"))) {
      return ConditionEvaluationResult.enabled("a cluster can be had");
    }
    String reason = stage() + " is not there: packaging/stage.sh target/stage makes it";
    if (required.contains("slurm")) {
      throw new IllegalStateException(reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }

  private static List<String> absentComponents() {
    List<String> absent = new ArrayList<>();
    if (!SLURM.stream().allMatch(LabExtension::isInstalled)) {
      absent.add("slurm");
    }
    if (!isInstalled("mariadbd")) {
      absent.add("mariadb");
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      absent.add("root");
    }
    return absent;
  }

  private static boolean isInstalled(String program) {
    return Stream.of("/usr/sbin", "/usr/bin")
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static Path stage() {
    // Maven runs this in integration-tests
    return Path.of(System.getProperty("sobre.stage", "../target/stage"))
        .toAbsolutePath()
        .normalize();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Lab.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Path command = Path.of(System.getProperty("sobre.lab", "lab/lab")).toAbsolutePath();
    // the root's store lives as long as the run, and closes what it holds
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Lab.class, type -> Lab.up(command, stage()), Lab.class);
  }
}
