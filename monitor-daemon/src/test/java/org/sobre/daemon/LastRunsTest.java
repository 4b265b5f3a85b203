package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sobre.energy.accrual.PendingLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.Held;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

class LastRunsTest {

  private static final Instant BEGIN = Instant.parse("2026-11-20T14:00:00Z");

  private final LastRuns runs = new LastRuns();

  @Test
  void aSealedRunIsToldInWholeJoulesWithItsEnd() throws JsonShapeException {
    runs.take(List.of(line(1, 4242, BEGIN, 1)));
    assertThat(runs.of(7)).isEmpty();
    LastRuns.Ended ended = runs.of(4242).get(0);
    assertThat(ended.uid()).isEqualTo(1203);
    JsonObject json = JsonObject.parse(ended.json());
    assertThat(json.requiredString("job")).isEqualTo("4242.0");
    assertThat(json.requiredString("end")).isEqualTo("2026-11-20T14:01:30Z");
    assertThat(json.requiredInteger("elapsedSeconds")).isEqualTo(90);
    assertThat(json.objects("parts").get(0).requiredObject("joules").requiredInteger("counter"))
        .isEqualTo(12);
  }

  @Test
  void toldAgainItIsOneAndOneThatIsLabelledAnewHasItsNewTimes() {
    runs.take(List.of(line(1, 4242, BEGIN, 1)));
    runs.take(List.of(line(1, 4242, BEGIN, 1)));
    runs.take(List.of(line(1, 4242, BEGIN.plusSeconds(3600), 1)));
    assertThat(runs.of(4242))
        .singleElement()
        .extracting(LastRuns.Ended::begin)
        .isEqualTo(BEGIN.plusSeconds(3600));
  }

  @Test
  void theOldestGoFirstAndDoNotComeBack() {
    List<PendingLine> many =
        IntStream.rangeClosed(1, LastRuns.MOST + 5).mapToObj(i -> line(i, i, BEGIN, 1)).toList();
    for (int times = 0; times < 2; times++) {
      runs.take(many);
      assertThat(runs.of(5)).isEmpty();
      assertThat(runs.of(6)).hasSize(1);
      assertThat(runs.of(LastRuns.MOST + 5)).hasSize(1);
    }
  }

  @Test
  void theyTakeNoMoreMemoryHoweverManyPartsTheyHave() {
    for (int i = 1; i <= 20; i++) {
      runs.take(List.of(line(i, i, BEGIN, 200)));
    }
    int characters =
        IntStream.rangeClosed(1, 20)
            .flatMap(i -> runs.of(i).stream().mapToInt(run -> run.json().length()))
            .sum();
    assertThat(characters).isBetween(LastRuns.MOST_CHARACTERS / 2, LastRuns.MOST_CHARACTERS);
    assertThat(runs.of(20)).hasSize(1);
    assertThat(runs.of(1)).isEmpty();
  }

  private static PendingLine line(long ordinal, long job, Instant begin, int meters) {
    List<PartEnergy> parts =
        IntStream.range(0, meters)
            .mapToObj(
                i ->
                    new PartEnergy(
                        new MeterId(Part.CPU_PACKAGE, String.valueOf(i)),
                        EnergyByQuality.of(Quality.COUNTER, Energy.ofMicrojoules(12_900_000)),
                        Optional.empty(),
                        90_000,
                        Optional.empty()))
            .toList();
    JobLine line =
        new JobLine(
            new LineHeader("cbp", "n042", "6fe498c3", 1, Optional.empty()),
            false,
            new JobFacts(
                new JobKey(job, 0),
                "alice",
                1203,
                Optional.of("lab1"),
                Optional.empty(),
                List.of(),
                4),
            begin,
            begin.plusSeconds(90),
            BeginFrom.PROLOG,
            EndFrom.EPILOG,
            OptionalInt.of(0),
            90_000,
            new Held(4, OptionalLong.empty(), List.of()),
            parts,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
    return new PendingLine(ordinal, line, OptionalLong.of(1));
  }
}
