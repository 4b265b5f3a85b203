package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.RunKey;
import org.sobre.slurm.job.JobKey;

/** Which start of a job a run is of, by times alone. */
class SlurmStartTest {

  private static SlurmStart start(long submit, long start, long end) {
    return new SlurmStart(submit, start, Optional.of(end));
  }

  private static Set<Long> covered(List<SlurmStart> starts, List<Long> begins) {
    return SlurmStart.nodes(starts, begins.stream().map(begin -> run("n1", begin)).toList())
        .keySet();
  }

  private static RunState run(String node, long beginMillis) {
    RunKey key = new RunKey("cbp", node, new JobKey(7, 0), Instant.ofEpochMilli(beginMillis));
    return new RunState(1, key, 1_000, new HourSums(RunState.WIDTH));
  }

  @Test
  void eachNodeCountsOnce() {
    assertThat(
            SlurmStart.nodes(
                List.of(start(1_000, 1_000, 2_000)),
                List.of(run("n1", 1_000_000), run("n1", 1_500_000), run("n2", 1_001_000))))
        .isEqualTo(Map.of(1_000L, Set.of("n1", "n2")));
  }

  @Test
  void aRunIsOfTheStartInWhoseTimeItBegan() {
    SlurmStart first = start(1_000, 1_010, 1_100);
    SlurmStart second = start(1_100, 1_230, 1_300);
    assertThat(covered(List.of(first, second), List.of(1_010_400L))).containsExactly(1_000L);
    assertThat(covered(List.of(first, second), List.of(1_229_800L)))
        .as("the node's clock is a little behind")
        .containsExactly(1_100L);
    assertThat(covered(List.of(first, second), List.of(1_010_400L, 1_231_000L)))
        .containsExactlyInAnyOrder(1_000L, 1_100L);
  }

  @Test
  void aRequeueAtOnceTakesNothingFromTheStartBefore() {
    SlurmStart first = start(1_000, 1_000, 1_005);
    SlurmStart second = start(1_005, 1_006, 1_020);
    assertThat(covered(List.of(first, second), List.of(1_006_100L))).containsExactly(1_005L);
  }

  @Test
  void anIdThatCameRoundIsAnotherJob() {
    assertThat(covered(List.of(start(1_000, 1_000, 2_000)), List.of(9_000_000L))).isEmpty();
    assertThat(covered(List.of(start(1_000, 1_000, 2_000)), List.of(699_000L)))
        .as("more than the clocks may differ")
        .isEmpty();
  }

  @Test
  void whatRunsHasNoEnd() {
    SlurmStart running = new SlurmStart(1_000, 1_000, Optional.empty());
    assertThat(SlurmStart.nearest(List.of(running), 9_000_000L)).contains(running);
  }
}
