package org.sobre.it.fleet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.sobre.cli.policy.PolicyScript;
import org.sobre.slurm.policy.SubmissionParser;
import org.sobre.slurm.policy.Verdict;

/**
 * Submissions of every kind on the real slurmctld: what becomes of each, which constraint it has
 * then, and what its owner is told; and {@code sobre policy explain} says the same beforehand.
 */
@RealSlurm
class SubmitPolicyIT {

  private static final Pattern WORD = Pattern.compile("(\\S+?)=(\\S*)");
  private static final String NONE = "-";

  /** A line of submissions.csv. */
  private record Row(
      String name, String command, String options, boolean accepted, String features, String said) {

    static Row of(int number, String line) {
      List<String> cells = List.of(line.split(";", -1)).stream().map(String::strip).toList();
      assertThat(cells).as(line).hasSize(5);
      assertThat(cells.get(2)).isIn("accepted", "refused");
      return new Row(
          "row" + number,
          cells.get(0),
          cells.get(1),
          cells.get(2).equals("accepted"),
          cells.get(3),
          cells.get(4));
    }

    /** Held, where that goes; what runs is over at once. */
    String typed() {
      String named = " -J " + name + " " + options;
      return command.equals("sbatch")
          ? "@timeout 20 sbatch -H -o /dev/null" + named + " --wrap true"
          : "@timeout 20 " + command + named + " true";
    }
  }

  /** What came of a row. */
  private record Outcome(boolean accepted, String said) {}

  @Test
  void eachSubmissionBecomesWhatTheTableSays() throws Exception {
    List<Row> rows = rows();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(40);
    try (PolicySite site = new PolicySite(Path.of("target/submit-policy").toAbsolutePath())) {
      String controller = site.controllerProcess();
      Map<String, Outcome> outcomes = submit(site, rows);
      Map<String, String> features = features(site);
      PolicyScript script = PolicyScript.load("compiled", Files.readString(site.script()));
      SoftAssertions all = new SoftAssertions();
      for (Row row : rows) {
        Outcome outcome = requireNonNull(outcomes.get(row.name()), row.name());
        all.assertThat(outcome.accepted()).as("%s%n%s", row, outcome).isEqualTo(row.accepted());
        if (row.accepted()) {
          all.assertThat(features.get(row.name())).as("%s", row).isEqualTo(row.features());
        }
        if (!row.said().equals(NONE)) {
          all.assertThat(outcome.said()).as("%s", row).contains(row.said());
        } else if (row.accepted() && row.features().equals(NONE)) {
          all.assertThat(outcome.said()).as("%s", row).doesNotContain("sobre:");
        }
        explained(script, row, all);
      }
      all.assertAll();
      assertThat(site.log()).doesNotContain("job_submit.lua: run-time error", "non-numeric");
      assertThat(site.controllerProcess()).isEqualTo(controller);
      changes(site);
    }
  }

  private static void explained(PolicyScript script, Row row, SoftAssertions all)
      throws PolicyScript.PolicyScriptException {
    Verdict verdict =
        script.judge(SubmissionParser.parse("#SBATCH " + row.options(), List.of()).get(0), 1);
    all.assertThat(verdict instanceof Verdict.Accepted)
        .as("%s: %s", row, verdict)
        .isEqualTo(row.accepted());
    if (verdict instanceof Verdict.Accepted accepted
        && accepted.rewritten().containsKey("features")) {
      all.assertThat(accepted.rewritten()).as("%s", row).containsEntry("features", row.features());
    }
    if (!row.said().equals(NONE)) {
      all.assertThat(String.join("\n", verdict.said())).as("%s", row).contains(row.said());
    }
  }

  /**
   * A constraint that was written stays when its owner writes another; root writes what it will.
   */
  private static void changes(PolicySite site) {
    String said =
        site.shell(
            List.of(
                "J=$(@sbatch --parsable -H -J change -o /dev/null --gres=gpu:1"
                    + " --comment=sobre:vram=24G --wrap true 2>/dev/null)",
                "@scontrol update jobid=$J features=gpu_vendor_nvidia; echo user $?",
                "scontrol show job $J | grep -o 'Features=[^ ]*'",
                "@scontrol update jobid=$J features=; echo cleared $?",
                "scontrol show job $J | sed -n 's/.*Features=/then /p'",
                "@scontrol update jobid=$J gres=shard:40; echo shards $?",
                "@scontrol update jobid=$J nice=7; echo nice $?",
                "scontrol update jobid=$J features=gpu_family_pascal; echo root $?",
                "scontrol show job $J | grep -o 'Features=[^ ]*'"));
    assertThat(said)
        .contains("user 0", "Features=gpu_vendor_nvidia&vram_ge_24g")
        .contains("cleared 0", "then vram_ge_24g ")
        // scontrol shows nothing of log_user
        .contains("Requested node configuration is not available", "shards 1", "nice 0")
        .contains("root 0", "Features=gpu_family_pascal");
  }

  private static Map<String, Outcome> submit(PolicySite site, List<Row> rows) {
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      lines.add("echo '## " + row.name() + "'");
      lines.add(row.typed());
      lines.add("echo \"status $?\"");
    }
    Map<String, Outcome> outcomes = new HashMap<>();
    for (String part : site.shell(lines).split("(?m)^## ", -1)) {
      String[] name = part.split("\n", 2);
      if (name.length == 2) {
        outcomes.put(name[0], new Outcome(name[1].contains("status 0"), name[1]));
      }
    }
    return outcomes;
  }

  /** Of each job by its name. */
  private static Map<String, String> features(PolicySite site) {
    Map<String, String> features = new HashMap<>();
    site.jobs()
        .forEach(
            line -> {
              Map<String, String> words = new HashMap<>();
              Matcher word = WORD.matcher(line);
              while (word.find()) {
                words.putIfAbsent(word.group(1), word.group(2));
              }
              String value = words.getOrDefault("Features", "(null)");
              features.put(
                  words.getOrDefault("JobName", line), value.equals("(null)") ? NONE : value);
            });
    return features;
  }

  private static List<Row> rows() throws IOException {
    try (InputStream in =
        requireNonNull(SubmitPolicyIT.class.getResourceAsStream("submissions.csv"))) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .toList();
      List<Row> rows = new ArrayList<>();
      for (String line : lines) {
        rows.add(Row.of(rows.size() + 1, line));
      }
      return rows;
    }
  }
}
