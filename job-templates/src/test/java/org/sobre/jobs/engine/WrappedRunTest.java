package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.launch.Tail;
import org.sobre.jobs.station.FakeDaemon;

/** A wrapped command's summary: its energy, its items, its end. */
class WrappedRunTest extends WrappedJob {

  @Test
  void theChildGetsTheBatchAndTheSummaryTellsAll() throws Exception {
    tools.exits(0, CARD);
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      int status =
          run(
              request(
                  Optional.of("sd21-finetune"), 128, writes("{batch_size}/{accumulation}/{gpus}")));
      assertThat(status).isZero();
      assertThat(daemon.asked).hasSize(4);
      assertThat(daemon.asked.get(0)).contains("\"batchSize\":1").doesNotContain("items");
      assertThat(daemon.asked.get(2)).contains("\"items\":128");
    }
    assertThat(directory.resolve("said")).hasContent("1/128/1");
    assertThat(errors().lines())
        .hasSize(6)
        .anyMatch(
            l ->
                l.equals(
                    "sobre: GPUs    1: NVIDIA GeForce RTX 4090 (GPU-aa11), 25.4 GB free of 25.8 GB"))
        .anyMatch(
            l ->
                l.equals(
                    "sobre: batch   1 x 128 steps = 128: variant full needs a card of 24 GB"
                        + " (measured), 25.4 GB are free, which is tight; batch 2 would need 25.8"
                        + " GB with 5 % margin"))
        .anyMatch(l -> l.startsWith("sobre: time    "))
        .anyMatch(
            l ->
                l.equals(
                    "sobre: energy  7200 J (2.00 Wh): gpu 7200 J sampled; without cpu-package"
                        + " (no-permission); 59 of 60 s observed so far"))
        // the rate is SummaryTest's: a child may be over within a millisecond
        .anyMatch(l -> l.startsWith("sobre: exit    0; 128 images"));
  }

  @Test
  void theSecondCommandOfAJobHasItsOwnEnergy() throws Exception {
    String before = ENERGY.replace("7200", "7000").replace(":59", ":56").replace(":60", ":57");
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(before, ENERGY))) {
      run(request(Optional.empty(), 0, List.of("true")));
      assertThat(daemon.asked).hasSize(2);
    }
    assertThat(errors())
        .contains("energy  200 J (0.06 Wh): gpu 200 J sampled;", "3 of 3 s observed so far\n");
  }

  @Test
  void aSilentDaemonIsWaitedForShortlyAndACommandThatNeverStartedHasNoEnergy() throws Exception {
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), line -> FakeDaemon.SILENCE)) {
      long begin = System.nanoTime();
      run(request(Optional.empty(), 0, List.of("/no/such/program")));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
      assertThat(daemon.asked).hasSize(1);
    }
    assertThat(errors()).contains("energy  none: the command was not started\n");
  }

  @Test
  void anyCommandRunsWithoutAProfileAndAsksNoGpu() throws Exception {
    assertThat(run(request(Optional.empty(), 0, List.of("sh", "-c", "exit 3")))).isEqualTo(3);
    assertThat(tools.asked).isEmpty();
    assertThat(errors())
        .contains("sobre: GPUs    1 (CUDA device [0])")
        .contains("no profile was asked for")
        .contains("energy  none: no sobre-monitord on this node (")
        .contains("sobre: exit    3");
  }

  /** One job's words are of one command: what the one before declared is not this one's. */
  @Test
  void aCommandWithoutAProfileTakesThePlaceOfWhatWasDeclaredBefore() throws Exception {
    tools.exits(0, CARD);
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      run(request(Optional.of("sd21-finetune"), 64, writes("{batch_size}")));
      run(request(Optional.empty(), 100_000, List.of("true")));
      List<String> declared =
          daemon.asked.stream().filter(line -> line.contains("declare")).toList();
      assertThat(declared).hasSize(3);
      assertThat(declared.get(2)).contains("\"items\":100000").doesNotContain("keep");
    }
  }

  @Test
  void aFailedCommandHasDoneNoItems() throws Exception {
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), line -> ENERGY)) {
      assertThat(run(request(Optional.empty(), 64, List.of("false")))).isEqualTo(1);
      assertThat(daemon.asked).noneMatch(line -> line.contains("items"));
    }
    assertThat(errors()).doesNotContain("64");
  }

  /** Of a command that failed, too: it says what it has done, and not what it is to do. */
  @ParameterizedTest
  @CsvSource({"0, -1, 64", "1, -1, -1", "0, 60, 60", "1, 60, 60"})
  void whatTheCommandCountsGoesBeforeWhatItWasToDo(int status, long counted, long expected) {
    OptionalLong said = counted < 0 ? OptionalLong.empty() : OptionalLong.of(counted);
    Tail out = new Tail("", said, Optional.empty(), Optional.empty());
    ChildProcess.Result result =
        new ChildProcess.Result(status, true, "", out, Tail.NONE, Set.of());
    OptionalLong items = Conclusion.items(request(Optional.empty(), 64, List.of("any")), result);
    assertThat(items.orElse(-1)).isEqualTo(expected);
  }

  @Test
  void quietSaysNothingOfASuccess() throws Exception {
    RunRequest request =
        new RunRequest(List.of("true"), Optional.empty(), false, OptionalLong.empty(), false, true);
    assertThat(run(request)).isZero();
    assertThat(errors()).isEmpty();
  }

  @Test
  void aProgramThatIsNotThereIsNamed() throws Exception {
    assertThat(run(request(Optional.empty(), 0, List.of("/no/such/program")))).isEqualTo(127);
    assertThat(errors()).contains("/no/such/program: there is no such program");
  }
}
