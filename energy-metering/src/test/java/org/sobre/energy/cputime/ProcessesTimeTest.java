package org.sobre.energy.cputime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessesTimeTest {

  private static final long OUTSIDE = 1;
  private static final long SHELL = 10;
  private static final long SECOND = 1_000_000;

  private final ProcessesTime time = new ProcessesTime();
  private final Map<Long, ProcessTime> processes = new HashMap<>();

  /**
   * A shell that waits for a child of a second each second, too short to be seen, beside steps one
   * after another, whose parent is none of the job's. Of a step that ends at a look its last second
   * is seen by nobody.
   */
  @ParameterizedTest
  @CsvSource({"2, 900", "5, 1080", "30, 1180", "1000, 1200"})
  void stepsThatEndTakeNothingFromWhatAShellWaitedFor(long length, long seconds) {
    long counted = 0;
    for (long now = 1; now <= 600; now++) {
      processes.clear();
      there(SHELL, OUTSIDE, 0, now);
      there(1_000 + now / length, OUTSIDE, now % length, 0);
      counted = look();
    }
    assertThat(counted).isEqualTo(seconds * SECOND);
  }

  /** The whole of a step goes at once: who would wait in it has gone too. */
  @Test
  void childrenWithoutALivingAncestorAreExpectedNowhere() {
    there(SHELL, OUTSIDE, 0, 0);
    there(20, OUTSIDE, 1, 0);
    there(21, 20, 5, 0);
    look();
    processes.keySet().removeAll(List.of(20L, 21L));
    there(SHELL, OUTSIDE, 0, 4);
    assertThat(look()).isEqualTo((6 + 4) * SECOND);
  }

  /** What a grandchild did comes through its parent, which has gone as well. */
  @Test
  void whatGoesThroughAParentThatHasGoneCountsOnce() {
    there(SHELL, OUTSIDE, 0, 0);
    there(20, SHELL, 1, 0);
    there(21, 20, 5, 0);
    look();
    processes.keySet().removeAll(List.of(20L, 21L));
    assertThat(look()).isEqualTo(6 * SECOND);
    there(SHELL, OUTSIDE, 0, 7);
    assertThat(look()).as("and the second that they did unseen").isEqualTo(7 * SECOND);
  }

  @Test
  void aPidThatIsAnothersNowIsNobodysHeir() {
    there(SHELL, OUTSIDE, 2, 0);
    there(20, SHELL, 5, 0);
    look();
    processes.remove(20L);
    processes.put(SHELL, new ProcessTime(99, OUTSIDE, false, SECOND, 3 * SECOND));
    assertThat(look()).isEqualTo((7 + 4) * SECOND);
  }

  private long look() {
    return time.poll(
        List.copyOf(processes.keySet()), pid -> Optional.ofNullable(processes.get(pid)));
  }

  private void there(long pid, long parent, long own, long waited) {
    processes.put(pid, new ProcessTime(5, parent, false, own * SECOND, waited * SECOND));
  }
}
