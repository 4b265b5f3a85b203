package org.sobre.it.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** However Slurm signals a job, its command gets each signal as often wrapped as bare. */
@RealCluster
@Order(4)
class SignalCountIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Slurm looks at limits now and then: each half minute. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /**
   * Writes down each signal, and ends two seconds after the first: before Slurm repeats SIGTERM or
   * kills, long after the last of one sending has been passed on.
   */
  private static final String COUNTER =
      """
      perl -e '
        open my $out, ">>", "$ENV{HOME}/signals-$ENV{SLURM_JOB_ID}.out" or die;
        my $end;
        for my $name (qw(TERM HUP INT USR1 USR2)) {
          $SIG{$name} = sub { syswrite $out, "$name\\n"; $end //= time + 3 };
        }
        syswrite $out, "up\\n";
        select undef, undef, undef, 0.05 until $end && time >= $end;
      '\
      """;

  private static final String WRAPPED = "sobre run -- ";

  private final Lab lab;

  SignalCountIT(Lab lab) {
    this.lab = lab;
  }

  @ParameterizedTest
  @CsvSource({
    "exec, scancel, TERM",
    "exec, scancel --full --signal=TERM, TERM",
    "exec, scancel --full --signal=USR1, USR1",
    "exec, scancel --full --signal=HUP, HUP",
    "exec, scancel --batch --signal=TERM, TERM",
    "exec, scancel --batch --signal=USR1, USR1",
    "exec, scancel --batch --signal=USR2, USR2",
    "exec, scancel --batch --signal=INT, INT",
    "exec, scancel --batch --signal=HUP, HUP",
    "exec srun, scancel, TERM",
    "exec srun, scancel --signal=USR1, USR1",
    "exec srun, scancel --signal=INT, INT"
  })
  void aSenderIsHeardAsOftenWrappedAsBare(String starter, String sender, String name) {
    String bare = submit(starter + " " + COUNTER);
    String wrapped = submit(starter + " " + WRAPPED + COUNTER);
    for (String job : List.of(bare, wrapped)) {
      awaitUp(job);
      lab.exec("alice", (sender + " " + job).split(" ", -1)).text();
    }
    assertAlike(bare, wrapped, name, PATIENCE);
  }

  private record Limit(String starter, String option, String name) {}

  /** The script alone, by the option; all of a step, by the option; all there is, by the limit. */
  @Test
  void theTimeLimitIsHeardAsOftenWrappedAsBare() {
    List<Limit> limits =
        List.of(
            new Limit("exec", "--signal=B:USR1@55", "USR1"),
            new Limit("exec srun", "--signal=USR2@55", "USR2"),
            new Limit("exec", "--no-requeue", "TERM"));
    // all at once: a minute is the least limit there is
    Map<Limit, String> bare = new LinkedHashMap<>();
    Map<Limit, String> wrapped = new LinkedHashMap<>();
    for (Limit limit : limits) {
      bare.put(limit, submit(limit.starter() + " " + COUNTER, limit.option(), "--time=1"));
      wrapped.put(
          limit, submit(limit.starter() + " " + WRAPPED + COUNTER, limit.option(), "--time=1"));
    }
    bare.forEach(
        (limit, job) -> assertAlike(job, requireNonNull(wrapped.get(limit)), limit.name(), LIMIT));
  }

  @Test
  void aRequeueIsHeardAsOftenWrappedAsBare() {
    String bare = submit("exec " + COUNTER, "--requeue");
    String wrapped = submit("exec " + WRAPPED + COUNTER, "--requeue");
    for (String job : List.of(bare, wrapped)) {
      awaitUp(job);
      lab.exec("root", "scontrol", "requeue", job).text();
    }
    for (String job : List.of(bare, wrapped)) {
      await("the second start of job " + job + " to be waited for")
          .atMost(PATIENCE)
          .until(
              () -> lab.exec("root", "squeue", "-h", "-j", job, "-o", "%T").text(),
              "PENDING"::equals);
      lab.exec("root", "scancel", job).text();
    }
    assertAlike(bare, wrapped, "TERM", PATIENCE);
  }

  /** Of a step's processes the one that a shell there signals: Slurm has nothing to do with it. */
  @Test
  void aShellOfAStepIsHeardAsOftenWrappedAsBare() {
    String bare = submit(signalledInItsStep(COUNTER));
    String wrapped = submit(signalledInItsStep(WRAPPED + COUNTER));
    assertAlike(bare, wrapped, "USR1", PATIENCE);
  }

  private static String signalledInItsStep(String command) {
    return "srun bash <<'EOF'\n"
        + command
        + " &\nuntil grep -q up \"$HOME/signals-$SLURM_JOB_ID.out\"; do sleep 0.1; done\n"
        + "kill -s USR1 $!\nwait $!\nEOF";
  }

  private String submit(String script, String... options) {
    String[] words = new String[options.length + 1];
    System.arraycopy(options, 0, words, 1, options.length);
    words[0] = "--nodelist=gpu1";
    return lab.sbatch("alice", script, words);
  }

  private void assertAlike(String bare, String wrapped, String name, Duration patience) {
    lab.awaitEnd(bare, patience);
    lab.awaitEnd(wrapped, patience);
    assertThat(signals(bare)).as("bare").contains(name);
    assertThat(signals(wrapped)).as("wrapped").isEqualTo(signals(bare));
  }

  private List<String> signals(String job) {
    return lab.output("alice", "signals-" + job)
        .lines()
        .filter(line -> !line.equals("up"))
        .toList();
  }

  private void awaitUp(String job) {
    await("job " + job + " to be up")
        .atMost(PATIENCE)
        .ignoreException(UncheckedIOException.class)
        .until(() -> lab.output("alice", "signals-" + job), "up\n"::equals);
  }
}
