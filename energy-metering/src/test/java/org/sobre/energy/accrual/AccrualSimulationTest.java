package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.energy.accrual.SimulatedNode.Job;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BalanceLine.MeterBalance;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.slurm.job.JobKey;

class AccrualSimulationTest {

  private static final Instant BOOT = Instant.parse("2026-11-20T13:17:42.31Z");
  private static final int DAY = 86_400;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 40));
  }

  @Test
  void aWholeDayIsAttributedAsTheIntegralOfThePowerSays() throws LedgerFormatException {
    SimulatedNode node = new SimulatedNode(1, BOOT, DAY);
    node.fillWithJobs(new Random(2));
    SimulatedDaemon daemon = new SimulatedDaemon(node, new Random(3), false);
    daemon.live(0, DAY);
    daemon.stop(DAY);

    Map<JobKey, JobLine> lines = byKey(daemon.jobLines());
    assertThat(lines).hasSameSizeAs(node.jobs).hasSameSizeAs(daemon.jobLines());
    for (Job job : node.jobs) {
      JobLine line = requireNonNull(lines.get(job.key()));
      String gpu = job.gpus().get(0).device();
      // Each cut rounds down to the microjoule, once a second at most.
      double rounding = 2 + (job.end() - job.begin()) / 1e9;
      assertThat(
              (double) energy(line, new MeterId(Part.GPU, gpu)).of(Quality.SAMPLED).microjoules())
          .as(line.facts().key().toString())
          .isCloseTo(node.gpuMicrojoules(gpu, job.begin(), job.end()), within(2.0));
      assertThat((double) energy(line, SimulatedNode.PACKAGE).of(Quality.COUNTER).microjoules())
          .isCloseTo(
              node.packageMicrojoules(job.begin(), job.end()) * job.cpus() / SimulatedNode.CPUS,
              within(rounding));
      assertThat(line.elapsedMillis()).isEqualTo((job.end() - job.begin()) / 1_000_000);
      assertThat(observed(line, new MeterId(Part.GPU, gpu))).isEqualTo(line.elapsedMillis());
    }
    assertThat(total(daemon.balances(), new MeterId(Part.GPU, "GPU-a")))
        .isEqualTo((long) node.gpuMicrojoules("GPU-a", 0, DAY * SimulatedNode.SECOND));
    assertBalanced(daemon);
  }

  @Test
  void balancesAreCutAtTheUtcHourAndLeaveNoTimeOut() throws LedgerFormatException {
    SimulatedNode node = new SimulatedNode(1, BOOT, DAY / 4);
    SimulatedDaemon daemon = new SimulatedDaemon(node, new Random(3), false);
    daemon.live(0, DAY / 4);
    daemon.stop(DAY / 4);

    List<BalanceLine> balances = daemon.balances();
    assertThat(balances).hasSize(7);
    Instant expectedFrom = BOOT;
    for (BalanceLine balance : balances) {
      assertThat(balance.from()).isEqualTo(expectedFrom);
      expectedFrom = balance.to();
    }
    assertThat(balances.subList(0, 6))
        .allSatisfy(
            balance ->
                assertThat(balance.to()).isEqualTo(balance.to().truncatedTo(ChronoUnit.HOURS)));
    assertThat(balances.get(1).elapsedMillis()).isEqualTo(3_600_000);
    assertThat(balances.get(6).to()).isEqualTo(BOOT.plusSeconds(DAY / 4));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void killedAtAnyMomentEachJobHasExactlyOneLineAndItsShares(long seed)
      throws LedgerFormatException {
    int seconds = 3_000;
    SimulatedNode node = new SimulatedNode(seed, Instant.parse("2026-11-20T13:40:00Z"), seconds);
    node.fillWithJobs(new Random(seed + 1));
    SimulatedDaemon daemon = new SimulatedDaemon(node, new Random(seed + 2), true);
    daemon.live(0, seconds);
    if (seed % 2 == 0) {
      // Killed while it stops, it is started again to stop.
      for (int i = 0; i < 20; i++) {
        daemon.stop(seconds);
      }
    } else {
      daemon.recover();
    }

    assertThat(daemon.kills).as("the seed kills at least once").isPositive();
    assertThat(byKey(daemon.jobLines())).hasSameSizeAs(daemon.jobLines());
    assertThat(daemon.jobLines()).hasSameSizeAs(node.jobs);
    assertThat(daemon.jobLines())
        .allSatisfy(
            line ->
                assertThat(line.energy())
                    .allSatisfy(
                        part ->
                            assertThat(part.observedMillis())
                                .isLessThanOrEqualTo(line.elapsedMillis())));
    assertBalanced(daemon);
  }

  /** Each balance to the microjoule, and each job line as the sum of its shares in them. */
  private static void assertBalanced(SimulatedDaemon daemon) {
    Map<String, EnergyByQuality> shares = new HashMap<>();
    for (BalanceLine balance : daemon.balances()) {
      for (MeterBalance meter : balance.meters()) {
        assertThat(meter.accounted()).isEqualTo(meter.total());
        assertThat(meter.unknown()).isEqualTo(EnergyByQuality.NONE);
        assertThat(meter.observedMillis()).isLessThanOrEqualTo(balance.elapsedMillis());
        meter
            .jobs()
            .forEach(
                share ->
                    shares.merge(
                        share.job() + " " + share.begin() + " " + meter.meter(),
                        share.energy(),
                        EnergyByQuality::plus));
      }
    }
    Map<String, EnergyByQuality> lines = new HashMap<>();
    for (JobLine line : daemon.jobLines()) {
      line.energy().stream()
          .filter(part -> part.observedMillis() > 0 || !part.energy().isZero())
          .forEach(
              part ->
                  lines.put(
                      line.facts().key() + " " + line.begin() + " " + part.meter(), part.energy()));
    }
    lines.forEach(
        (part, energy) ->
            assertThat(shares.getOrDefault(part, EnergyByQuality.NONE)).as(part).isEqualTo(energy));
    shares.values().removeIf(EnergyByQuality::isZero);
    assertThat(lines.keySet()).containsAll(shares.keySet());
  }

  private static Map<JobKey, JobLine> byKey(List<JobLine> lines) {
    Map<JobKey, JobLine> map = new HashMap<>();
    lines.forEach(line -> map.put(line.facts().key(), line));
    return map;
  }

  private static EnergyByQuality energy(JobLine line, MeterId meter) {
    return part(line, meter).map(JobLine.PartEnergy::energy).orElse(EnergyByQuality.NONE);
  }

  private static long observed(JobLine line, MeterId meter) {
    return part(line, meter).map(JobLine.PartEnergy::observedMillis).orElse(0L);
  }

  private static Optional<JobLine.PartEnergy> part(JobLine line, MeterId meter) {
    return line.energy().stream().filter(part -> part.meter().equals(meter)).findFirst();
  }

  private static long total(List<BalanceLine> balances, MeterId meter) {
    return balances.stream()
        .flatMap(balance -> balance.meters().stream())
        .filter(balance -> balance.meter().equals(meter))
        .mapToLong(balance -> balance.total().total().microjoules())
        .sum();
  }
}
