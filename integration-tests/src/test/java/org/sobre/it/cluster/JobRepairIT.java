package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;

/**
 * Jobs whose hooks did nothing: what real slurmstepds tell takes their place. On one node of the
 * lab another program stands where a hook does; its slurmd tracks processes by proctrack/linuxproc,
 * so that there is no control group to look at.
 */
@RealCluster
@Order(9)
class JobRepairIT {

  private static final String NODE = "gpu1";
  private static final Duration ENDED = Duration.ofSeconds(60);

  private final Lab lab;

  JobRepairIT(Lab lab) {
    this.lab = lab;
  }

  @AfterEach
  void restore() {
    for (String hook : List.of("prolog", "epilog")) {
      onNode("while umount /usr/libexec/sobre/" + hook + " 2>/dev/null; do :; done");
    }
    lab.control("daemon", "start", NODE);
  }

  @Test
  void aJobWithoutAnEpilogEndsWhenItsBatchStepDid() {
    without("epilog");
    String job = submit("sleep 8");
    lab.awaitEnd(job, ENDED);

    Map<String, Object> line = lab.awaitJobLine(NODE, job);
    assertThat(line).containsEntry("beginFrom", "prolog").containsEntry("endFrom", "cgroup");
    assertThat(LedgerLines.number(line, "elapsedMs")).isBetween(6_500L, atMost(job, 10_000));
    assertNothingIsLeft(job);
  }

  @Test
  void aJobWithoutAPrologBeginsWithItsBatchStepAndHoldsTheGpuThatItUses() {
    without("prolog");
    String job = submit("exec env SOBRE_STANDIN_SECONDS=20 python3 train.py");
    lab.awaitEnd(job, ENDED);

    Map<String, Object> line = lab.awaitJobLine(NODE, job);
    assertThat(line).containsEntry("beginFrom", "cgroup").containsEntry("endFrom", "epilog");
    assertThat(LedgerLines.number(line, "elapsedMs")).isBetween(18_000L, atMost(job, 25_000));
    Map<String, Object> facts = LedgerLines.object(line, "job");
    assertThat(facts.get("account")).isNull();
    assertThat(String.valueOf(facts.get("uid"))).isEqualTo(idOfAlice());
    assertThat(LedgerLines.objects(LedgerLines.object(line, "held"), "gpus")).hasSize(1);
    assertThat(microjoules(line)).isPositive();
    assertNothingIsLeft(job);
  }

  @Test
  void aDaemonStartedInMidJobFindsTheJobWithoutItsFile() {
    lab.control("daemon", "stop", NODE).text();
    String job = submit("sleep 25");
    lab.awaitBegin(NODE, job);
    onNode("rm /run/sobre/jobs/" + job + ".0.begin");
    lab.control("daemon", "start", NODE).text();
    lab.awaitEnd(job, ENDED);

    Map<String, Object> line = lab.awaitJobLine(NODE, job);
    assertThat(line).containsEntry("beginFrom", "cgroup").containsEntry("endFrom", "epilog");
    assertThat(LedgerLines.number(line, "elapsedMs")).isBetween(23_000L, atMost(job, 30_000));
    assertNothingIsLeft(job);
  }

  /** Where Slurm itself took longer to run the job, two seconds more than that. */
  private long atMost(String job, long millis) {
    return Math.max(millis, lab.elapsed(job).toMillis() + 2_000);
  }

  private String submit(String script) {
    return lab.sbatch("alice", script, "--nodelist=" + NODE, "--gres=gpu:1");
  }

  /** In its place one that succeeds and does nothing. */
  private void without(String hook) {
    onNode("mount --bind /bin/true /usr/libexec/sobre/" + hook);
  }

  private String idOfAlice() {
    return lab.exec("root", "id", "-u", "alice").text();
  }

  private static long microjoules(Map<String, Object> line) {
    return LedgerLines.objects(line, "energy").stream()
        .filter(part -> "gpu".equals(part.get("part")))
        .flatMap(part -> LedgerLines.object(part, "microjoules").values().stream())
        .mapToLong(value -> ((Number) value).longValue())
        .sum();
  }

  private void assertNothingIsLeft(String job) {
    await("its spool files to go")
        .atMost(Duration.ofSeconds(20))
        .until(() -> !lab.on(NODE, "ls", "/run/sobre/jobs").output().contains(job + "."));
    lab.exec("root", "sobre", "ledger", "verify").text();
  }

  private void onNode(String script) {
    lab.on(NODE, "sh", "-c", script).text();
  }
}
