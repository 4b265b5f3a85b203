package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/**
 * What a job asks Slurm before it is refused, and at no other time: a job has no variable of its
 * own comment (22.05; only prolog and epilog have).
 */
record SlurmAnswers(ToolRunner tools, Map<String, String> environment) {

  /** A controller that is well answers in a hundredth of it. */
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private static final Pattern JOB = Pattern.compile("\\d{1,10}");

  /** As the submit plugin parts a comment. */
  private static final Pattern BETWEEN = Pattern.compile("[\\s,;]+");

  SlurmAnswers {
    environment = Map.copyOf(environment);
  }

  /** Whether the job's comment has the word by which the submit plugin lets reduced variants in. */
  boolean commentAllowsReduced() {
    String job = environment.getOrDefault("SLURM_JOB_ID", "");
    if (!JOB.matcher(job).matches()) {
      return false;
    }
    ToolResult answer = tools.run(List.of("squeue", "-h", "-o", "%k", "-j", job), DEADLINE);
    return answer.succeeded() && allowsReduced(answer.stdout());
  }

  static boolean allowsReduced(String comment) {
    return BETWEEN
        .splitAsStream(comment)
        .map(word -> word.toLowerCase(Locale.ROOT))
        .anyMatch(word -> word.equals("sobre:allow-reduced"));
  }

  /** Features that nodes have: Slurm 22.05 refuses a job that names another, even beside a bar. */
  Optional<Set<String>> features() {
    ToolResult answer = tools.run(List.of("sinfo", "-h", "-o", "%f"), DEADLINE);
    if (!answer.succeeded()) {
      return Optional.empty();
    }
    Set<String> features = new HashSet<>(List.of(answer.stdout().strip().split("[,\\s]+", -1)));
    return Optional.of(features);
  }
}
