package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.CheckpointCodec;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.accrual.PendingLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/**
 * A daemon that is killed and there again at once: a card's first row is the mean of a second of
 * which the daemon before has seen a part, and nobody the rest.
 */
class RestartWithinASecondTest {

  private static final List<String> FIELDS =
      List.of("uuid", "power.draw.average", "power.draw", "utilization.gpu", "memory.used");
  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  private static final JobKey JOB = new JobKey(7, 0);

  private final FakeClock clock = new FakeClock();
  private Accrual accrual =
      Accrual.fresh(
          new NodeIdentity("c", "n1", "boot-1"), CONFIG, clock.nanosSinceBoot(), clock.wall());

  /** Of one card that draws 100 W. */
  private final class Rows implements RowStream {
    final List<StreamEvent> events = new ArrayList<>();

    Rows() {
      events.add(new StreamEvent.Started(clock.nanosSinceBoot(), FIELDS));
    }

    @Override
    public List<StreamEvent> drain() {
      List<StreamEvent> drained = List.copyOf(events);
      events.clear();
      return drained;
    }

    @Override
    public void restart() {}

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 300, 990, 1_500})
  void timeWithoutADaemonIsNotSeenAndNothingIsSeenTwice(int deadMillis)
      throws LedgerFormatException {
    long begin = clock.nanosSinceBoot();
    accrual.begin(
        new SpoolRecord.Begin(
            new JobFacts(JOB, "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(0), 4),
            begin),
        List.of(new HeldGpu("GPU-a", "t", BigDecimal.ONE)),
        begin,
        clock.wall());
    daemonSees(10);
    String left = CheckpointCodec.encode(accrual.checkpoint());

    clock.pass(deadMillis);
    accrual = Accrual.resume(CheckpointCodec.decode(left), CONFIG);
    daemonSees(20);
    long end = clock.nanosSinceBoot();
    accrual.end(new SpoolRecord.End(JOB, end, OptionalInt.of(0)), end);
    accrual.close(end, clock.wall());

    JobLine line =
        accrual.pending().stream()
            .map(PendingLine::line)
            .filter(JobLine.class::isInstance)
            .map(JobLine.class::cast)
            .findFirst()
            .orElseThrow();
    PartEnergy gpu = line.energy().get(0);
    assertThat(line.elapsedMillis()).isEqualTo(30_000 + deadMillis);
    assertThat(gpu.observedMillis()).isEqualTo(30_000);
    assertThat(gpu.energy().total().microjoules()).isEqualTo(3_000_000_000L);
  }

  /** The first row comes 200 ms after the start, as nvidia-smi's does. */
  private void daemonSees(int seconds) {
    Rows rows = new Rows();
    NvidiaPowerMeter meter =
        new NvidiaPowerMeter(
            new AwakeRows(
                new SleepingCards(
                    new SysRoot(Path.of("/nowhere")),
                    clock,
                    Map.of("GPU-a", new PciAddress(0, 1, 0, 0))),
                any -> rows),
            clock,
            CONFIG.longestInterval(),
            Set.of("GPU-a"),
            new PlausiblePowers(Map.of()));
    clock.pass(200);
    for (int second = 0; second < seconds; second++) {
      row(rows, meter);
      clock.pass(second == seconds - 1 ? 800 : 1_000);
    }
    row(rows, meter);
  }

  private void row(Rows rows, NvidiaPowerMeter meter) {
    rows.events.add(new StreamEvent.Line(clock.nanosSinceBoot(), "GPU-a, 100, 100, 50, 10"));
    accrual.observe(meter.meters(), meter.poll());
    accrual.advance(clock.nanosSinceBoot(), clock.wall());
  }
}
