package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
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

/** 8 GPUs, 4 RAPL domains, 64 jobs, eight of them on each GPU. benchmarks/step.sh measures time. */
class StepTest {

  private static final long SECOND = 1_000_000_000L;
  private static final int QUIET = 70;
  private static final int WARM = 400;
  private static final int MEASURED = 200;
  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final JobKey JOB = new JobKey(100, 0);

  private final Accrual accrual =
      Accrual.fresh(
          new NodeIdentity("c", "n1", "boot-1"), new MetersConfig(Duration.ofSeconds(1)), 0, BOOT);
  private final List<MeterStatus> meters = new ArrayList<>();
  private int second;
  private int running;

  @Test
  void aSecondLeavesLittleBehind() {
    accrual.nodeCpus(128);
    addMeters();
    steps(QUIET);
    begin(64);
    steps(WARM);
    assertThat(CheckpointCodec.encode(accrual.checkpoint()))
        .as("the processors' time is split too")
        .contains("\"staticMicrojoules\"");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    steps(MEASURED);
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / MEASURED;

    assertThat(each).as("bytes, those of the readings included").isBetween(1_000L, 32L * 1_024);
  }

  /** A view is worked out when it is asked for, and is that of the moment it was made for. */
  @Test
  void aViewThatIsAskedForLaterTellsOfItsOwnMoment() {
    addMeters();
    accrual.nodeCpus(128);
    begin(1);
    steps(3);
    JobViews atThree = accrual.views(3 * SECOND);
    steps(7);

    assertThat(joules(atThree)).isEqualTo(3 * 100 + 3 * 4 * 100 * 2 / 128);
    assertThat(joules(accrual.views(10 * SECOND))).isEqualTo(10 * 100 + 10 * 4 * 100 * 2 / 128);
  }

  /** It is made durable afterwards. */
  @Test
  void aFileThatACheckpointIsWrittenToStaysOpen() throws IOException {
    addMeters();
    accrual.nodeCpus(128);
    begin(2);
    steps(20);
    boolean[] closed = {false};
    ByteArrayOutputStream file =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    CheckpointCodec.write(accrual.checkpoint(), file);

    assertThat(closed[0]).isFalse();
    assertThat(file.toString(StandardCharsets.UTF_8))
        .isEqualTo(CheckpointCodec.encode(accrual.checkpoint()));
  }

  private static long joules(JobViews views) {
    JobView view = views.get(JOB);
    return view == null ? -1 : view.joules();
  }

  private void addMeters() {
    for (int i = 0; i < 12; i++) {
      Part part = i < 8 ? Part.GPU : Part.CPU_PACKAGE;
      meters.add(new MeterStatus(new MeterId(part, "d" + i), "s", Optional.empty()));
    }
  }

  private void begin(int jobs) {
    running = jobs;
    for (int i = 0; i < jobs; i++) {
      JobFacts facts =
          new JobFacts(
              new JobKey(JOB.id() + i, 0),
              "alice",
              1_000,
              Optional.of("lab"),
              Optional.empty(),
              List.of(i % 8),
              2);
      accrual.begin(
          new SpoolRecord.Begin(facts, second * SECOND),
          List.of(new HeldGpu("d" + i % 8, "t", BigDecimal.ONE)),
          second * SECOND,
          BOOT.plusSeconds(second));
    }
  }

  /** 100 W each. */
  private void steps(int seconds) {
    for (int i = 0; i < seconds; i++) {
      List<MeteredInterval> seen = new ArrayList<>();
      for (MeterStatus status : meters) {
        seen.add(interval(status.meter()));
      }
      accrual.observe(use());
      second++;
      accrual.observe(meters, seen);
      accrual.advance(second * SECOND, BOOT.plusSeconds(second));
    }
  }

  /** A processor's time for each job, nothing while there is none. */
  private CpuUse use() {
    Map<JobKey, Long> jobs = new HashMap<>();
    for (int i = 0; i < running; i++) {
      jobs.put(new JobKey(JOB.id() + i, 0), 1_000_000L + i);
    }
    return new CpuUse(
        second * SECOND + SECOND / 100,
        (second + 1) * SECOND + SECOND / 100,
        jobs,
        new TreeMap<>(Map.of(1_200, 500_000L)),
        running * 1_100_000L,
        /* jobsAreSeen= */ true);
  }

  private MeteredInterval interval(MeterId meter) {
    MeteredInterval.Load load =
        new MeteredInterval.Load(
            Optional.of(true), OptionalLong.of(1_000), OptionalLong.of(100_000));
    return new MeteredInterval(
        meter,
        second * SECOND,
        (second + 1) * SECOND,
        Energy.ofMicrojoules(100_000_000),
        meter.part() == Part.GPU ? Quality.SAMPLED : Quality.COUNTER,
        meter.part() == Part.GPU ? Optional.of(load) : Optional.empty());
  }
}
