package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.accounting.store.RunRecord;

final class JobIdentityTest {

  private static final long HOUR = 3_600_000;

  private static RunRecord run(long id, String node, long job, int restart, long begin, long end) {
    return new RunRecord(
        id,
        "cbp",
        node,
        job,
        restart,
        Optional.empty(),
        1000,
        Optional.empty(),
        begin,
        end,
        OptionalLong.of(end - begin),
        List.of(),
        new RunRecord.Declared(null, null, null, null, null));
  }

  @Test
  void severalNodesAndRequeuesAreOneJob() {
    Map<Long, Integer> jobs =
        JobIdentity.of(
            List.of(
                run(1, "n1", 7, 0, 0, HOUR),
                run(2, "n2", 7, 0, 1500, HOUR),
                run(3, "n3", 8, 0, 2000, HOUR),
                run(4, "n1", 7, 1, 5 * HOUR, 6 * HOUR)));
    assertThat(jobs).isEqualTo(Map.of(1L, 0, 2L, 0, 3L, 1, 4L, 0));
  }

  /** Nothing but the prolog tells the restart count. */
  @Test
  void aRequeueWhosePrologWasMissedIsTheSameJob() {
    Map<Long, Integer> jobs =
        JobIdentity.of(
            List.of(
                run(1, "n1", 7, 0, 0, HOUR),
                run(2, "n1", 7, 0, 2 * HOUR, 3 * HOUR),
                run(3, "n1", 7, 2, 20 * HOUR, 21 * HOUR),
                run(4, "n2", 7, 0, 24 * HOUR, 25 * HOUR)));
    assertThat(jobs).isEqualTo(Map.of(1L, 0, 2L, 0, 3L, 0, 4L, 0));
  }

  @Test
  void anIdUsedAgainIsAnotherJob() {
    Map<Long, Integer> jobs =
        JobIdentity.of(
            List.of(
                run(1, "n1", 7, 0, 0, HOUR),
                run(2, "n1", 7, 0, 50 * HOUR, 51 * HOUR),
                run(3, "n2", 7, 0, 100 * HOUR, 101 * HOUR),
                run(4, "n2", 7, 1, 102 * HOUR, 103 * HOUR),
                run(5, "n3", 7, 0, 200 * HOUR, 201 * HOUR)));
    assertThat(jobs).isEqualTo(Map.of(1L, 0, 2L, 1, 3L, 2, 4L, 2, 5L, 3));
  }
}
