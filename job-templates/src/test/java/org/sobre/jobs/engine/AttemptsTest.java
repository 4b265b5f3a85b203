package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.jobs.engine.AttemptJudge.Verdict;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.launch.Signalled;
import org.sobre.slurm.job.Allocation;

/** With real children, which count their starts in a file. */
class AttemptsTest {

  @TempDir private Path directory;

  private final List<String> said = new ArrayList<>();
  private final SignalRelay relay = SignalRelay.none();

  @Test
  void aCommandIsStartedOnce() throws Exception {
    Attempts.Outcome outcome = run(AttemptJudge.ONCE, counting("exit 3"));
    assertThat(outcome.last().number()).isEqualTo(1);
    assertThat(outcome.last().result().status()).isEqualTo(3);
    assertThat(starts()).isEqualTo("1");
    assertThat(said).isEmpty();
  }

  @Test
  void aRetryHasItsOwnEnvironmentAndTheLastStatusIsTheJobs() throws Exception {
    AttemptJudge judge =
        attempt ->
            attempt.number() < 3
                ? new Verdict.Retry(
                    attempt.prepared().with(environment(attempt.number() + 1)),
                    "again " + attempt.result().status())
                : new Verdict.Done(List.of("enough"));
    Attempts.Outcome outcome = run(judge, counting("exit $((10 + TRY))"));
    assertThat(outcome.last().number()).isEqualTo(3);
    assertThat(outcome.last().result().status()).isEqualTo(13);
    assertThat(outcome.took()).isGreaterThan(outcome.last().took());
    assertThat(starts()).isEqualTo("123");
    assertThat(said).containsExactly("again 11", "again 12", "enough");
  }

  @Test
  void aJudgeThatNeverHasEnoughIsNotAskedForEver() throws Exception {
    AttemptJudge judge = attempt -> new Verdict.Retry(attempt.prepared(), "again");
    assertThat(run(judge, counting("exit 1")).last().number()).isEqualTo(Attempts.MOST);
    assertThat(starts()).hasSize(Attempts.MOST);
  }

  @Test
  void aDefectOfTheJudgeIsToldAndLeavesTheCommandsStatus() throws Exception {
    AttemptJudge judge =
        new AttemptJudge() {
          @Override
          public void starting(Prepared prepared) {
            throw new IllegalStateException("before");
          }

          @Override
          public Verdict judge(Attempt attempt) {
            throw new IllegalStateException("after");
          }
        };
    Attempts.Outcome outcome = run(judge, counting("exit 5"));
    assertThat(outcome.last().result().status()).isEqualTo(5);
    assertThat(said)
        .satisfiesExactly(
            first -> assertThat(first).contains("defect of Sobre", "before"),
            second -> assertThat(second).contains("defect of Sobre", "after"));
  }

  @Test
  void whatCouldNotBeStartedIsNotJudged() {
    AttemptJudge judge = attempt -> new Verdict.Retry(attempt.prepared(), "again");
    Attempts.Outcome outcome = run(judge, List.of("/no/such/program"));
    assertThat(outcome.started()).isFalse();
    assertThat(outcome.last().result().status()).isEqualTo(127);
    assertThat(said).singleElement().asString().contains("there is no such program");
  }

  /** While Slurm is asked how much time is left. */
  @Test
  void whoeverSignalsWhileTheJudgeJudgesEndsIt() throws Exception {
    AttemptJudge judge =
        attempt -> {
          Signalled.by("USR1", relay);
          return new Verdict.Retry(attempt.prepared(), "again");
        };
    Attempts.Outcome outcome = run(judge, counting("exit 4"));
    assertThat(outcome.last().result().status()).isEqualTo(4);
    assertThat(starts()).isEqualTo("1");
    assertThat(said).containsExactly("it is not started again: it was signalled (USR1)");
  }

  @Test
  void aSecondStartThatFailsLeavesACommandThatRan() {
    AttemptJudge judge =
        attempt -> {
          Prepared before = attempt.prepared();
          RunRequest other = before.request().with(List.of("/no/such/program"));
          return new Verdict.Retry(prepared(other), "again");
        };
    Attempts.Outcome outcome = run(judge, counting("exit 4"));
    assertThat(outcome.last().result().started()).isFalse();
    assertThat(outcome.started()).isTrue();
  }

  private Attempts.Outcome run(AttemptJudge judge, List<String> command) {
    RunRequest request =
        new RunRequest(command, Optional.empty(), false, OptionalLong.empty(), false, false);
    return new Attempts(relay, judge, said::add).run(prepared(request));
  }

  private static Prepared prepared(RunRequest request) {
    return new Prepared(
        request,
        Allocation.of(Map.of(), Optional.empty()),
        environment(1),
        List.of(),
        OptionalInt.empty(),
        Optional.empty(),
        "");
  }

  private static Map<String, String> environment(int attempt) {
    return Map.of("PATH", "/usr/bin:/bin", "TRY", String.valueOf(attempt));
  }

  private List<String> counting(String then) {
    return List.of("sh", "-c", "printf $TRY >>'" + directory.resolve("starts") + "'; " + then);
  }

  private String starts() throws IOException {
    return Files.readString(directory.resolve("starts"));
  }
}
