package org.sobre.it.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/**
 * Every shipped batch file, submitted as it is: Slurm takes it, a card that fits is found, the
 * command is started with what the file promises, and the job ends well. What the commands would
 * compute is stood in for (lab/standins).
 */
@RealCluster
@Order(7)
class TemplatesIT {

  private static final String DIRECTORY = "/usr/share/sobre/templates/";
  private static final Duration PATIENCE = Duration.ofSeconds(80);
  private static final JobRecord DONE = new JobRecord("COMPLETED", "0:0");

  private static final JobRecord REFUSED = new JobRecord("FAILED", "69:0");

  /** It asks for any card, and on those of the lab its model does not fit: docs/exit-codes.md. */
  private static final Map<String, JobRecord> OTHERWISE = Map.of("llm-finetune.sbatch", REFUSED);

  private final Lab lab;

  TemplatesIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void eachEndsAsItSays() {
    List<String> templates = List.of(lab.exec("alice", "ls", DIRECTORY).text().split("\\s+"));
    assertThat(templates)
        .contains("sd-infer.sbatch", "array.sbatch")
        .hasSizeGreaterThanOrEqualTo(7);
    Map<String, String> jobs = new TreeMap<>();
    for (String template : templates) {
      jobs.put(template, submit(template));
    }
    jobs.forEach(this::endsAsItSays);
    assertThat(lab.awaitEnds(requireNonNull(jobs.get("array.sbatch")), PATIENCE))
        .as("tasks of the array")
        .hasSize(4);
  }

  private void endsAsItSays(String template, String job) {
    List<JobRecord> ends = lab.awaitEnds(job, PATIENCE);
    String output = output(job);
    // Slurm may give a card that is large enough and too old for today's frameworks
    JobRecord expected = OTHERWISE.getOrDefault(template, DONE);
    // the one that is refused everywhere is, there, for this reason
    List<JobRecord> possible =
        output.contains("does not run on Tesla K80")
            ? List.of(expected, REFUSED)
            : List.of(expected);
    assertThat(ends)
        .as(template + ", job " + job + ":\n" + output)
        .isNotEmpty()
        .isSubsetOf(possible);
  }

  private String output(String job) {
    return lab.exec("alice", "sh", "-c", "cat -- *-" + job + "*.out").output();
  }

  private String submit(String template) {
    // what the files call "yours to edit" is left as it is
    return lab.exec(
            "alice", "env", "SOBRE_STANDIN_SECONDS=2", "sbatch", "--parsable", DIRECTORY + template)
        .text();
  }
}
