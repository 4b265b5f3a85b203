package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A command gets each signal as often under a wrapper as without. */
class SignalCountTest {

  /** Says who its parent is, and each signal that it gets; ends half a second after it may. */
  private static final String COUNTER =
      """
      my ($log, $go) = @ARGV;
      open my $out, ">>", $log or die;
      $SIG{$_} = sub { syswrite $out, "$_[0]\\n" } for qw(TERM HUP INT USR1 USR2);
      syswrite $out, "parent " . getppid() . "\\n";
      select undef, undef, undef, 0.02 until -e $go;
      my $end = time + 2;
      select undef, undef, undef, 0.05 until time >= $end;
      exit 7;
      """;

  /** Calls itself as Slurm's own does, and starts what follows. */
  private static final String STEP_DAEMON = "$0 = shift; exit(system(@ARGV) >> 8)";

  @TempDir private Path directory;

  private Wrappers wrappers;
  private Path log;
  private Path go;

  @BeforeEach
  void places() {
    wrappers = new Wrappers(directory);
    log = directory.resolve("log");
    go = directory.resolve("go");
  }

  @AfterEach
  void endWhatIsLeft() {
    wrappers.close();
  }

  /** As {@code scancel}, a time limit, {@code scancel --full}, a terminal's or a service's end. */
  @ParameterizedTest
  @ValueSource(strings = {"", "SLURM_JOB_ID SLURM_TASK_PID", "SLURM_JOB_ID SLURM_STEP_ID"})
  void whatAllProcessesGetTheCommandGetsOnce(String variables) throws Exception {
    Process wrapper = startWith(variables);
    signal("-" + parent(), "TERM", "HUP", "INT", "USR1", "USR2");
    assertThat(count(wrapper))
        .isEqualTo(Map.of("TERM", 1L, "HUP", 1L, "INT", 1L, "USR1", 1L, "USR2", 1L));
  }

  /**
   * As {@code scancel --batch} and {@code --signal=B:}, of a script that has become the wrapper; as
   * {@code kill} of a wrapper in a step, by the shell or the launcher that started it there.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "SLURM_JOB_ID SLURM_TASK_PID", "SLURM_JOB_ID SLURM_STEP_ID"})
  void whatTheWrapperAloneGetsIsPassedOn(String variables) throws Exception {
    Process wrapper = startWith(variables);
    signal(parent(), "TERM", "HUP", "INT", "USR1", "USR2");
    assertThat(String.join(" ", count(wrapper).keySet())).isEqualTo("HUP INT TERM USR1 USR2");
    assertThat(count(wrapper).values()).allMatch(times -> times == 1);
    assertThat(wrappers.result()).containsEntry("signals", "HUP INT TERM USR1 USR2");
  }

  /**
   * In a batch script the end is told to all, and in a step everything: who does not know better
   * does not say it again.
   */
  @ParameterizedTest
  @CsvSource({"SLURM_JOB_ID SLURM_TASK_PID, USR1", "SLURM_JOB_ID SLURM_STEP_ID, ''"})
  void withoutItsWitnessAWordToAllIsNotPassedOn(String variables, String passedOn)
      throws Exception {
    Process wrapper = startWith(variables);
    String pid = parent();
    killWitness(wrapper);
    signal(pid, "TERM", "USR1");
    Map<String, Long> counted = count(wrapper);
    assertThat(String.join(" ", counted.keySet())).isEqualTo(passedOn);
    assertThat(counted.values()).allMatch(times -> times == 1);
  }

  private static void killWitness(Process wrapper) throws Exception {
    await().atMost(Wrappers.PATIENCE).until(() -> witness(wrapper).isPresent());
    ProcessHandle witness = witness(wrapper).orElseThrow();
    witness.destroyForcibly();
    witness.onExit().get(10, TimeUnit.SECONDS);
  }

  private static Optional<ProcessHandle> witness(Process wrapper) {
    return wrapper
        .descendants()
        .filter(process -> arguments(process).endsWith("sobre-witness"))
        .findFirst();
  }

  private static String arguments(ProcessHandle process) {
    return String.join(" ", process.info().arguments().orElse(new String[0]));
  }

  /** A step's variable stands in the script of a job that was submitted from within the step. */
  @ParameterizedTest
  @CsvSource({"slurmstepd: [12.batch], 1", "slurmstepd: [12.0], 0"})
  void theStepDaemonAboveKnowsBetterThanTheVariables(String title, int times) throws Exception {
    List<String> words = new ArrayList<>(List.of("perl", "-e", STEP_DAEMON, title));
    words.addAll(Wrappers.words());
    // setsid(1) would fork here, and not wait
    words.remove("setsid");
    words.addAll(counter());
    ProcessBuilder builder = wrappers.plain(words);
    builder.environment().put("SLURM_JOB_ID", "12");
    builder.environment().put("SLURM_STEP_ID", "0");
    Process daemon = wrappers.start(builder);
    String pid = parent();
    killWitness(daemon);
    signal(pid, "USR1");
    assertThat(count(daemon).getOrDefault("USR1", 0L)).isEqualTo(times);
  }

  /** Slurm sends both, within a millisecond and in any order, to all processes of a job. */
  @Test
  void survivesTermAndContTogether() throws Exception {
    Process wrapper = startWith("SLURM_JOB_ID SLURM_TASK_PID");
    String group = parent();
    for (int round = 1; round <= 200; round++) {
      String first = round % 2 == 0 ? "TERM" : "CONT";
      kill(
          "kill -s "
              + first
              + " -- -"
              + group
              + "; kill -s "
              + (round % 2 == 0 ? "CONT" : "TERM")
              + " -- -"
              + group);
      int sent = round;
      await()
          .atMost(Wrappers.PATIENCE)
          .pollInSameThread()
          .pollInterval(Duration.ofMillis(2))
          .until(() -> Files.readAllLines(log).stream().filter("TERM"::equals).count() >= sent);
    }
    assertThat(count(wrapper)).isEqualTo(Map.of("TERM", 200L));
  }

  private Process startWith(String variables) throws IOException {
    ProcessBuilder builder = wrappers.builder(counter());
    for (String name : variables.split(" ", -1)) {
      if (!name.isEmpty()) {
        builder.environment().put(name, "1");
      }
    }
    return wrappers.start(builder);
  }

  private List<String> counter() {
    return List.of("perl", "-e", COUNTER, log.toString(), go.toString());
  }

  /** The wrapper, which is the first of its group. */
  private String parent() {
    await()
        .atMost(Wrappers.PATIENCE)
        .until(() -> Files.exists(log) && Files.readString(log).endsWith("\n"));
    try {
      return Files.readAllLines(log).get(0).substring("parent ".length());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void signal(String target, String... names) throws Exception {
    StringBuilder script = new StringBuilder();
    for (String name : names) {
      script.append("kill -s ").append(name).append(" -- ").append(target).append("; ");
    }
    kill(script.toString());
  }

  private static void kill(String script) throws Exception {
    assertThat(new ProcessBuilder("sh", "-c", script).start().waitFor()).isZero();
  }

  /** When it is over. */
  private Map<String, Long> count(Process wrapper) throws Exception {
    if (!Files.exists(go)) {
      Files.createFile(go);
    }
    assertThat(wrappers.end(wrapper)).isEqualTo(7);
    return Files.readAllLines(log).stream()
        .filter(line -> !line.startsWith("parent"))
        .collect(Collectors.groupingBy(line -> line, TreeMap::new, Collectors.counting()));
  }
}
