package org.sobre.energy.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

class TimelineTest {

  private static final long MILLI = 1_000_000L;
  private static final String BOARD = "GPU-a";
  private static final MeterId GPU = new MeterId(Part.GPU, BOARD);
  private static final MeterId CPU = new MeterId(Part.CPU_PACKAGE, "0");
  private static final JobKey FIRST = new JobKey(1, 0);
  private static final JobKey SECOND = new JobKey(2, 0);

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 300));
  }

  /** What is kept of one question is never the answer to another. */
  @ParameterizedTest
  @MethodSource("seeds")
  void answersAlikeWhateverWasAskedBefore(long seed) {
    Random random = new Random(seed);
    Holdings holdings = randomHoldings(random);
    Timeline timeline = new Timeline(holdings);
    for (int i = 0; i < 40; i++) {
      long from = random.nextInt(4_000) * MILLI;
      long to = from + (1 + random.nextInt(1_000)) * MILLI;
      MeteredInterval interval = interval(random.nextBoolean() ? GPU : CPU, from, to);
      assertThat(Attribution.split(interval, timeline, CpuWork.NONE))
          .as("seed %d, %s", seed, interval)
          .isEqualTo(Attribution.split(interval, holdings));
      List<String> now = times(timeline, from, to);
      assertThat(now).as("seed %d", seed).isEqualTo(times(new Timeline(holdings), from, to));
    }
  }

  /** However a time is cut into seconds, who held the board when is the same. */
  @Test
  void givesTheTimeOfABoardStretchByStretch() {
    Timeline timeline =
        new Timeline(
            new Holdings(
                List.of(
                    held(FIRST, 0, OptionalLong.of(600 * MILLI)),
                    held(SECOND, 200 * MILLI, OptionalLong.of(700 * MILLI))),
                OptionalInt.empty()));

    List<String> told = new ArrayList<>();
    long until =
        timeline.giveTime(
            BOARD, 100 * MILLI, 1_000 * MILLI, (job, time) -> told.add(job + " " + millis(time)));

    assertThat(told)
        .containsExactly("1.0 100 of 100", "1.0 200 of 400", "2.0 200 of 400", "2.0 100 of 100");
    assertThat(until).as("the end of the last stretch held").isEqualTo(700 * MILLI);
    assertThat(timeline.giveTime(BOARD, 700 * MILLI, 900 * MILLI, (job, time) -> told.add("")))
        .as("held by nobody")
        .isEqualTo(700 * MILLI);
    assertThat(told).hasSize(4);
  }

  @Test
  void whoOnlyMayUseABoardHasNoneOfItsTime() {
    Holding station =
        new Holding(
            FIRST, 0, OptionalLong.empty(), Map.of(BOARD, Holding.WHOLE_BILLIONTHS), 1, false);
    Timeline timeline = new Timeline(new Holdings(List.of(station), OptionalInt.empty()));
    assertThat(timeline.owned()).isEmpty();
    assertThat(times(timeline, 0, MILLI)).isEmpty();
  }

  @Test
  void isMadeOfWhatItWasMadeOf() {
    Holding going = held(FIRST, 0, OptionalLong.empty());
    Presence there = new Presence(BOARD, 1_000, Optional.empty(), 0, OptionalLong.empty());
    Timeline timeline =
        new Timeline(new Holdings(List.of(going), OptionalInt.of(8), List.of(there)));

    assertThat(timeline.isOf(List.of(going), OptionalInt.of(8), List.of(there))).isTrue();
    Holding ended = held(FIRST, 0, OptionalLong.of(5));
    assertThat(timeline.isOf(List.of(ended), OptionalInt.of(8), List.of(there))).isFalse();
    assertThat(timeline.isOf(List.of(), OptionalInt.of(8), List.of(there))).isFalse();
    assertThat(timeline.isOf(List.of(going), OptionalInt.of(9), List.of(there))).isFalse();
    assertThat(timeline.isOf(List.of(going), OptionalInt.of(8), List.of())).isFalse();
  }

  private static List<String> times(Timeline timeline, long from, long to) {
    List<String> times = new ArrayList<>();
    timeline.giveTime(BOARD, from, to, (job, time) -> times.add(job + " " + time));
    return times;
  }

  private static String millis(BoardTime time) {
    return time.ownNanos() / MILLI + " of " + time.heldNanos() / MILLI;
  }

  private static Holding held(JobKey job, long from, OptionalLong to) {
    return new Holding(job, from, to, Map.of(BOARD, Holding.WHOLE_BILLIONTHS), 4, true);
  }

  private static Holdings randomHoldings(Random random) {
    List<Holding> all = new ArrayList<>();
    List<Presence> presences = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      long from = random.nextInt(4_000) * MILLI;
      OptionalLong to = end(random, from);
      Map<String, Long> gpus =
          random.nextBoolean() ? Map.of(BOARD, 1L + random.nextInt(1_000_000_000)) : Map.of();
      boolean exclusive = random.nextInt(3) > 0;
      all.add(new Holding(new JobKey(i, 0), from, to, gpus, random.nextInt(12), exclusive));
      if (random.nextBoolean()) {
        long seen = random.nextInt(4_000) * MILLI;
        Optional<JobKey> run =
            random.nextBoolean() ? Optional.of(new JobKey(i, 0)) : Optional.empty();
        presences.add(new Presence(BOARD, 1_000 + i % 3, run, seen, end(random, seen)));
      }
    }
    return new Holdings(all, OptionalInt.of(16), presences);
  }

  private static OptionalLong end(Random random, long from) {
    return random.nextBoolean()
        ? OptionalLong.empty()
        : OptionalLong.of(from + random.nextInt(2_000) * MILLI);
  }

  private static MeteredInterval interval(MeterId meter, long from, long to) {
    return new MeteredInterval(
        meter, from, to, Energy.ofMicrojoules(700_000_003), Quality.COUNTER, Optional.empty());
  }
}
