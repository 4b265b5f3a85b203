package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerVerifier;
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

/** A wall clock that is set while the daemon runs: lengths and energies are as if it were not. */
class ClockLeapTest {

  private static final NodeIdentity IDENTITY = new NodeIdentity("c", "n1", "boot-1");
  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final Instant BOOT = Instant.parse("2026-11-20T14:58:20Z");
  private static final JobKey JOB = new JobKey(7, 0);
  private static final JobFacts FACTS =
      new JobFacts(JOB, "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(0), 4);
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3_600;
  private static final long YEAR = 365 * 24 * HOUR;

  @TempDir Path directory;

  private long setBy;
  private boolean unset;
  private int second;
  private Accrual accrual = Accrual.fresh(IDENTITY, CONFIG, 0, BOOT);

  @BeforeEach
  void aNodeOfSixteenCpus() {
    accrual.nodeCpus(16);
  }

  @ParameterizedTest
  @ValueSource(longs = {YEAR, -YEAR, HOUR, -HOUR, 90, -90})
  void aLeapCutsABalanceAndMovesNoEnergy(long leap) throws IOException {
    accrual.seqBase(1);
    begin();
    until(60);
    setBy = leap;
    until(180);
    end();
    until(190);
    close();

    List<BalanceLine> balances = balances();
    assertThat(balances.get(0).to()).isEqualTo(BOOT.plusSeconds(57));
    assertThat(balances.get(1).clockSetMillis()).isEqualTo(leap * 1_000);
    assertThat(balances.get(1).from()).isEqualTo(BOOT.plusSeconds(57 + leap));
    assertThat(balances.get(balances.size() - 1).to()).isEqualTo(BOOT.plusSeconds(190 + leap));
    assertThat(balances.subList(2, balances.size()))
        .allMatch(balance -> balance.clockSetMillis() == 0)
        .allMatch(balance -> balance.from().equals(balance.from().truncatedTo(ChronoUnit.HOURS)));
    assertMetered(180, 190);
    assertVerified();
  }

  @Test
  void stepsBelowTheLeapAreNoNews() {
    accrual.seqBase(1);
    until(30);
    setBy = 2;
    until(60);
    setBy = -2;
    until(99);
    close();

    assertThat(balances()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {YEAR, -YEAR, HOUR, -HOUR})
  void whatIsNotInTheLedgerYetIsLabelledByTheClockThatWasSet(long off) throws IOException {
    setBy = off;
    unset = true;
    accrual = Accrual.fresh(IDENTITY, CONFIG, 0, wall());
    aNodeOfSixteenCpus();
    begin();
    until(40);
    end();
    until(60);
    assertThat(job().begin()).isEqualTo(BOOT.plusSeconds(off));
    assertThat(job().header().clockUnset()).isTrue();

    setBy = 0;
    until(62);
    assertThat(job().begin()).isEqualTo(BOOT);
    assertThat(job().end()).isEqualTo(BOOT.plusSeconds(40));
    assertThat(job().header().clockUnset()).isTrue();

    unset = false;
    until(99);
    close();
    assertThat(accrual.pending()).noneMatch(line -> line.line().header().clockUnset());
    assertThat(balances()).allMatch(line -> line.clockSetMillis() == 0);
    assertThat(balances().get(0).from()).isEqualTo(BOOT);
    assertMetered(40, 99);
    assertVerified();
  }

  @Test
  void aRunThatGoesOnOverTheSettingHasOneNameInAllLines() throws IOException {
    setBy = -YEAR;
    unset = true;
    accrual = Accrual.fresh(IDENTITY, CONFIG, 0, wall());
    aNodeOfSixteenCpus();
    begin();
    until(30);
    setBy = 0;
    unset = false;
    until(140);
    end();
    until(150);
    close();

    assertThat(job().begin()).isEqualTo(BOOT);
    assertThat(balances()).hasSize(2);
    assertThat(balances().stream().flatMap(line -> line.meters().get(0).jobs().stream()))
        .extracting(BalanceLine.JobShare::begin)
        .containsOnly(BOOT);
    assertMetered(140, 150);
    assertVerified();
  }

  @Test
  void aClockThatWasRightAllAlongLeavesNoDoubtInTheLines() {
    unset = true;
    begin();
    until(10);
    end();
    until(20);
    assertThat(job().header().clockUnset()).isTrue();

    unset = false;
    until(21);
    assertThat(job().header().clockUnset()).isFalse();
    assertThat(job().begin()).isEqualTo(BOOT);
  }

  @Test
  void linesThatDidNotWaitSaySoUntilTheClockIsSet() throws IOException {
    setBy = -YEAR;
    unset = true;
    accrual = Accrual.fresh(IDENTITY, CONFIG, 0, wall());
    accrual.seqBase(1);
    begin();
    until(30);
    setBy = 0;
    unset = false;
    until(50);
    end();
    until(60);
    close();

    assertThat(balances()).extracting(line -> line.header().clockUnset()).contains(true, false);
    assertThat(balances().get(0).header().clockUnset()).isTrue();
    assertThat(balances().get(1).header().clockUnset()).isFalse();
    assertThat(job().elapsedMillis()).isEqualTo(50_000);
    assertMetered(50, 60);
    assertVerified();
  }

  /** Of a start after it a mark tells, too: that is another run, whose files are its own. */
  @ParameterizedTest
  @ValueSource(longs = {HOUR, -HOUR})
  void whichRunAPrologIsOfIsNotTheWallClocksToSay(long leap) throws LedgerFormatException {
    accrual.seqBase(1);
    accrual.untold().begin(FACTS, BeginFrom.CGROUP, 0, 0, wall());
    until(40);
    accrual.untold().end(JOB, 40 * SECOND, EndFrom.CGROUP);
    until(60);
    setBy = leap;
    until(62);
    String text = CheckpointCodec.encode(accrual.checkpoint());
    Accrual next = Accrual.resume(CheckpointCodec.decode(text), CONFIG);

    for (Accrual one : List.of(accrual, next)) {
      assertThat(one.untold().find(JOB.id(), 30 * SECOND)).contains(JOB);
      assertThat(one.untold().find(JOB.id(), 61 * SECOND)).isEmpty();
    }
  }

  /** Killed at any time, with the clock set at any time: the sums are those of a quiet clock. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void noLeapAndNoKillMovesAMicrojoule(long seed) throws IOException, LedgerFormatException {
    Random random = new Random(seed);
    int opened = random.nextInt(100);
    begin();
    for (int i = 0; i < 40; i++) {
      if (second >= opened) {
        accrual.seqBase(1);
      }
      until(second + 1 + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> setBy += (random.nextBoolean() ? 1L : -1L) * random.nextInt(100_000);
        case 1 -> unset = random.nextBoolean();
        case 2 -> {
          String text = CheckpointCodec.encode(accrual.checkpoint());
          accrual = Accrual.resume(CheckpointCodec.decode(text), CONFIG);
          aNodeOfSixteenCpus();
        }
        default -> {}
      }
    }
    accrual.seqBase(1);
    int ended = second;
    end();
    until(second + 10);
    close();

    assertMetered(ended, second);
    assertVerified();
  }

  private void assertMetered(int jobSeconds, int seconds) {
    JobLine line = job();
    assertThat(line.elapsedMillis()).isEqualTo(jobSeconds * 1_000L);
    assertThat(line.energy().get(0).energy().total().microjoules())
        .isEqualTo(jobSeconds * 100_000_000L);
    assertThat(balances().stream().mapToLong(BalanceLine::elapsedMillis).sum())
        .isEqualTo(seconds * 1_000L);
    assertThat(
            balances().stream()
                .flatMap(balance -> balance.meters().stream())
                .mapToLong(meter -> meter.total().total().microjoules())
                .sum())
        .isEqualTo(seconds * 100_000_000L);
  }

  /** As the ledger would have it. */
  private void assertVerified() throws IOException {
    LedgerDirectory ledger = new LedgerDirectory(directory);
    LedgerAppender appender = LedgerAppender.open(ledger, "c", "n1", "boot-1");
    appender.append(header -> new BootLine(header, BOOT, Optional.empty()));
    for (PendingLine line : accrual.pending()) {
      appender.append(line::chained);
    }
    assertThat(LedgerVerifier.verify(ledger).findings()).isEmpty();
  }

  private List<BalanceLine> balances() {
    List<BalanceLine> balances = new ArrayList<>();
    for (PendingLine line : accrual.pending()) {
      if (line.line() instanceof BalanceLine balance) {
        balances.add(balance);
      }
    }
    return balances;
  }

  private JobLine job() {
    return accrual.pending().stream()
        .map(PendingLine::line)
        .filter(JobLine.class::isInstance)
        .map(JobLine.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private void begin() {
    accrual.begin(
        new SpoolRecord.Begin(FACTS, second * SECOND),
        List.of(new HeldGpu("GPU-a", "t", BigDecimal.ONE)),
        second * SECOND,
        wall());
  }

  private void end() {
    accrual.end(new SpoolRecord.End(JOB, second * SECOND, OptionalInt.of(0)), second * SECOND);
  }

  private void close() {
    accrual.close(second * SECOND, wall());
  }

  /** 100 W on the GPU. */
  private void until(int last) {
    while (second < last) {
      second++;
      accrual.clock(second * SECOND, wall(), unset);
      accrual.observe(
          List.of(new MeterStatus(GPU, "nvidia-smi", Optional.empty())),
          List.of(
              new MeteredInterval(
                  GPU,
                  (second - 1) * SECOND,
                  second * SECOND,
                  Energy.ofMicrojoules(100_000_000),
                  Quality.SAMPLED,
                  Optional.empty())));
      accrual.advance(second * SECOND, wall());
    }
  }

  private Instant wall() {
    return BOOT.plusSeconds(second + setBy);
  }
}
