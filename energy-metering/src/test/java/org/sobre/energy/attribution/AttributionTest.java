package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
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

class AttributionTest {

  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final MeterId CPU = new MeterId(Part.CPU_PACKAGE, "0");
  private static final JobKey FIRST = new JobKey(1, 0);
  private static final JobKey SECOND = new JobKey(2, 0);
  private static final long SECOND_NANOS = 1_000_000_000L;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 300));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void partsSumToTheIntervalWhoeverHoldsWhat(long seed) {
    Random random = new Random(seed);
    Holdings holdings = randomHoldings(random);
    MeteredInterval interval =
        interval(random.nextBoolean() ? GPU : CPU, 0, 1 + random.nextInt(3_000), random.nextInt());

    Split split = Attribution.split(interval, holdings);

    assertThat(split.total()).isEqualTo(interval.energy());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theOrderOfTheHoldingsMakesNoDifference(long seed) {
    Random random = new Random(seed);
    Holdings holdings = randomHoldings(random);
    List<Holding> shuffled = new ArrayList<>(holdings.all());
    Collections.shuffle(shuffled, random);
    MeteredInterval interval = interval(GPU, 0, 2_000, random.nextInt());

    assertThat(Attribution.split(interval, new Holdings(shuffled, holdings.nodeCpus())))
        .isEqualTo(Attribution.split(interval, holdings));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aNeighbourDoesNotChangeWhatMyCpusCost(long seed) {
    Random random = new Random(seed);
    Holding mine = new Holding(FIRST, 0, OptionalLong.empty(), Set.of(), 1 + random.nextInt(16));
    Holding neighbour =
        new Holding(SECOND, 0, OptionalLong.empty(), Set.of(), 1 + random.nextInt(16));
    MeteredInterval interval = interval(CPU, 0, 1_000, random.nextInt());

    Split alone = Attribution.split(interval, holdings(mine));
    Split together = Attribution.split(interval, holdings(mine, neighbour));

    assertThat(together.jobs().get(FIRST)).isEqualTo(alone.jobs().get(FIRST));
  }

  /** A wrapper tells its processors itself. */
  @Test
  void nobodyPaysForMoreProcessorsThanThereAre() {
    Holding boaster = new Holding(FIRST, 0, OptionalLong.empty(), Set.of(), 65_536);
    Holding honest = new Holding(SECOND, 0, OptionalLong.empty(), Set.of(), 32);
    MeteredInterval interval = interval(CPU, 0, 1_000, 1);

    Split split = Attribution.split(interval, holdings(boaster, honest));

    assertThat(split.jobs().get(FIRST)).isEqualTo(split.jobs().get(SECOND));
    assertThat(split.total()).isEqualTo(interval.energy());
  }

  @Test
  void cutsAtTheMarksByLinearShareOfTime() {
    Holding first = new Holding(FIRST, -5, OptionalLong.of(250_000_000), Set.of("GPU-a"), 1);
    Holding second = new Holding(SECOND, 750_000_000, OptionalLong.empty(), Set.of("GPU-a"), 1);

    Split split =
        Attribution.split(
            new MeteredInterval(
                GPU,
                0,
                SECOND_NANOS,
                Energy.ofMicrojoules(1_000_001),
                Quality.SAMPLED,
                Optional.empty()),
            holdings(first, second));

    assertThat(split.jobs().get(FIRST))
        .isEqualTo(new Split.Portion(Energy.ofMicrojoules(250_000), 250_000_000, 250_000_000));
    assertThat(split.jobs().get(SECOND))
        .isEqualTo(new Split.Portion(Energy.ofMicrojoules(250_001), 250_000_000, 250_000_000));
    assertThat(split.platform()).isEqualTo(Energy.ofMicrojoules(500_000));
  }

  @Test
  void twoHoldersOfOneGpuPayHalfEachAndNothingIsLost() {
    Holding first = new Holding(FIRST, -1, OptionalLong.empty(), Set.of("GPU-a"), 1);
    Holding second = new Holding(SECOND, -1, OptionalLong.empty(), Set.of("GPU-a"), 1);

    Split split = Attribution.split(interval(GPU, 0, 1_000, 7), holdings(first, second));

    assertThat(energyOf(split, FIRST)).isEqualTo(3);
    assertThat(energyOf(split, SECOND)).isEqualTo(4);
  }

  @Test
  void aGpuThatNobodyHoldsIsThePlatforms() {
    Holding other = new Holding(FIRST, -1, OptionalLong.empty(), Set.of("GPU-b"), 1);

    Split split = Attribution.split(interval(GPU, 0, 1_000, 7), holdings(other));

    assertThat(split.jobs()).isEmpty();
    assertThat(split.platform().microjoules()).isEqualTo(7);
  }

  @Test
  void cpusGoByReservedOverExisting() {
    Holding mine = new Holding(FIRST, -1, OptionalLong.empty(), Set.of(), 8);

    Split split = Attribution.split(interval(CPU, 0, 1_000, 32_001), holdings(mine));

    assertThat(energyOf(split, FIRST)).isEqualTo(8_000);
    assertThat(split.platform().microjoules()).isEqualTo(24_001);
  }

  @Test
  void noCpuShareIsGivenBeforeTheNodeHasSaidHowManyItHas() {
    Holding mine = new Holding(FIRST, -1, OptionalLong.empty(), Set.of(), 8);

    Split split =
        Attribution.split(
            interval(CPU, 0, 1_000, 32_001), new Holdings(List.of(mine), OptionalInt.empty()));

    assertThat(split.jobs()).isEmpty();
  }

  private static long energyOf(Split split, JobKey job) {
    return requireNonNull(split.jobs().get(job)).energy().microjoules();
  }

  private static Holdings holdings(Holding... all) {
    return new Holdings(List.of(all), OptionalInt.of(32));
  }

  private static Holdings randomHoldings(Random random) {
    List<Holding> all = new ArrayList<>();
    for (int job = 1; job <= random.nextInt(6); job++) {
      long from = random.nextInt(4_000) - 1_000L;
      OptionalLong to =
          random.nextBoolean()
              ? OptionalLong.empty()
              : OptionalLong.of((from + random.nextInt(2_000)) * 1_000_000);
      Set<String> gpus = random.nextBoolean() ? Set.of("GPU-a") : Set.of();
      all.add(new Holding(new JobKey(job, 0), from * 1_000_000, to, gpus, random.nextInt(24)));
    }
    return new Holdings(all, OptionalInt.of(32));
  }

  private static MeteredInterval interval(MeterId meter, long from, long toMillis, int energy) {
    return new MeteredInterval(
        meter,
        from,
        from + toMillis * 1_000_000,
        Energy.ofMicrojoules(Math.abs((long) energy)),
        Quality.COUNTER,
        Optional.empty());
  }
}
