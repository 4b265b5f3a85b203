package org.sobre.jobs.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/**
 * What a job asks Slurm before it is refused, and at no other time: a job has no variable of its
 * own comment (22.05; only prolog and epilog have).
 */
record SlurmAnswers(ToolRunner tools, OwnJob job) {

  /** As the submit plugin parts a comment. */
  private static final Pattern BETWEEN = Pattern.compile("[\\s,;]+");

  private static final Pattern SENTENCE_END = Pattern.compile("\\.{1,80}$");

  /** Whether the job's comment has the word by which the submit plugin lets reduced variants in. */
  boolean commentAllowsReduced() {
    return job.field("%k").filter(SlurmAnswers::allowsReduced).isPresent();
  }

  static boolean allowsReduced(String comment) {
    return BETWEEN
        .splitAsStream(comment)
        .map(word -> SENTENCE_END.matcher(word.toLowerCase(Locale.ROOT)).replaceFirst(""))
        .anyMatch(word -> word.equals("sobre:allow-reduced"));
  }

  /** Features that nodes have: Slurm 22.05 refuses a job that names another, even beside a bar. */
  Optional<Set<String>> features() {
    ToolResult answer = tools.run(List.of("sinfo", "-h", "-o", "%f"), OwnJob.DEADLINE);
    if (!answer.succeeded()) {
      return Optional.empty();
    }
    Set<String> features = new HashSet<>(List.of(answer.stdout().strip().split("[,\\s]+", -1)));
    return Optional.of(features);
  }
}
