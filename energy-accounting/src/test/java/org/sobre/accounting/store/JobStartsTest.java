package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.RunKey;
import org.sobre.slurm.job.JobKey;

/** Which runs are one start of a job, where a restart count may be unknown. */
class JobStartsTest {

  private static final long MINUTE = 60_000;

  private static RunState run(String node, int restart, long beginMinute, long endMinute) {
    RunKey key =
        new RunKey("cbp", node, new JobKey(7, restart), Instant.ofEpochMilli(beginMinute * MINUTE));
    RunState run = new RunState(beginMinute, key, 1_000, new HourSums(RunState.WIDTH));
    run.restore(Optional.empty(), Optional.empty(), beginMinute * MINUTE, endMinute * MINUTE);
    return run;
  }

  private static List<List<String>> nodes(RunState... job) {
    List<List<String>> nodes = new ArrayList<>();
    for (List<RunState> start : JobStarts.of(List.of(job))) {
      nodes.add(start.stream().map(run -> run.key().node()).toList());
    }
    return nodes;
  }

  @Test
  void nodesThatBeginTogetherAreOneStart() {
    assertThat(nodes(run("n1", 0, 0, 60), run("n2", 0, 1, 60), run("n3", 0, 4, 60)))
        .containsExactly(List.of("n1", "n2", "n3"));
    assertThat(nodes(run("n1", 0, 0, 1), run("n2", 0, 4, 60)))
        .as("clocks that do not agree, and a node that failed at once")
        .containsExactly(List.of("n1", "n2"));
  }

  @Test
  void aNodeThatCameLateIsOfTheStartThatGoesOn() {
    assertThat(nodes(run("n1", 0, 0, 300), run("n2", 0, 180, 300)))
        .containsExactly(List.of("n1", "n2"));
  }

  @Test
  void aRequeueIsAnotherStartWhateverItsRestartCount() {
    assertThat(nodes(run("n1", 0, 0, 60), run("n2", 0, 61, 90)))
        .containsExactly(List.of("n1"), List.of("n2"));
    assertThat(nodes(run("n1", 0, 0, 2), run("n1", 0, 3, 9)))
        .as("no node has two runs of one start")
        .containsExactly(List.of("n1"), List.of("n1"));
    assertThat(nodes(run("n1", 0, 0, 60), run("n2", 1, 2, 60)))
        .containsExactly(List.of("n1"), List.of("n2"));
  }
}
