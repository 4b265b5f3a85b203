package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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

/** CPU packages, of which the floor is known: static by reservation, the rest by CPU time. */
class CpuTimeAttributionTest {

  private static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");
  private static final JobKey A = new JobKey(1, 0);
  private static final JobKey B = new JobKey(2, 0);
  private static final long SECOND = 1_000_000_000L;
  private static final long WATT = 1_000_000L;
  private static final int CPUS = 32;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 300));
  }

  /** docs/attribution.md, "A worked example: processors that work". */
  @Test
  void theWorkedExample() {
    Holdings holdings = holdings(holding(A, 0, 8), holding(B, 0, 16));
    CpuUse use =
        use(0, SECOND, Map.of(A, 6_000_000L, B, 2_000_000L), Map.of(1203, 1_000_000L), 10_000_000L);

    Split split = split(100_000_003L, holdings, 40 * WATT, use);

    assertThat(split.jobs().get(A)).isEqualTo(portion(46_000_001L, 10_000_000L, 36_000_001L, 8));
    assertThat(split.jobs().get(B)).isEqualTo(portion(32_000_000L, 20_000_000L, 12_000_000L, 16));
    assertThat(split.outsideSlurm())
        .containsExactly(Map.entry(1203, Energy.ofMicrojoules(6_000_000L)));
    assertThat(split.platform()).isEqualTo(Energy.ofMicrojoules(16_000_002L));
    assertThat(split.total()).isEqualTo(Energy.ofMicrojoules(100_000_003L));
  }

  private static Split.Portion portion(long energy, long still, long worked, long parts) {
    return new Split.Portion(
        Energy.ofMicrojoules(energy),
        SECOND,
        SECOND * parts / CPUS,
        Optional.of(new Split.Basis(still, worked)));
  }

  /** The must of issue 6: the same job, another neighbour, or the same one at other work. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aNeighboursLoadDoesNotChangeTheStaticPart(long seed) {
    Random random = new Random(seed);
    int mine = 1 + random.nextInt(16);
    Holdings holdings = holdings(holding(A, 0, mine), holding(B, 0, 1 + random.nextInt(16)));
    long floor = random.nextInt(80) * WATT + random.nextInt(1_000_000);
    long own = random.nextInt(8_000_000);

    List<Long> statics = new ArrayList<>();
    for (int load = 0; load < 4; load++) {
      long neighbour = random.nextInt(16_000_000);
      long drawn = floor + 1 + (own + neighbour) * 3 + random.nextInt(1_000_000);
      CpuUse use =
          use(0, SECOND, Map.of(A, own, B, neighbour), Map.of(), own + neighbour + 1_000_000);
      Split split = split(drawn, holdings, floor, use);
      Split.Basis basis = part(split, A).basis().orElseThrow();
      statics.add(basis.staticMicrojoules());
      assertThat(split.total()).isEqualTo(Energy.ofMicrojoules(drawn));
    }

    assertThat(statics).containsOnly(floor * mine / CPUS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyMicrojouleIsGivenOnce(long seed) {
    Random random = new Random(seed);
    List<Holding> runs = new ArrayList<>();
    for (int i = 1; i <= random.nextInt(6); i++) {
      long from = random.nextInt(1_500) * 1_000_000L;
      runs.add(
          new Holding(
              new JobKey(i, 0),
              from,
              random.nextBoolean()
                  ? OptionalLong.empty()
                  : OptionalLong.of(from + random.nextInt(2_000) * 1_000_000L),
              Set.of(),
              random.nextInt(24)));
    }
    List<CpuUse> uses = new ArrayList<>();
    long at = random.nextInt(300) * 1_000_000L;
    while (at < 3 * SECOND && random.nextInt(6) > 0) {
      long to = at + 1 + random.nextInt(1_200) * 1_000_000L;
      uses.add(randomUse(random, at, to));
      at = to + (random.nextInt(4) == 0 ? random.nextInt(500) * 1_000_000L : 0);
    }
    long floor = random.nextInt(3) == 0 ? 0 : random.nextInt(200) * WATT + random.nextInt(1_000);
    long microjoules = random.nextInt(300_000_000);
    CpuWork work = new CpuWork(uses, Map.of(PACKAGE, floor));

    Split split =
        Attribution.split(
            interval(0, 3 * SECOND, microjoules),
            new Timeline(new Holdings(runs, OptionalInt.of(CPUS))),
            work);

    assertThat(split.total()).isEqualTo(Energy.ofMicrojoules(microjoules));
    split
        .jobs()
        .forEach(
            (job, portion) -> {
              Split.Basis basis = portion.basis().orElse(new Split.Basis(0, 0));
              assertThat(basis.staticMicrojoules() + basis.cpuTimeMicrojoules())
                  .isBetween(0L, portion.energy().microjoules());
            });
  }

  private static CpuUse randomUse(Random random, long from, long to) {
    Map<JobKey, Long> jobs = new HashMap<>();
    for (int i = 1; i < 8; i++) {
      if (random.nextBoolean()) {
        jobs.put(new JobKey(i, 0), (long) random.nextInt(30_000_000));
      }
    }
    SortedMap<Integer, Long> users = new TreeMap<>();
    if (random.nextBoolean()) {
      users.put(1_000 + random.nextInt(3), (long) random.nextInt(4_000_000));
    }
    return new CpuUse(from, to, jobs, users, random.nextInt(40_000_000), random.nextInt(5) > 0);
  }

  /** It is suspended, or waits: what it keeps others from is still its own. */
  @Test
  void aJobThatDoesNothingPaysItsStaticPart() {
    CpuUse use = use(0, SECOND, Map.of(B, 4_000_000L), Map.of(), 4_000_000L);

    Split split = split(90 * WATT, holdings(holding(A, 0, 8), holding(B, 0, 8)), 40 * WATT, use);

    assertThat(part(split, A).energy()).isEqualTo(Energy.ofMicrojoules(10 * WATT));
    assertThat(part(split, B).energy()).isEqualTo(Energy.ofMicrojoules(60 * WATT));
    assertThat(split.platform()).isEqualTo(Energy.ofMicrojoules(20 * WATT));
  }

  @Test
  void whoReservesMoreThanThereIsSharesTheStaticPart() {
    CpuUse use = use(0, SECOND, Map.of(A, 1_000_000L), Map.of(), 1_000_000L);

    Split split = split(41 * WATT, holdings(holding(A, 0, 32), holding(B, 0, 32)), 40 * WATT, use);

    assertThat(part(split, A).energy()).isEqualTo(Energy.ofMicrojoules(21 * WATT));
    assertThat(part(split, B).energy()).isEqualTo(Energy.ofMicrojoules(20 * WATT));
    assertThat(split.platform()).isEqualTo(Energy.ZERO);
  }

  /** proctrack/linuxproc: nobody can tell what the jobs did. */
  @Test
  void withoutControlGroupsAllGoesByReservation() {
    Holdings holdings = holdings(holding(A, 0, 8));
    CpuUse blind =
        new CpuUse(0, SECOND, Map.of(), new TreeMap<>(Map.of(1203, 5_000_000L)), 9_000_000L, false);

    Split split = split(100 * WATT, holdings, 40 * WATT, blind);

    assertThat(split.jobs().get(A)).isEqualTo(portion(25 * WATT, 10 * WATT, 0, 8));
    assertThat(split.outsideSlurm()).isEmpty();
    assertThat(split.platform()).isEqualTo(Energy.ofMicrojoules(75 * WATT));
  }

  /** So does a time in which nobody looked. */
  @Test
  void withoutCpuTimesAllGoesByReservation() {
    Split split =
        Attribution.split(
            interval(0, SECOND, 100 * WATT),
            new Timeline(holdings(holding(A, 0, 8))),
            new CpuWork(List.of(), Map.of(PACKAGE, 40 * WATT)));

    assertThat(split.jobs().get(A)).isEqualTo(portion(25 * WATT, 10 * WATT, 0, 8));
  }

  @Test
  void whereNoJobIsThereUsersPayForWhatTheyDo() {
    CpuUse blind =
        new CpuUse(0, SECOND, Map.of(), new TreeMap<>(Map.of(1203, 3_000_000L)), 4_000_000L, false);

    Split split = split(80 * WATT, holdings(), 40 * WATT, blind);

    assertThat(split.outsideSlurm())
        .containsExactly(Map.entry(1203, Energy.ofMicrojoules(30 * WATT)));
    assertThat(split.platform()).isEqualTo(Energy.ofMicrojoules(50 * WATT));
  }

  /** A package that draws less than it ever did has no more than that to give. */
  @Test
  void theStaticPartIsNeverMoreThanWasDrawn() {
    CpuUse use = use(0, SECOND, Map.of(A, 1_000_000L), Map.of(), 1_000_000L);

    Split split = split(32 * WATT, holdings(holding(A, 0, 8)), 40 * WATT, use);

    assertThat(split.jobs().get(A)).isEqualTo(portion(8 * WATT, 8 * WATT, 0, 8));
    assertThat(split.platform()).isEqualTo(Energy.ofMicrojoules(24 * WATT));
  }

  /** Its CPU time lies in its own time: it does not lose what lies before its begin. */
  @Test
  void aJobThatBeginsMeanwhilePaysForAllThatItDid() {
    CpuUse use = use(0, SECOND, Map.of(A, 1_000_000L, B, 1_000_000L), Map.of(), 4_000_000L);

    Split split =
        split(80 * WATT, holdings(holding(A, SECOND / 2, 8), holding(B, 0, 8)), 40 * WATT, use);

    assertThat(part(split, A).basis()).contains(new Split.Basis(5 * WATT, 10 * WATT));
    assertThat(part(split, B).basis()).contains(new Split.Basis(10 * WATT, 10 * WATT));
  }

  /** What the kernel did for it, and jobs of other names, is the platform's. */
  @Test
  void whoIsNotThereIsGivenNothing() {
    CpuUse use =
        use(0, SECOND, Map.of(A, 1_000_000L, new JobKey(9, 0), 1_000_000L), Map.of(), 4_000_000L);

    Split split = split(80 * WATT, holdings(holding(A, 0, 8)), 40 * WATT, use);

    assertThat(split.jobs()).containsOnlyKeys(A);
    assertThat(part(split, A).basis()).contains(new Split.Basis(10 * WATT, 10 * WATT));
  }

  /** The kernel counts busy time by ticks and control groups exactly: the larger is believed. */
  @Test
  void nobodyPaysMoreThanThereIs() {
    CpuUse use = use(0, SECOND, Map.of(A, 3_000_000L, B, 1_000_000L), Map.of(), 3_900_000L);

    Split split = split(80 * WATT, holdings(holding(A, 0, 16), holding(B, 0, 16)), 40 * WATT, use);

    assertThat(part(split, A).energy()).isEqualTo(Energy.ofMicrojoules(50 * WATT));
    assertThat(part(split, B).energy()).isEqualTo(Energy.ofMicrojoules(30 * WATT));
    assertThat(split.platform()).isEqualTo(Energy.ZERO);
  }

  @Test
  void eachSecondGoesByItsOwnCpuTimes() {
    CpuUse first = use(0, SECOND / 2, Map.of(A, 500_000L), Map.of(), 500_000L);
    CpuUse second = use(SECOND / 2, SECOND, Map.of(A, 0L), Map.of(), 500_000L);
    CpuWork work = new CpuWork(List.of(first, second), Map.of(PACKAGE, 40 * WATT));

    Split split =
        Attribution.split(
            interval(0, SECOND, 80 * WATT), new Timeline(holdings(holding(A, 0, 8))), work);

    assertThat(part(split, A).basis()).contains(new Split.Basis(10 * WATT, 20 * WATT));
  }

  @Test
  void aNodeOfWhichNothingIsPublishedPaysItself() {
    CpuUse use = use(0, SECOND, Map.of(A, 1_000_000L), Map.of(1203, 1_000_000L), 3_000_000L);

    Split split =
        split(
            80 * WATT,
            new Holdings(List.of(holding(A, 0, 8)), OptionalInt.empty()),
            40 * WATT,
            use);

    assertThat(split.platform()).isEqualTo(Energy.ofMicrojoules(80 * WATT));
  }

  @Test
  void quietIsWhatWasSeenAndHardlyBusy() {
    CpuUse quiet = use(0, SECOND, Map.of(), Map.of(), 1_600_000L);
    CpuUse busy = use(SECOND, 2 * SECOND, Map.of(), Map.of(), 1_600_001L);
    CpuWork work = new CpuWork(List.of(quiet, busy), Map.of());

    assertThat(work.isQuiet(0, SECOND, CPUS)).isTrue();
    assertThat(work.isQuiet(0, SECOND + 1, CPUS)).isFalse();
    assertThat(new CpuWork(List.of(quiet), Map.of()).isQuiet(0, SECOND + 1, CPUS)).isFalse();
  }

  private static Split.Portion part(Split split, JobKey job) {
    return requireNonNull(split.jobs().get(job));
  }

  private static Split split(long microjoules, Holdings holdings, long floor, CpuUse use) {
    return Attribution.split(
        interval(0, SECOND, microjoules),
        new Timeline(holdings),
        new CpuWork(List.of(use), Map.of(PACKAGE, floor)));
  }

  private static CpuUse use(
      long from, long to, Map<JobKey, Long> jobs, Map<Integer, Long> users, long busy) {
    return new CpuUse(from, to, jobs, new TreeMap<>(users), busy, /* jobsAreSeen= */ true);
  }

  private static Holding holding(JobKey job, long from, int cpus) {
    return new Holding(job, from, OptionalLong.empty(), Set.of(), cpus);
  }

  private static Holdings holdings(Holding... all) {
    return new Holdings(List.of(all), OptionalInt.of(CPUS));
  }

  private static MeteredInterval interval(long from, long to, long microjoules) {
    return new MeteredInterval(
        PACKAGE, from, to, Energy.ofMicrojoules(microjoules), Quality.COUNTER, Optional.empty());
  }
}
