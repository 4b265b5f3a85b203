package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/** The time of a shared GPU is divided by who held it when, whether its meter saw that or not. */
class SharedGpuTimeTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long HUNDREDTH = SECOND / 100;
  private static final Instant BOOT = Instant.parse("2026-11-20T14:59:00Z");
  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  private static final NodeIdentity NODE = new NodeIdentity("c", "n1", "boot-1");

  /** Ends and begins in nanoseconds since boot. */
  private record Job(JobKey key, long begin, long end, List<HeldGpu> gpus) {

    static Job of(long id, double begin, double end) {
      return new Job(
          new JobKey(id, 0),
          (long) (begin * SECOND),
          (long) (end * SECOND),
          List.of(new HeldGpu("GPU-a", "nvidia_l4", BigDecimal.ONE)));
    }

    boolean holds(String board, long nanos) {
      return begin <= nanos
          && nanos < end
          && gpus.stream().anyMatch(gpu -> gpu.device().equals(board));
    }
  }

  private interface Meter {
    boolean sees(String board, long second);
  }

  private Accrual accrual = Accrual.fresh(NODE, CONFIG, 0, BOOT);
  private final Map<JobKey, JobLine> lines = new HashMap<>();
  private final List<BalanceLine> balances = new ArrayList<>();

  @Test
  void withoutAnyReadingSharersStillHadHalfEach() throws LedgerFormatException {
    live(List.of(Job.of(1, 0, 10), Job.of(2, 0, 10)), 20, (board, second) -> false);
    assertThat(fraction(1)).isEqualByComparingTo("0.5");
    assertThat(fraction(2)).isEqualByComparingTo("0.5");
  }

  /** One alone for 8 s; another comes when the meter falls silent. */
  @Test
  void aSilentMeterDoesNotHideWhoCame() throws LedgerFormatException {
    live(List.of(Job.of(1, 0, 10), Job.of(2, 8, 10)), 20, (board, second) -> second < 8);
    assertThat(fraction(1)).isEqualByComparingTo("0.9");
    assertThat(fraction(2)).isEqualByComparingTo("0.5");
  }

  /** Jobs run before the daemon is installed, or hears of them before it knows the node. */
  @Test
  void aJobThatIsFoundLateOnAFreeGpuHadItAllTheTime() throws LedgerFormatException {
    accrual = Accrual.fresh(NODE, CONFIG, 600 * SECOND, BOOT.plusSeconds(600));
    Job job = Job.of(1, 100, 700);
    for (int second = 601; second < 720; second++) {
      if (second == 650) {
        begin(job, second * SECOND);
      }
      if (second == 701) {
        accrual.end(end(job), second * SECOND);
      }
      advance(second * SECOND);
    }
    assertThat(fraction(1)).isEqualByComparingTo("1");
  }

  /** Those who are known have been given the time already: it is not given twice. */
  @Test
  void aJobThatIsFoundLateOnAHeldGpuSharesItFromThen() throws LedgerFormatException {
    Job first = Job.of(1, 0, 100);
    Job late = Job.of(2, 0, 100);
    begin(first, 0);
    for (int second = 1; second < 120; second++) {
      if (second == 54) {
        begin(late, second * SECOND);
      }
      if (second == 101) {
        accrual.end(end(first), second * SECOND);
        accrual.end(end(late), second * SECOND);
      }
      advance(second * SECOND);
    }
    // Attribution stood at 49 s: four seconds behind the 53rd.
    assertThat(fraction(1)).isEqualByComparingTo("0.745");
    assertThat(fraction(2)).isEqualByComparingTo("0.255");
  }

  /** What a running job had of its GPU is in the balance before its line is there. */
  @Test
  void aBalanceTellsTheFractionOfThoseWhoShared() throws LedgerFormatException {
    live(
        List.of(Job.of(1, 0, 90), Job.of(2, 50, 90), Job.of(3, 95, 110)),
        130,
        (board, second) -> second < 40 || second > 55);
    // The hour ends at 60 s.
    assertThat(shares(0)).containsEntry(1L, "0.916666666").containsEntry(2L, "0.5");
    assertThat(shares(1)).containsEntry(1L, "0.5").containsEntry(2L, "0.5").containsEntry(3L, "-");
  }

  @Test
  void aPartitionsPartIsInTheBalance() throws LedgerFormatException {
    HeldGpu part =
        new HeldGpu(
            "GPU-a", "mig", Optional.of("3g.40gb"), OptionalLong.empty(), new BigDecimal("0.375"));
    live(List.of(new Job(new JobKey(1, 0), 0, 90 * SECOND, List.of(part))), 130, (b, s) -> true);
    assertThat(shares(0)).containsEntry(1L, "0.375");
    assertThat(fraction(1)).isEqualByComparingTo("0.375");
  }

  /**
   * Any number of sharers on two boards, meters that fall silent, a daemon that is killed: what the
   * lines say together is never more than the boards' time, and each line what was drawn.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theSharesOfABoardAreItsTime(long seed) throws LedgerFormatException {
    Random random = new Random(seed);
    int seconds = 200;
    List<Job> jobs = new ArrayList<>();
    for (int i = 1 + random.nextInt(12); i > 0; i--) {
      long begin = random.nextInt(15_000) * HUNDREDTH;
      long end = begin + (1 + random.nextInt(4_000)) * HUNDREDTH;
      List<HeldGpu> gpus = new ArrayList<>();
      for (String board : List.of("GPU-a", "GPU-b")) {
        if (random.nextInt(3) > 0) {
          gpus.add(new HeldGpu(board, "t", BigDecimal.ONE));
        }
      }
      jobs.add(new Job(new JobKey(i, 0), begin, end, gpus));
    }
    boolean[] silent = new boolean[seconds];
    for (int i = 0; i < seconds; i++) {
      silent[i] = random.nextInt(3) == 0;
    }
    killAt = random.nextInt(seconds);
    live(jobs, seconds, (board, second) -> !silent[(int) second]);

    for (String board : List.of("GPU-a", "GPU-b")) {
      BigDecimal told = BigDecimal.ZERO;
      for (Job job : jobs) {
        for (HeldGpu gpu : line(job.key().id()).held().gpus()) {
          if (gpu.device().equals(board)) {
            BigDecimal own = gpu.fraction().multiply(BigDecimal.valueOf(job.end() - job.begin()));
            told = told.add(own);
            assertThat(own.doubleValue())
                .as("seed %d, job %s on %s", seed, job.key(), board)
                .isBetween(drawn(jobs, job, board) - 200, drawn(jobs, job, board));
          }
        }
      }
      assertThat(told)
          .as("seed %d, %s", seed, board)
          .isLessThanOrEqualTo(BigDecimal.valueOf(heldNanos(jobs, board)));
    }
  }

  private int killAt = -1;

  /** By hundredths of a second, as the hooks' clock has them. */
  private static double drawn(List<Job> jobs, Job job, String board) {
    double own = 0;
    for (long at = job.begin(); at < job.end(); at += HUNDREDTH) {
      long now = at;
      own += (double) HUNDREDTH / jobs.stream().filter(one -> one.holds(board, now)).count();
    }
    // Sums of doubles: a nanosecond is allowed for.
    return own + 1;
  }

  private static long heldNanos(List<Job> jobs, String board) {
    TreeSet<Long> held = new TreeSet<>();
    for (Job job : jobs) {
      if (job.gpus().stream().anyMatch(gpu -> gpu.device().equals(board))) {
        for (long at = job.begin(); at < job.end(); at += HUNDREDTH) {
          held.add(at);
        }
      }
    }
    return held.size() * HUNDREDTH;
  }

  private void live(List<Job> jobs, int seconds, Meter meter) throws LedgerFormatException {
    for (int second = 1; second <= seconds; second++) {
      long from = (second - 1) * SECOND;
      long now = second * SECOND;
      for (Job job : jobs) {
        if (job.begin() < now && job.begin() >= from) {
          begin(job, now);
        }
        if (job.end() <= now && job.end() > from) {
          accrual.end(end(job), now);
        }
      }
      for (String board : List.of("GPU-a", "GPU-b")) {
        if (meter.sees(board, second - 1L)) {
          accrual.observe(List.of(), List.of(interval(board, from, now)));
        }
      }
      advance(now);
      if (second == killAt) {
        String state = CheckpointCodec.encode(accrual.checkpoint());
        accrual = Accrual.resume(CheckpointCodec.decode(state), CONFIG);
      }
    }
  }

  private static MeteredInterval interval(String board, long from, long to) {
    return new MeteredInterval(
        new MeterId(Part.GPU, board),
        from,
        to,
        Energy.ofMicrojoules(100_000_000),
        Quality.SAMPLED,
        Optional.empty());
  }

  private void begin(Job job, long now) {
    JobFacts facts =
        new JobFacts(job.key(), "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(), 0);
    accrual.begin(new SpoolRecord.Begin(facts, job.begin()), job.gpus(), now, BOOT.plusNanos(now));
  }

  private static SpoolRecord.End end(Job job) {
    return new SpoolRecord.End(job.key(), job.end(), OptionalInt.of(0));
  }

  private void advance(long now) {
    accrual.advance(now, BOOT.plusNanos(now));
    for (PendingLine pending : accrual.pending()) {
      if (pending.line() instanceof JobLine job) {
        lines.put(job.facts().key(), job);
      } else if (pending.line() instanceof BalanceLine balance) {
        balances.add(balance);
      }
      accrual.written(pending.ordinal());
    }
  }

  private JobLine line(long job) {
    return Optional.ofNullable(lines.get(new JobKey(job, 0))).orElseThrow();
  }

  private BigDecimal fraction(long job) {
    return line(job).held().gpus().get(0).fraction();
  }

  /** Of the n-th balance, the last one as it stands: by job. */
  private Map<Long, String> shares(int n) {
    BalanceLine balance = n < balances.size() ? balances.get(n) : accrual.checkpoint().window();
    Map<Long, String> fractions = new HashMap<>();
    for (BalanceLine.JobShare share : balance.meters().get(0).jobs()) {
      fractions.put(share.job().id(), share.fraction().map(BigDecimal::toPlainString).orElse("-"));
    }
    return fractions;
  }
}
