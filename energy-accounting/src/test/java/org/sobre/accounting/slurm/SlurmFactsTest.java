package org.sobre.accounting.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.slurm.SlurmFacts.Outcome;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.LineStore;
import org.sobre.accounting.store.NodeNews;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.SlurmAccounts;
import org.sobre.accounting.store.SlurmJobs;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.slurm.command.AccountedJob;
import org.sobre.slurm.command.SlurmAccounting;
import org.sobre.slurm.job.JobKey;

/** What Slurm tells, held against what the ledger does. */
class SlurmFactsTest {

  private static final Instant BEGIN = Instant.parse("2026-11-20T10:00:00Z");
  private static final long T = BEGIN.getEpochSecond();
  private static final Duration AT_MOST = Duration.ofMinutes(3);

  @TempDir Path root;
  private AccountingStore store;
  private final ScriptedSlurm slurm = new ScriptedSlurm();
  private long seq = 1;
  private String node = "n1";

  @BeforeEach
  void open() throws IOException {
    store = AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  /** A balance of the hour from BEGIN on, with a run of each id that began at a second. */
  private void balance(Map<Long, Long> begins) throws IOException {
    List<BalanceLine.JobShare> shares =
        begins.entrySet().stream().map(run -> share(run.getKey(), run.getValue())).toList();
    seq++;
    LineHeader header = new LineHeader("cbp", node, "boot", seq, Optional.of("0011223344556677"));
    BalanceLine line =
        new BalanceLine(
            header,
            false,
            BEGIN,
            BEGIN.plusSeconds(3_600),
            3_600_000,
            List.of(
                new BalanceLine.MeterBalance(
                    new MeterId(Part.GPU, "GPU-1"),
                    "test",
                    Optional.empty(),
                    3_600_000,
                    EnergyByQuality.NONE,
                    shares,
                    List.of(),
                    EnergyByQuality.NONE,
                    EnergyByQuality.NONE)));
    put(line, seq);
  }

  private void put(BalanceLine line, long hash) throws IOException {
    store.write(
        connection -> {
          try (LineStore lines = new LineStore(connection)) {
            return lines.add(line, String.format(Locale.ROOT, "%016x", hash));
          }
        });
  }

  private static BalanceLine.JobShare share(long job, long begin) {
    return new BalanceLine.JobShare(
        new JobKey(job, 0),
        Instant.ofEpochSecond(begin),
        Optional.of("lab"),
        1000,
        EnergyByQuality.NONE,
        Optional.empty(),
        0);
  }

  private Outcome read(Instant now) throws IOException {
    SlurmFacts facts =
        new SlurmFacts(new SlurmAccounting(slurm), "cbp", Clock.fixed(now, ZoneOffset.UTC));
    return facts.read(store, now, AT_MOST);
  }

  private static Outcome told(int jobs, Instant until) {
    return new Outcome.Told(jobs, until, List.of());
  }

  private List<String> uncovered() throws IOException {
    return store.read(
        connection -> {
          try (SlurmJobs jobs = new SlurmJobs(connection)) {
            return jobs.uncovered(Period.ALL).stream()
                .map(job -> job.name() + "@" + (job.submit().getEpochSecond() - T))
                .toList();
          }
        });
  }

  private void settle() throws IOException {
    store.write(
        connection -> {
          try (SlurmJobs jobs = new SlurmJobs(connection)) {
            jobs.settle();
            return true;
          }
        });
  }

  @Test
  void aStartThatNoNodeToldOfIsUncovered() throws IOException {
    balance(Map.of(7L, T + 100, 9L, T + 100));
    slurm.job("7", "7", "lab", T + 90, T + 99, T + 200, "");
    slurm.job("8", "8", "lab", T + 90, T + 99, T + 200, "");
    // requeued: the ledger has its first start alone
    slurm.job("9", "9", "lab", T + 90, T + 99, T + 200, "");
    slurm.job("9", "9", "lab", T + 200, T + 900, T + 1_000, "");
    assertThat(read(BEGIN.plusSeconds(4_000))).isEqualTo(told(4, BEGIN.plusSeconds(4_000)));
    assertThat(uncovered()).containsExactly("8@90", "9@200");

    balance(Map.of(8L, T + 101, 9L, T + 901));
    settle();
    assertThat(uncovered()).as("lines that came late").isEmpty();
  }

  /** Two GPUs on four nodes, of which one told, then two: two GPUs' even parts are one each. */
  @Test
  void ofAStartThatSomeOfItsNodesToldTheRestIsUncovered() throws IOException {
    balance(Map.of(8L, T + 100));
    slurm.job("8", "8", "lab", T + 90, T + 99, T + 200, "", 4);
    read(BEGIN.plusSeconds(4_000));
    assertThat(uncoveredParts()).containsExactly("8: 3 nodes, 2 GPUs");
    read(BEGIN.plusSeconds(4_100));
    assertThat(uncoveredParts()).as("told again by Slurm").containsExactly("8: 3 nodes, 2 GPUs");

    node = "n2";
    balance(Map.of(8L, T + 100));
    settle();
    assertThat(uncoveredParts()).containsExactly("8: 2 nodes, 1 GPUs");
    node = "n3";
    balance(Map.of(8L, T + 100));
    node = "n4";
    balance(Map.of(8L, T + 101));
    settle();
    assertThat(uncoveredParts()).isEmpty();
  }

  private List<String> uncoveredParts() throws IOException {
    return store.read(
        connection -> {
          try (SlurmJobs jobs = new SlurmJobs(connection)) {
            return jobs.uncovered(Period.ALL).stream()
                .map(
                    job ->
                        job.name()
                            + ": "
                            + job.nodes()
                            + " nodes, "
                            + job.gpus().orElseThrow()
                            + " GPUs")
                .toList();
          }
        });
  }

  @Test
  void whatBothCannotKnowIsNotHeldAgainstTheLedger() throws IOException {
    balance(Map.of(7L, T + 100));
    slurm.job("1", "1", "lab", T - 90, T - 50, T + 200, "");
    slurm.job("2", "2", "lab", T + 3_000, T + 3_100, T + 3_970, "");
    slurm.job("3", "3", "lab", T + 3_000, T + 3_100, 0, "");
    slurm.job("4", "4", "lab", T + 3_000, T + 3_100, T + 3_100, "");
    read(BEGIN.plusSeconds(4_000));
    assertThat(uncovered())
        .as("before the ledger; ended just now; running; without any time")
        .isEmpty();
    slurm.records.clear();
    read(BEGIN.plusSeconds(4_100));
    assertThat(uncovered()).as("its line should be there by now").containsExactly("2@3000");
  }

  @Test
  void itAsksFromADayBeforeTheLastTimeAndWeekByWeek() throws IOException {
    balance(Map.of(7L, T + 100));
    long days = 86_400;
    read(BEGIN.plusSeconds(20 * days));
    assertThat(slurm.calls("sacct"))
        .extracting(call -> since(call) - T)
        .containsExactly(0L, 7 * days, 14 * days);
    slurm.called.clear();
    read(BEGIN.plusSeconds(20 * days + 600));
    assertThat(slurm.calls("sacct")).extracting(call -> since(call) - T).containsExactly(19 * days);
  }

  @Test
  void aClockThatWasNeverSetSaysNothingOfWhenTheLedgerBegins() throws IOException {
    LineHeader unset =
        new LineHeader("cbp", "n2", "boot", 2, Optional.of("0011223344556677"))
            .withClockUnset(true);
    Instant then = Instant.parse("1970-01-01T00:00:00Z");
    put(new BalanceLine(unset, false, then, then.plusSeconds(60), 60_000, List.of()), 2);
    assertThat(read(BEGIN)).as("it is no ledger to hold against").isEqualTo(new Outcome.Nothing());
    assertThat(store.read(NodeNews::read)).isEmpty();
    balance(Map.of(7L, T + 100));
    slurm.job("1", "1", "lab", T - 90_000, T - 90_000, T - 80_000, "");
    read(BEGIN.plusSeconds(4_000));
    assertThat(slurm.calls("sacct")).extracting(call -> since(call) - T).containsExactly(0L);
    assertThat(uncovered()).isEmpty();
  }

  @Test
  void itEndsAtItsDeadlineAndGoesOnNextTime() throws IOException {
    balance(Map.of(7L, T + 100));
    Instant now = BEGIN.plusSeconds(365 * 86_400);
    SettableClock clock = new SettableClock(now);
    slurm.whenCalled = () -> clock.now = clock.now.plusSeconds(50);
    SlurmFacts facts = new SlurmFacts(new SlurmAccounting(slurm), "cbp", clock);
    Instant firstUntil = BEGIN.plusSeconds(4 * 7 * 86_400);
    assertThat(facts.read(store, now, AT_MOST)).isEqualTo(told(0, firstUntil));
    facts.read(store, now, AT_MOST);
    assertThat(since(slurm.calls("sacct").get(4))).isEqualTo(T + (4 * 7 - 1) * 86_400);
  }

  /** A clock that goes on when something takes its time. */
  private static final class SettableClock extends Clock {
    Instant now;

    SettableClock(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void itAsksForLessWhereThatIsTooMuch() throws IOException {
    balance(Map.of(7L, T + 100));
    slurm.mostHours = 50;
    slurm.job("8", "8", "lab", T + 90, T + 99, T + 200, "");
    Instant now = BEGIN.plusSeconds(6 * 86_400);
    assertThat(read(now)).isEqualTo(told(1, now));
  }

  @Test
  void whereSlurmIsAwayWhatIsKnownStays() throws IOException {
    balance(Map.of(7L, T + 100));
    slurm.job("8", "8", "lab", T + 90, T + 99, T + 200, "");
    read(BEGIN.plusSeconds(4_000));
    slurm.ending = Ending.TIMED_OUT;
    assertThat(read(BEGIN.plusSeconds(5_000)))
        .isInstanceOfSatisfying(
            Outcome.Away.class, away -> assertThat(away.why()).contains("is slurmdbd up?"));
    assertThat(uncovered()).containsExactly("8@90");
  }

  @Test
  void anOddRecordIsNamedAndTheOthersAreTaken() throws IOException {
    balance(Map.of(7L, T + 100));
    slurm.job("8", "8", "lab", T + 90, T + 99, T + 200, "");
    slurm.job("9", "9", "lab", T + 90, T + 200, T + 150, "");
    assertThat(read(BEGIN.plusSeconds(4_000)))
        .isInstanceOfSatisfying(
            Outcome.Told.class,
            told -> {
              assertThat(told.jobs()).isEqualTo(1);
              assertThat(told.leftOut()).singleElement().asString().contains("job 9");
            });
    assertThat(uncovered()).containsExactly("8@90");
  }

  @Test
  void aSlurmWithoutAccountsIsNoTrouble() throws IOException {
    assertThat(read(BEGIN)).as("no ledger yet").isEqualTo(new Outcome.Nothing());
    assertThat(slurm.called).isEmpty();
    balance(Map.of(7L, T + 100));
    slurm.complaint = "Slurm accounting storage is disabled\n";
    assertThat(read(BEGIN.plusSeconds(100))).isEqualTo(new Outcome.Nothing());
  }

  @Test
  void theTreeOfAccountsIsKept() throws IOException {
    balance(Map.of(7L, T + 100));
    slurm.associations =
        """
        slurms-own|root||
        slurms-own|root||root
        slurms-own|physics|root|
        slurms-own|optics|physics|
        slurms-own|optics||ann
        """;
    slurm.job("7", "7", "optics", T + 90, T + 99, T + 200, "");
    read(BEGIN.plusSeconds(4_000));
    assertThat(slurm.calls("sacctmgr").get(0)).contains("cluster=slurms-own");
    assertThat(store.read(SlurmAccounts::parents))
        .isEqualTo(Map.of("cbp", Map.of("physics", "root", "optics", "physics")));

    slurm.associations = "slurms-own|root||\nslurms-own|optics|root|\n";
    read(BEGIN.plusSeconds(4_100));
    assertThat(store.read(SlurmAccounts::parents))
        .as("moved in Slurm; and forgotten there: its bills stay its lab's")
        .isEqualTo(Map.of("cbp", Map.of("physics", "root", "optics", "root")));
    slurm.associations = "";
    read(BEGIN.plusSeconds(4_200));
    assertThat(store.read(SlurmAccounts::parents).get("cbp")).hasSize(2);
  }

  @Test
  void aJobIsFoundAsItWasTold() throws IOException {
    balance(Map.of(7L, T + 100));
    slurm.job("5", "2_1", "optics", T + 90, T + 99, T + 200, "somebody's own", 3);
    read(BEGIN.plusSeconds(4_000));
    List<AccountedJob> found =
        store.read(
            connection -> {
              try (SlurmJobs jobs = new SlurmJobs(connection)) {
                return jobs.find("cbp", 5);
              }
            });
    assertThat(found)
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.name()).isEqualTo("2_1");
              assertThat(job.user()).contains("ann");
              assertThat(job.account()).contains("optics");
              assertThat(job.start()).contains(Instant.ofEpochSecond(T + 99));
              assertThat(job.end()).contains(Instant.ofEpochSecond(T + 200));
              assertThat(job.gpus()).hasValue(2);
              assertThat(job.nodes()).isEqualTo(3);
              assertThat(job.adminComment()).isEmpty();
            });
  }

  private static long since(List<String> command) {
    return command.stream()
        .filter(word -> word.startsWith("--starttime=uts"))
        .mapToLong(word -> Long.parseLong(word.substring("--starttime=uts".length())))
        .findFirst()
        .orElseThrow();
  }
}
