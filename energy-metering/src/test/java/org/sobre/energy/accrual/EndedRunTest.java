package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/** What the meters are after a job's end says nothing of it, however long its line waits. */
class EndedRunTest {

  private static final NodeIdentity IDENTITY = new NodeIdentity("c", "n1", "boot-1");
  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final long SECOND = 1_000_000_000L;
  private static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");
  private static final MeterId MEMORY = new MeterId(Part.DRAM, "0");

  private Accrual accrual = Accrual.fresh(IDENTITY, CONFIG, 0, BOOT);

  @Test
  void whyAMeterIsMissingAfterTheEndIsNotTold() throws Exception {
    begin();
    seconds(0, 5);
    // nobody was there for ten seconds
    seconds(15, 20);
    end(20);
    status(PACKAGE, Optional.of(Reason.RELEASED));
    assertThat(line(22)).allMatch(part -> part.missing().isEmpty());
  }

  @Test
  void whyItWasMissingBeforeTheEndIsTold() throws Exception {
    begin();
    seconds(0, 5);
    status(PACKAGE, Optional.of(Reason.RELEASED));
    end(20);
    status(PACKAGE, Optional.empty());
    assertThat(line(22)).extracting(PartEnergy::missing).containsExactly(Optional.of("released"));
  }

  /** A kernel module that is loaded after it; also where the daemon was started anew meanwhile. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMeterThatCameAfterTheEndIsNotMissed(boolean restarted) throws Exception {
    begin();
    seconds(0, 20);
    status(MEMORY, Optional.empty());
    end(20);
    if (restarted) {
      accrual =
          Accrual.resume(
              CheckpointCodec.decode(CheckpointCodec.encode(accrual.checkpoint())), CONFIG);
    }
    status(new MeterId(Part.CPU_PACKAGE, "1"), Optional.empty());
    assertThat(line(22))
        .extracting(part -> part.meter() + " " + part.missing().orElse("seen"))
        .containsExactly("cpu-package/0 seen", "dram/0 not-observed");
  }

  private void begin() {
    accrual.seqBase(1);
    accrual.nodeCpus(4);
    JobFacts facts =
        new JobFacts(new JobKey(1, 0), "u", 1300, Optional.of("l"), Optional.empty(), List.of(), 4);
    accrual.begin(new SpoolRecord.Begin(facts, 0), List.of(), 0, BOOT);
  }

  private void seconds(int from, int to) {
    for (int second = from; second < to; second++) {
      accrual.observe(
          List.of(new MeterStatus(PACKAGE, "powercap", Optional.empty())),
          List.of(
              new MeteredInterval(
                  PACKAGE,
                  second * SECOND,
                  (second + 1) * SECOND,
                  Energy.ofMicrojoules(50_000_000),
                  Quality.COUNTER,
                  Optional.empty())));
      accrual.advance((second + 1) * SECOND, BOOT.plusSeconds(second + 1));
    }
  }

  private void status(MeterId meter, Optional<Reason> missing) {
    accrual.observe(List.of(new MeterStatus(meter, "powercap", missing)), List.of());
  }

  private void end(int second) {
    accrual.end(
        new SpoolRecord.End(new JobKey(1, 0), second * SECOND, OptionalInt.of(0)), second * SECOND);
  }

  /** The energy in the job's line, which is due some seconds later. */
  private List<PartEnergy> line(int second) {
    accrual.advance(second * SECOND, BOOT.plusSeconds(second));
    assertThat(accrual.pending()).as("it waits").noneMatch(line -> line.closes().isPresent());
    accrual.advance((second + 10) * SECOND, BOOT.plusSeconds(second + 10));
    return accrual.pending().stream()
        .map(PendingLine::line)
        .filter(JobLine.class::isInstance)
        .map(JobLine.class::cast)
        .findFirst()
        .orElseThrow()
        .energy();
  }
}
