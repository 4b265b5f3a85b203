package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/**
 * A job whose GPU draws 300 W and whose processors draw 100 W all the time, read at different
 * moments, under a daemon that is killed now and then: no step of its power is anything but 400 W.
 */
class PowerProfileTest {

  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final MeterId CPU = new MeterId(Part.CPU_PACKAGE, "0");
  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final long SECOND = 1_000_000_000L;
  private static final long CPU_LATER = 350_000_000;
  private static final JobKey JOB = new JobKey(1, 0);
  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));

  private Accrual accrual = Accrual.fresh(new NodeIdentity("c", "n1", "boot-1"), CONFIG, 0, BOOT);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void noStepIsAnythingButThePower(long seed) throws LedgerFormatException {
    PowerProfile profile = lived(new Random(seed), /* killed= */ true);
    accrual = Accrual.fresh(new NodeIdentity("c", "n1", "boot-1"), CONFIG, 0, BOOT);
    PowerProfile same = lived(new Random(seed), /* killed= */ false);

    isThePower(profile);
    assertThat(profile.steps()).isEqualTo(same.steps());
    for (int i = 0; i < profile.steps(); i++) {
      assertThat(profile.at(i).isPresent())
          .as("step %s of %s, of a daemon that only did not look: %s", i, profile, same)
          .isEqualTo(same.at(i).isPresent());
    }
  }

  /**
   * @param killed in the times in which it sees nothing, or just not looking
   */
  private PowerProfile lived(Random random, boolean killed) throws LedgerFormatException {
    int length = 20 + random.nextInt(300);
    accrual.nodeCpus(8);
    begin();
    int awayUntil = 0;
    for (int second = 0; second < length + 10; second++) {
      if (second == length) {
        accrual.end(new SpoolRecord.End(JOB, length * SECOND, OptionalInt.of(0)), length * SECOND);
      }
      if (random.nextInt(25) == 0 && second < length - 10) {
        second += 1 + random.nextInt(9);
        awayUntil = second;
        if (killed) {
          accrual = Accrual.resume(CheckpointCodec.decode(saved()), CONFIG);
          accrual.nodeCpus(8);
        }
      }
      second(second, second == awayUntil);
      accrual.advance((second + 1) * SECOND, BOOT.plusSeconds(second + 1));
      if (second < length) {
        accrual.views((second + 1) * SECOND).all().values().stream()
            .flatMap(view -> view.details().flatMap(JobView.Details::power).stream())
            .forEach(PowerProfileTest::isThePower);
      }
    }
    return line().powerProfile().orElseThrow();
  }

  private static void isThePower(PowerProfile profile) {
    for (int i = 0; i < profile.steps(); i++) {
      assertThat(profile.at(i).orElse(400_000))
          .as("step %s of %s", i, profile)
          .isBetween(399_990L, 400_010L);
    }
  }

  private String saved() {
    return CheckpointCodec.encode(accrual.checkpoint());
  }

  private JobLine line() {
    return accrual.pending().stream()
        .map(PendingLine::line)
        .filter(JobLine.class::isInstance)
        .map(JobLine.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private void begin() {
    accrual.begin(
        new SpoolRecord.Begin(
            new JobFacts(JOB, "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(0), 8),
            0),
        List.of(new HeldGpu("GPU-a", "a100", BigDecimal.ONE)),
        0,
        BOOT);
  }

  /** The processors are read later than the card, so that the two are given unequally far. */
  private void second(int second, boolean wasAway) {
    List<MeteredInterval> seen = new ArrayList<>();
    seen.add(interval(GPU, second * SECOND, (second + 1) * SECOND, 300));
    long from = Math.max(0, (second - 1) * SECOND + CPU_LATER);
    if (wasAway) {
      from = second * SECOND;
    }
    seen.add(interval(CPU, from, second * SECOND + CPU_LATER, 100));
    accrual.observe(
        List.of(
            new MeterStatus(GPU, "nvidia-smi", Optional.empty()),
            new MeterStatus(CPU, "rapl", Optional.empty())),
        seen);
  }

  private static MeteredInterval interval(MeterId meter, long from, long to, long watts) {
    return new MeteredInterval(
        meter,
        from,
        to,
        Energy.ofMicrojoules((to - from) / 1_000 * watts),
        meter.equals(GPU) ? Quality.SAMPLED : Quality.COUNTER,
        Optional.empty());
  }
}
