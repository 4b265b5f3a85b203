package org.sobre.energy.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.energy.attribution.Split.Portion;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** Whose a GPU's energy is where processes are seen on it. */
class StationAttributionTest {

  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final JobKey FIRST = new JobKey(4242, 0);
  private static final JobKey SECOND = new JobKey(4300, 0);
  private static final long MILLI = 1_000_000L;
  private static final long WHOLE = 1_000 * MILLI;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 300));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void partsSumToTheIntervalAndNobodyPaysWhoWasNotThere(long seed) {
    Random random = new Random(seed);
    Holdings holdings = randomHoldings(random);
    Split split = Attribution.split(interval(random.nextInt(2_000_000_000)), holdings);

    assertThat(split.total().microjoules())
        .isEqualTo(
            split.platform().microjoules()
                + split.outsideSlurm().values().stream().mapToLong(Energy::microjoules).sum()
                + split.jobs().values().stream().mapToLong(p -> p.energy().microjoules()).sum());
    assertThat(split.total()).isEqualTo(interval(new Random(seed), holdings).energy());
    Set<Integer> seen =
        holdings.presences().stream()
            .filter(one -> one.device().equals(GPU.device()))
            .map(Presence::uid)
            .collect(Collectors.toSet());
    assertThat(seen).containsAll(split.outsideSlurm().keySet());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theOrderInWhichTheyAreGivenMakesNoDifference(long seed) {
    Random random = new Random(seed);
    Holdings holdings = randomHoldings(random);
    List<Presence> presences = new ArrayList<>(holdings.presences());
    List<Holding> all = new ArrayList<>(holdings.all());
    Collections.shuffle(presences, random);
    Collections.shuffle(all, random);

    assertThat(
            Attribution.split(
                interval(7_777_777), new Holdings(all, OptionalInt.of(32), presences)))
        .isEqualTo(Attribution.split(interval(7_777_777), holdings));
  }

  /** On a node of Slurm, what a job pays for its GPU does not depend on who else is there. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aSlurmJobsPartIsTheSameWhateverRunsBesideIt(long seed) {
    Random random = new Random(seed);
    Holding job = new Holding(FIRST, 0, OptionalLong.empty(), Set.of("GPU-a"), 4);
    List<Presence> presences = randomHoldings(random).presences();

    Split split =
        Attribution.split(
            interval(1_000_003), new Holdings(List.of(job), OptionalInt.of(32), presences));

    assertThat(split.jobs()).containsOnlyKeys(FIRST);
    assertThat(energyOf(split, FIRST)).isEqualTo(1_000_003);
    assertThat(split.outsideSlurm()).isEmpty();
  }

  @Test
  void aProcessOfNoRunIsItsUsersForAsLongAsItIsThere() {
    Presence there = presence(1203, Optional.empty(), 250, 750);
    Split split = split(List.of(), there);
    assertThat(split.outsideSlurm())
        .containsExactly(Map.entry(1203, Energy.ofMicrojoules(500_000)));
    assertThat(split.platform().microjoules()).isEqualTo(500_001);
  }

  @Test
  void aRunPaysForWhatItHoldsWhileNobodyUsesIt() {
    Split split = split(List.of(run(FIRST)));
    assertThat(energyOf(split, FIRST)).isEqualTo(1_000_001);
  }

  @Test
  void aRunWhoseGpuOthersUsePaysNothingAndItsTimeIsObserved() {
    Split split = split(List.of(run(FIRST)), presence(1203, Optional.empty(), 0, 1_000));
    assertThat(split.jobs()).containsEntry(FIRST, new Portion(Energy.ZERO, WHOLE, 0));
    assertThat(split.outsideSlurm()).containsEntry(1203, Energy.ofMicrojoules(1_000_001));
  }

  @Test
  void ownersPayEqualPartsHoweverManyProcessesEachHas() {
    Split split =
        split(
            List.of(run(FIRST), run(SECOND)),
            presence(1000, Optional.of(FIRST), 0, 1_000),
            presence(1000, Optional.of(FIRST), 0, 1_000),
            presence(1203, Optional.empty(), 0, 1_000));
    assertThat(energyOf(split, FIRST)).isEqualTo(500_000);
    assertThat(split.outsideSlurm()).containsEntry(1203, Energy.ofMicrojoules(500_001));
    assertThat(energyOf(split, SECOND)).isZero();
  }

  @Test
  void whatARunLeavesBehindWhenItEndsIsItsUsers() {
    Holding ended = new Holding(FIRST, 0, OptionalLong.of(400 * MILLI), Set.of(), 1, false);
    Split split = split(List.of(ended), presence(1000, Optional.of(FIRST), 0, 1_000));
    assertThat(energyOf(split, FIRST)).isEqualTo(400_000);
    assertThat(split.outsideSlurm()).containsEntry(1000, Energy.ofMicrojoules(600_001));
  }

  private static Holding run(JobKey key) {
    return new Holding(key, 0, OptionalLong.empty(), Set.of("GPU-a"), 1, /* exclusive= */ false);
  }

  private static Presence presence(int uid, Optional<JobKey> run, int from, int to) {
    return new Presence("GPU-a", uid, run, from * MILLI, OptionalLong.of(to * MILLI));
  }

  private static Split split(List<Holding> holdings, Presence... presences) {
    return Attribution.split(
        interval(1_000_001), new Holdings(holdings, OptionalInt.of(32), List.of(presences)));
  }

  private static long energyOf(Split split, JobKey job) {
    return split.jobs().getOrDefault(job, new Portion(Energy.ZERO, 0, 0)).energy().microjoules();
  }

  private static MeteredInterval interval(int microjoules) {
    return new MeteredInterval(
        GPU, 0, WHOLE, Energy.ofMicrojoules(microjoules), Quality.SAMPLED, Optional.empty());
  }

  /** The interval that a seed gives after these holdings. */
  private static MeteredInterval interval(Random random, Holdings holdings) {
    assertThat(randomHoldings(random)).isEqualTo(holdings);
    return interval(random.nextInt(2_000_000_000));
  }

  private static Holdings randomHoldings(Random random) {
    List<Holding> all = new ArrayList<>();
    for (int job = 1; job <= random.nextInt(5); job++) {
      long from = (random.nextInt(1_600) - 300) * MILLI;
      Set<String> gpus = random.nextBoolean() ? Set.of("GPU-a") : Set.of("GPU-b");
      boolean exclusive = random.nextInt(4) == 0;
      all.add(new Holding(new JobKey(job, 0), from, end(random, from), gpus, 1, exclusive));
    }
    List<Presence> presences = new ArrayList<>();
    for (int i = 0; i < random.nextInt(8); i++) {
      long from = (random.nextInt(1_600) - 300) * MILLI;
      Optional<JobKey> run =
          random.nextBoolean()
              ? Optional.of(new JobKey(1 + random.nextInt(5), 0))
              : Optional.empty();
      String device = random.nextInt(4) == 0 ? "GPU-b" : "GPU-a";
      int uid = 1_000 + random.nextInt(3);
      presences.add(new Presence(device, uid, run, from, end(random, from)));
    }
    return new Holdings(all, OptionalInt.of(32), presences);
  }

  private static OptionalLong end(Random random, long from) {
    return random.nextBoolean()
        ? OptionalLong.empty()
        : OptionalLong.of(from + random.nextInt(900) * MILLI);
  }
}
