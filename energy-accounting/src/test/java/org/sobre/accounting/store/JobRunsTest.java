package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

class JobRunsTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final Optional<String> HOME = Optional.of("cbp");
  private static final long HOUR_MILLIS = 3_600_000;
  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-1");
  private static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");
  private static final JobLine.HeldGpu HELD =
      new JobLine.HeldGpu(
          "GPU-1",
          "nvidia_l40s",
          Optional.empty(),
          OptionalLong.empty(),
          BigDecimal.ONE,
          OptionalLong.of(46_068));
  private static final JobLine.GpuUse USE =
      new JobLine.GpuUse(
          OptionalLong.of(1),
          OptionalLong.of(2),
          OptionalLong.of(3),
          OptionalLong.of(4),
          OptionalLong.of(5),
          OptionalLong.of(6),
          OptionalLong.of(7));
  private static final PowerProfile POWER =
      new PowerProfile(60_000, new long[] {100, 0, 300}, 0b101);

  @TempDir Path root;
  private Optional<AccountingStore> opened = Optional.empty();
  private long seq = 1;
  private String user = "alice";
  private int uid = 1000;
  private Optional<String> account = Optional.of("lab1");
  private String cluster = "cbp";

  @BeforeEach
  void open() throws IOException {
    opened = Optional.of(AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db")));
  }

  @AfterEach
  void close() throws IOException {
    store().close();
  }

  @Test
  void aRunThatHasEndedIsToldAsItsLineDoes() throws IOException {
    take(job(12345, 0, "n1", START));

    assertThat(JobRuns.find(store(), HOME, 12345))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.cluster()).contains("cbp");
              assertThat(run.job()).isEqualTo(new JobKey(12345, 0));
              assertThat(run.user()).contains("alice");
              assertThat(run.account()).contains("lab1");
              assertThat(run.begin()).isEqualTo(START);
              assertThat(run.end()).contains(START.plusMillis(HOUR_MILLIS));
              assertThat(run.elapsedMillis()).isEqualTo(HOUR_MILLIS);
              assertThat(run.gpus()).containsExactly(HELD);
              assertThat(run.use()).contains(USE);
              assertThat(run.power()).contains(POWER);
              assertThat(run.parts()).containsExactlyInAnyOrderElementsOf(parts());
            });
  }

  @Test
  void aRunThatGoesOnHasWhatTheBalancesHave() throws IOException {
    take(balance(12345, "n1", 0));
    take(balance(12345, "n1", 1));

    assertThat(JobRuns.find(store(), HOME, 12345))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.end()).isEmpty();
              assertThat(run.elapsedMillis()).isEqualTo(2 * HOUR_MILLIS);
              assertThat(run.parts())
                  .containsExactly(
                      new JobLine.PartEnergy(
                          GPU,
                          EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(1_400)),
                          Optional.of(Energy.ofMicrojoules(200)),
                          2 * HOUR_MILLIS,
                          Optional.empty()));
              assertThat(run.use()).isEmpty();
            });
  }

  /** Not the last one read, nor twice: which one is wrong is for people to find out. */
  @Test
  void aSecondJobLineOfOneRunIsNotTaken() throws IOException {
    JobLine line = job(12345, 0, "n1", START);
    assertThat(take(line)).isEqualTo(LineStore.Outcome.NEW);
    assertThat(take(line)).as("the same one").isEqualTo(LineStore.Outcome.KNOWN);
    assertThat(take(job(12345, 0, "n1", START))).isEqualTo(LineStore.Outcome.SECOND_END);
    assertThat(take(job(12345, 0, "n1", START.plusMillis(1)))).isEqualTo(LineStore.Outcome.NEW);
  }

  /** Its processors' package is not on this machine; the GPU was read for all of the hour. */
  @Test
  void whatCountsOfARunIsWhatReportsCount() throws IOException {
    JobLine.PartEnergy absent =
        new JobLine.PartEnergy(
            PACKAGE, EnergyByQuality.NONE, Optional.empty(), 0, Optional.of("not-present"));
    take(job(12345, 0, "n1", START, List.of(parts().get(0), absent)));
    List<CountedRun> counted =
        store()
            .read(
                connection -> {
                  try (JobRuns.Lookup lookup = new JobRuns.Lookup(connection)) {
                    return lookup.of("cbp", 12345);
                  }
                });
    assertThat(counted)
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.energy().total().microjoules()).isEqualTo(1_500);
              assertThat(run.observedMillis()).isEqualTo(HOUR_MILLIS);
              assertThat(run.dueMillis()).isEqualTo(HOUR_MILLIS);
            });
  }

  @Test
  void severalNodesAndARequeueAreOneJob() throws IOException {
    take(job(12345, 0, "n1", START));
    take(job(12345, 0, "n2", START.plusSeconds(3)));
    take(job(12345, 1, "n3", START.plusSeconds(7_000)));

    assertThat(JobRuns.find(store(), HOME, 12345))
        .extracting(run -> run.node() + " " + run.job())
        .containsExactly("n1 12345.0", "n2 12345.0", "n3 12345.1");
  }

  @Test
  void anIdThatSlurmUsedAgainIsTheLastJobs() throws IOException {
    take(job(12345, 0, "n1", START.minusSeconds(10_000_000)));
    take(job(12345, 1, "n2", START.minusSeconds(9_990_000)));
    take(job(12345, 0, "n3", START));

    assertThat(JobRuns.find(store(), HOME, 12345))
        .extracting(RunDetails::node)
        .containsExactly("n3");
  }

  /** Its prolog was missed there, and its first step came three hours later. */
  @Test
  void aNodeThatCameLateTakesNothingFromTheOthers() throws IOException {
    take(balance(12345, "n1", 0));
    take(balance(12345, "n1", 1));
    asNoPrologTold();
    take(job(12345, 0, "n2", START.plusSeconds(3 * 3600)));

    assertThat(JobRuns.find(store(), HOME, 12345))
        .extracting(RunDetails::node)
        .containsExactly("n1", "n2");
  }

  /** Each has the restart count 0, for only a prolog tells it. */
  @Test
  void aRequeueWhosePrologWasMissedIsTheSameJob() throws IOException {
    take(job(12345, 0, "n1", START));
    asNoPrologTold();
    take(job(12345, 0, "n1", START.plusSeconds(20 * 3600)));
    take(job(12345, 0, "n2", START.plusSeconds(40 * 3600)));

    assertThat(JobRuns.find(store(), HOME, 12345))
        .extracting(RunDetails::begin)
        .containsExactly(START, START.plusSeconds(20 * 3600), START.plusSeconds(40 * 3600));
  }

  @Test
  void anIdThatSlurmUsedAgainAtOnceIsTheLastUsers() throws IOException {
    take(job(12345, 0, "n1", START));
    user = "bob";
    uid = 1001;
    take(job(12345, 0, "n1", START.plusSeconds(2 * 3600)));

    assertThat(JobRuns.find(store(), HOME, 12345))
        .singleElement()
        .satisfies(run -> assertThat(run.user()).contains("bob"));
  }

  /** Of which only the balances are there: its end was lost. */
  @Test
  void aRunThatNeverEndedIsNotEveryLaterJobs() throws IOException {
    take(balance(12345, "n1", 0));
    take(job(12345, 0, "n1", START.plusSeconds(10_000_000)));

    assertThat(JobRuns.find(store(), HOME, 12345)).hasSize(1);
  }

  @Test
  void anIdIsThatOfTheOwnClustersJob() throws IOException {
    take(job(12345, 0, "n1", START));
    cluster = "other";
    take(job(12345, 0, "n1", START.plusSeconds(60)));
    take(job(99, 0, "n1", START));

    assertThat(JobRuns.find(store(), HOME, 12345))
        .singleElement()
        .satisfies(run -> assertThat(run.cluster()).contains("cbp"));
    assertThat(JobRuns.find(store(), Optional.empty(), 12345))
        .as("without a name the last")
        .singleElement()
        .satisfies(run -> assertThat(run.cluster()).contains("other"));
    assertThat(JobRuns.find(store(), HOME, 99)).as("the home cluster had none").hasSize(1);
  }

  @Test
  void ofAJobThatNobodyKnowsThereIsNone() throws IOException {
    take(job(12345, 0, "n1", START));
    assertThat(JobRuns.find(store(), HOME, 1234)).isEmpty();
  }

  private void asNoPrologTold() {
    user = "1000";
    account = Optional.empty();
  }

  private AccountingStore store() {
    return opened.orElseThrow();
  }

  private LineStore.Outcome take(LedgerLine line) throws IOException {
    return store()
        .write(
            connection -> {
              try (LineStore lines = new LineStore(connection)) {
                return lines.add(line, String.format(Locale.ROOT, "%016x", seq));
              }
            });
  }

  private LineHeader header(String node) {
    seq++;
    return new LineHeader(cluster, node, "boot", seq, Optional.of("0011223344556677"));
  }

  private static List<JobLine.PartEnergy> parts() {
    return List.of(
        new JobLine.PartEnergy(
            GPU,
            EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(500))
                .plus(EnergyByQuality.of(Quality.COUNTER, Energy.ofMicrojoules(1_000))),
            Optional.of(Energy.ofMicrojoules(50)),
            HOUR_MILLIS,
            Optional.empty()),
        new JobLine.PartEnergy(
            PACKAGE, EnergyByQuality.NONE, Optional.empty(), 0, Optional.of("no-permission")));
  }

  private JobLine job(long id, int restart, String node, Instant begin) {
    return job(id, restart, node, begin, parts());
  }

  private JobLine job(
      long id, int restart, String node, Instant begin, List<JobLine.PartEnergy> parts) {
    return new JobLine(
        header(node),
        false,
        new JobFacts(new JobKey(id, restart), user, uid, account, Optional.of("gpu"), List.of(), 8),
        begin,
        begin.plusMillis(HOUR_MILLIS),
        JobLine.BeginFrom.PROLOG,
        JobLine.EndFrom.EPILOG,
        OptionalInt.of(0),
        HOUR_MILLIS,
        new JobLine.Held(8, OptionalLong.empty(), List.of(HELD)),
        parts,
        Optional.of(USE),
        List.of(
            new JobLine.CounterCheck(
                "GPU-1", Energy.ofMicrojoules(1_500), Energy.ofMicrojoules(1_490), true)),
        Optional.of(POWER),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private BalanceLine balance(long id, String node, int hour) {
    Instant from = START.plusMillis(hour * HOUR_MILLIS);
    EnergyByQuality energy = EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(700));
    return new BalanceLine(
        header(node),
        false,
        from,
        from.plusMillis(HOUR_MILLIS),
        HOUR_MILLIS,
        List.of(
            new BalanceLine.MeterBalance(
                GPU,
                "nvidia-smi",
                Optional.empty(),
                HOUR_MILLIS,
                energy,
                List.of(
                    new BalanceLine.JobShare(
                        new JobKey(id, 0),
                        START,
                        Optional.of("lab1"),
                        1000,
                        energy,
                        Optional.of(Energy.ofMicrojoules(100)),
                        HOUR_MILLIS,
                        Optional.empty())),
                List.of(),
                EnergyByQuality.NONE,
                EnergyByQuality.NONE)));
  }
}
