package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.RoundingMode;
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

/** One board, held in parts. */
class PartsAttributionTest {

  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final JobKey FIRST = new JobKey(1, 0);
  private static final JobKey SECOND = new JobKey(2, 0);
  private static final long WHOLE = Holding.WHOLE_BILLIONTHS;
  private static final long SECOND_NANOS = 1_000_000_000L;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 300));
  }

  private static Holding part(JobKey job, long billionths) {
    return new Holding(job, 0, OptionalLong.empty(), Map.of("GPU-a", billionths), 0, true);
  }

  private static Split split(long microjoules, Holding... holdings) {
    return Attribution.split(
        new MeteredInterval(
            GPU,
            0,
            SECOND_NANOS,
            Energy.ofMicrojoules(microjoules),
            Quality.SAMPLED,
            Optional.empty()),
        new Holdings(List.of(holdings), OptionalInt.of(8)));
  }

  private static long paid(Split split, JobKey job) {
    return requireNonNull(split.jobs().get(job)).energy().microjoules();
  }

  /** The worked example of docs/attribution.md. */
  @Test
  void eachPaysByItsPartAndThePlatformTheRest() {
    Split split = split(300_000_001, part(FIRST, 243_750_000), part(SECOND, 487_500_000));
    assertThat(paid(split, FIRST)).isEqualTo(73_125_000);
    assertThat(paid(split, SECOND)).isEqualTo(146_250_000);
    assertThat(split.platform().microjoules()).isEqualTo(80_625_001);
    assertThat(split.total().microjoules()).isEqualTo(300_000_001);
  }

  @Test
  void aNeighbourOnTheBoardDoesNotChangeWhatMyPartCosts() {
    assertThat(paid(split(1_000_000, part(FIRST, WHOLE / 2)), FIRST)).isEqualTo(500_000);
    assertThat(paid(split(1_000_000, part(FIRST, WHOLE / 2), part(SECOND, WHOLE / 4)), FIRST))
        .isEqualTo(500_000);
  }

  @Test
  void whoSharesAWholeGpuHasASmallerPartOfIt() {
    Split split = split(1_000_000, part(FIRST, WHOLE), part(SECOND, WHOLE));
    assertThat(requireNonNull(split.jobs().get(FIRST)))
        .isEqualTo(
            new Split.Portion(Energy.ofMicrojoules(500_000), SECOND_NANOS, SECOND_NANOS / 2));
    assertThat(split.platform()).isEqualTo(Energy.ZERO);
  }

  @Test
  void nobodyHoldsNothingOrMoreThanABoard() {
    assertThatThrownBy(() -> part(FIRST, 0)).hasMessageContaining("1 to 1000000000");
    assertThatThrownBy(() -> part(FIRST, WHOLE + 1)).hasMessageContaining("1 to 1000000000");
  }

  /** Against exact decimals, whatever the parts: at most the board, and off by less than 1 uJ. */
  @ParameterizedTest
  @MethodSource("seeds")
  void partsAreExactAndSumToTheBoard(long seed) {
    Random random = new Random(seed);
    List<Holding> all = new ArrayList<>();
    long held = 0;
    for (int job = 1; job <= 1 + random.nextInt(7); job++) {
      long part = 1L + random.nextInt(random.nextBoolean() ? 1_000_000_000 : 200_000_000);
      all.add(part(new JobKey(job, 0), part));
      held += part;
    }
    long microjoules = Math.floorMod(random.nextLong(), 2_000_000_000_000L);

    Split split = split(microjoules, all.toArray(Holding[]::new));

    assertThat(split.total().microjoules()).isEqualTo(microjoules);
    BigDecimal whole = BigDecimal.valueOf(Math.max(held, WHOLE));
    for (Holding holding : all) {
      BigDecimal exact =
          BigDecimal.valueOf(microjoules)
              .multiply(BigDecimal.valueOf(requireNonNull(holding.gpus().get("GPU-a"))))
              .divide(whole, 3, RoundingMode.HALF_EVEN);
      assertThat(BigDecimal.valueOf(paid(split, holding.job())))
          .as("seed " + seed + " " + holding)
          .isCloseTo(exact, within(BigDecimal.ONE));
    }
    assertThat(split.platform().microjoules())
        .as("seed " + seed)
        .isBetween(0L, held >= WHOLE ? 0L : microjoules);
  }
}
