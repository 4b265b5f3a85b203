package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.jobs.engine.JobEnergy.MissingPart;
import org.sobre.jobs.engine.JobEnergy.PartEnergy;

class RunEnergyTest {

  private static final Duration THREE_SECONDS = Duration.ofSeconds(3);

  @Test
  void theCommandHasWhatCameSinceItsBegin() {
    RunEnergy run =
        RunEnergy.between(
            Optional.of(job(700, 500, 20, 21)), job(1000, 650, 23, 24), THREE_SECONDS);
    assertThat(run).isEqualTo(new RunEnergy(job(300, 150, 3, 3), true));
  }

  /** Two qualities of one part are not one figure. */
  @Test
  void whatAnEarlierAnswerDidNotHaveCountsWhole() {
    JobEnergy end =
        new JobEnergy(
            12,
            2,
            2,
            List.of(
                new PartEnergy("gpu", "G", "sampled", 7), new PartEnergy("gpu", "G", "counter", 5)),
            List.of());
    JobEnergy begin =
        new JobEnergy(4, 1, 1, List.of(new PartEnergy("gpu", "G", "sampled", 4)), List.of());
    assertThat(end.since(begin).orElseThrow().parts())
        .extracting(PartEnergy::joules)
        .containsExactly(3L, 5L);
  }

  @ParameterizedTest
  @CsvSource({"3, true", "8, true", "9, false", "26, false"})
  void aJobUnknownAtTheBeginCountsWholeIfItIsAsYoungAsTheCommand(int elapsed, boolean own) {
    JobEnergy end = job(1000, 650, 3, elapsed);
    assertThat(RunEnergy.between(Optional.empty(), end, THREE_SECONDS))
        .isEqualTo(new RunEnergy(end, own));
  }

  @Test
  void aJobThatHasLessThanBeforeIsToldAsAWhole() {
    JobEnergy end = job(600, 400, 3, 4);
    assertThat(RunEnergy.between(Optional.of(job(700, 400, 20, 21)), end, THREE_SECONDS))
        .isEqualTo(new RunEnergy(end, false));
  }

  private static JobEnergy job(long joules, long gpu, long observed, long elapsed) {
    return new JobEnergy(
        joules,
        observed,
        elapsed,
        List.of(
            new PartEnergy("gpu", "G", "sampled", gpu),
            new PartEnergy("cpu-package", "0", "counter", joules - gpu)),
        List.of(new MissingPart("cpu-package", "1", "no-permission")));
  }
}
