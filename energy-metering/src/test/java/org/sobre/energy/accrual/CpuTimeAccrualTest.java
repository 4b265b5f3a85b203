package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.CpuBasis;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/** A node of 16 processors with one package and its memory, of which the floors are learnt. */
class CpuTimeAccrualTest {

  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  private static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");
  private static final MeterId MEMORY = new MeterId(Part.DRAM, "0");
  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final JobKey A = new JobKey(7, 0);
  private static final JobKey B = new JobKey(8, 0);
  private static final long SECOND = 1_000_000_000L;

  /** Processors are looked at a little after the meters. */
  private static final long AFTER = SECOND / 125;

  private Accrual accrual = Accrual.fresh(new NodeIdentity("c", "n1", "boot-1"), CONFIG, 0, BOOT);
  private final List<LedgerLine> ledger = new ArrayList<>();
  private int second;
  private boolean jobsAreSeen = true;

  CpuTimeAccrualTest() {
    open();
  }

  private void open() {
    accrual.nodeCpus(16);
    accrual.seqBase(0);
  }

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 40));
  }

  @Test
  void beforeTheFloorIsKnownAllGoesByReservation() {
    begin(A, 4);
    seconds(10, 100, 20, Map.of(A, 4_000_000L), 4_000_000);
    end(A);
    seconds(6, 40, 8, Map.of(), 0);

    JobLine.PartEnergy part = ofPackage(jobLine(A));
    assertThat(part.energy().total().microjoules()).isEqualTo(10 * 25_000_000L);
    assertThat(part.basis()).isEmpty();
  }

  @Test
  void afterwardsTheFloorGoesByReservationAndTheRestByCpuTime() {
    quietMinute();
    begin(A, 4);
    begin(B, 8);
    seconds(10, 100, 20, Map.of(A, 1_000_000L, B, 2_000_000L), 4_000_000);
    end(A);
    end(B);
    seconds(6, 40, 8, Map.of(), 0);

    JobLine.PartEnergy part = ofPackage(jobLine(A));
    // 40 W x 4/16, and of 60 W beyond a quarter
    assertThat(part.basis().map(CpuBasis::staticPart)).contains(Energy.ofMicrojoules(100_000_000));
    long worked = part.basis().map(CpuBasis::cpuTime).orElseThrow().microjoules();
    assertThat(worked).isBetween(150_000_000L - 20, 150_000_000L);
    assertThat(part.energy().total().microjoules()).isEqualTo(100_000_000 + worked);
    JobLine.PartEnergy memory = jobLine(B).energy().get(1);
    assertThat(memory.meter()).isEqualTo(MEMORY);
    assertThat(memory.basis().map(CpuBasis::staticPart))
        .contains(Energy.ofMicrojoules(10 * 4_000_000));
  }

  /** As one that no prolog told of, where its control group cannot be told either. */
  @Test
  void aJobOfWhichNobodyKnowsItsPartSaysThatItIsMissing() {
    begin(A, 0);
    seconds(10, 100, 20, Map.of(), 4_000_000);
    end(A);
    seconds(6, 40, 8, Map.of(), 0);

    JobLine.PartEnergy part = ofPackage(jobLine(A));
    assertThat(part.energy().isZero()).isTrue();
    assertThat(part.observedMillis()).isZero();
    assertThat(part.missing()).contains("not-observed");
  }

  @Test
  void aBalanceTellsTheSame() {
    quietMinute();
    begin(A, 4);
    seconds(20, 100, 20, Map.of(A, 1_000_000L), 4_000_000);
    end(A);
    seconds(6, 40, 8, Map.of(), 0);
    accrual.close(second * SECOND, wall());
    write();

    BalanceLine balance = (BalanceLine) ledger.get(ledger.size() - 1);
    BalanceLine.JobShare share = balance.meters().get(0).jobs().get(0);
    assertThat(share.basis()).isPresent().isEqualTo(ofPackage(jobLine(A)).basis());
    assertThat(share.energy()).isEqualTo(ofPackage(jobLine(A)).energy());
  }

  /** proctrack/linuxproc: the line has a static part, and no energy by CPU time. */
  @Test
  void withoutControlGroupsTheLineSaysSo() {
    jobsAreSeen = false;
    quietMinute();
    begin(A, 4);
    seconds(10, 100, 20, Map.of(), 4_000_000);
    end(A);
    seconds(6, 40, 8, Map.of(), 0);

    JobLine.PartEnergy part = ofPackage(jobLine(A));
    assertThat(part.energy().total().microjoules()).isEqualTo(10 * 25_000_000L);
    assertThat(part.basis()).contains(basis(100_000_000, 0));
  }

  /** The floor is what the node draws with nobody on it. */
  @Test
  void aMinuteOfAJobThatDoesNothingTellsNoFloor() {
    begin(A, 4);
    seconds(90, 40, 8, Map.of(), 0);
    end(A);
    seconds(6, 40, 8, Map.of(), 0);
    begin(B, 4);
    seconds(10, 40, 8, Map.of(), 0);
    end(B);
    seconds(6, 40, 8, Map.of(), 0);

    assertThat(ofPackage(jobLine(B)).basis()).isEmpty();
  }

  @Test
  void whatARunningJobIsToldHasItToo() {
    quietMinute();
    begin(A, 4);
    seconds(10, 100, 20, Map.of(A, 2_000_000L), 4_000_000);

    JobView view = requireNonNull(accrual.views(second * SECOND).get(A));
    assertThat(view.parts().get(0).basis())
        .contains(basis(100_000_000, 10 * 30_000_000L - 30_000_000L * 8 / 1_000));
  }

  /** Killed at any moment and started at once: nothing is lost, and no bill is another. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aKillChangesNoBill(long seed) throws LedgerFormatException {
    List<LedgerLine> spared = live(new Random(seed), 0, seed);
    int[] odds = {3, 10, 40};
    CpuTimeAccrualTest killed = new CpuTimeAccrualTest();
    List<LedgerLine> lines = killed.live(new Random(seed), odds[(int) (seed % 3)], seed);

    assertThat(bills(lines)).isEqualTo(bills(spared));
    assertThat(killed.kills).isPositive();
    assertThat(jobLine(A).energy().get(0).basis()).isPresent();
  }

  /** Balances, and what each job pays; a power profile tells whole milliwatts at each state. */
  private static List<Object> bills(List<LedgerLine> lines) {
    List<Object> bills = new ArrayList<>();
    for (LedgerLine line : lines) {
      bills.add(line instanceof JobLine job ? job.energy() : line);
    }
    return bills;
  }

  private int kills;

  /**
   * @param deathIn one of so many seconds ends with a kill; 0 for never
   */
  private List<LedgerLine> live(Random random, int deathIn, long seed)
      throws LedgerFormatException {
    Random fate = new Random(seed + 1);
    for (int i = 0; i < 200; i++) {
      if (i == 80) {
        begin(A, 4);
      }
      if (i == 95) {
        begin(B, 1 + random.nextInt(14));
      }
      if (i == 150) {
        end(A);
      }
      boolean working = i >= 80 && i < 150;
      long mine = random.nextInt(4_000_000);
      long others = random.nextInt(3_000_000);
      seconds(
          1,
          working ? 50 + random.nextInt(100) : 40,
          8 + (working ? random.nextInt(9) : 0),
          working ? Map.of(A, mine, B, others) : Map.of(),
          working ? mine + others + random.nextInt(1_000_000) : 0);
      if (deathIn > 0 && fate.nextInt(deathIn) == 0) {
        kills++;
        String state = CheckpointCodec.encode(accrual.checkpoint());
        accrual = Accrual.resume(CheckpointCodec.decode(state), CONFIG);
        open();
        assertThat(CheckpointCodec.encode(accrual.checkpoint())).isEqualTo(state);
      }
    }
    end(B);
    seconds(6, 40, 8, Map.of(), 0);
    accrual.close(second * SECOND, wall());
    write();
    return ledger;
  }

  private void quietMinute() {
    seconds(66, 40, 8, Map.of(), 700_000);
  }

  private void seconds(
      int count, long packageWatts, long memoryWatts, Map<JobKey, Long> jobs, long busyMicros) {
    for (int i = 0; i < count; i++) {
      long from = second * SECOND;
      second++;
      accrual.observe(
          List.of(status(PACKAGE), status(MEMORY)),
          List.of(interval(PACKAGE, from, packageWatts), interval(MEMORY, from, memoryWatts)));
      accrual.observe(
          new CpuUse(
              from + AFTER,
              from + SECOND + AFTER,
              new HashMap<>(jobs),
              new TreeMap<>(),
              busyMicros,
              jobsAreSeen));
      accrual.advance(second * SECOND, wall());
      write();
    }
  }

  private static MeterStatus status(MeterId meter) {
    return new MeterStatus(meter, "powercap", Optional.empty());
  }

  private static MeteredInterval interval(MeterId meter, long from, long watts) {
    return new MeteredInterval(
        meter,
        from,
        from + SECOND,
        Energy.ofMicrojoules(watts * 1_000_000),
        Quality.COUNTER,
        Optional.empty());
  }

  private void begin(JobKey job, int cpus) {
    JobFacts facts =
        new JobFacts(job, "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(), cpus);
    long now = second * SECOND;
    accrual.begin(new SpoolRecord.Begin(facts, now), List.of(), now, wall());
  }

  private void end(JobKey job) {
    long now = second * SECOND;
    accrual.end(new SpoolRecord.End(job, now, OptionalInt.of(0)), now);
  }

  private Instant wall() {
    return BOOT.plusSeconds(second);
  }

  private void write() {
    for (PendingLine line : accrual.pending()) {
      ledger.add(line.line());
      accrual.written(line.ordinal());
    }
  }

  private JobLine jobLine(JobKey job) {
    return ledger.stream()
        .filter(JobLine.class::isInstance)
        .map(JobLine.class::cast)
        .filter(line -> line.facts().key().equals(job))
        .peek(CpuTimeAccrualTest::assertReadBack)
        .findFirst()
        .orElseThrow();
  }

  private static void assertReadBack(JobLine line) {
    try {
      assertThat(LedgerCodec.decode(LedgerCodec.encode(line))).isEqualTo(line);
    } catch (LedgerFormatException e) {
      throw new AssertionError(e);
    }
  }

  private static JobLine.PartEnergy ofPackage(JobLine line) {
    assertThat(line.energy().get(0).meter()).isEqualTo(PACKAGE);
    return line.energy().get(0);
  }

  private static CpuBasis basis(long still, long worked) {
    return new CpuBasis(Energy.ofMicrojoules(still), Energy.ofMicrojoules(worked));
  }
}
