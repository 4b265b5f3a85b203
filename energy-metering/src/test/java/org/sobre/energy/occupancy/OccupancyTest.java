package org.sobre.energy.occupancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.occupancy.GpuProcesses.Sighting;
import org.sobre.slurm.job.JobKey;

class OccupancyTest {

  private static final long SECOND = 1_000_000_000L;
  private static final JobKey RUN = new JobKey(40, 0);

  @TempDir Path root;
  private FakeProc proc = new FakeProc(Path.of("/"));
  private Occupancy occupancy = new Occupancy(proc.table(), Duration.ZERO);

  @BeforeEach
  void open() {
    proc = new FakeProc(root);
    occupancy = new Occupancy(proc.table(), Duration.ofSeconds(8));
  }

  @Test
  void aProcessCountsFromItsStartUntilItWasLastKnownToLive() throws IOException {
    proc.start(50, 1, 1203, ticks(99.5));
    assertThat(seen(100, 50)).containsExactly(presence(Optional.empty(), 99.5));
    assertThat(seen(102, 50)).hasSize(1);
    proc.end(50);
    assertThat(none(103))
        .containsExactly(
            new Presence(
                "GPU-a",
                1203,
                Optional.empty(),
                (long) (99.5 * SECOND),
                OptionalLong.of(102 * SECOND)));
    assertThat(none(112)).as("no longer of use").isEmpty();
  }

  @Test
  void oneThatWasThereLongBeforeItWasSeenCountsFromOnePeriodBefore() throws IOException {
    proc.start(50, 1, 1203, ticks(5));
    assertThat(seen(100, 50)).containsExactly(presence(Optional.empty(), 98));
  }

  @Test
  void oneThatLivesAndLeavesTheGpuIsForgottenAfterThreePeriods() throws IOException {
    proc.start(50, 1, 1203, ticks(99));
    seen(100, 50);
    assertThat(none(106)).containsExactly(presence(Optional.empty(), 99));
    assertThat(none(107))
        .singleElement()
        .extracting(Presence::toNanos)
        .isEqualTo(OptionalLong.of(102 * SECOND));
  }

  @Test
  void itBelongsToTheRunOfItsNearestAncestorThatHasOne() throws IOException {
    proc.start(40, 1, 1203, ticks(90));
    proc.start(45, 40, 1203, ticks(91));
    proc.start(50, 45, 1203, ticks(99));
    List<Presence> presences =
        occupancy.update(
            List.of(new Sighting("GPU-a", 50, 100 * SECOND)),
            Map.of(new WrapperProcess(40, ticks(90)), RUN),
            100 * SECOND);
    assertThat(presences).containsExactly(presence(Optional.of(RUN), 99));
  }

  @Test
  void aPidOfTheSameNumberIsNotThatAncestor() throws IOException {
    proc.start(40, 1, 1203, ticks(95));
    proc.start(50, 40, 1203, ticks(99));
    List<Presence> presences =
        occupancy.update(
            List.of(new Sighting("GPU-a", 50, 100 * SECOND)),
            Map.of(new WrapperProcess(40, ticks(90)), RUN),
            100 * SECOND);
    assertThat(presences).containsExactly(presence(Optional.empty(), 99));
  }

  @Test
  void processesOfOneOwnerAreOnePresence() throws IOException {
    proc.start(50, 1, 1203, ticks(99));
    proc.start(51, 1, 1203, ticks(99.5));
    assertThat(seen(100, 50, 51)).containsExactly(presence(Optional.empty(), 99));
    proc.end(50);
    assertThat(seen(102, 51)).containsExactly(presence(Optional.empty(), 99));
  }

  @Test
  void aPidThatIsNoProcessHereIsNobody() {
    assertThat(seen(100, 4_711)).isEmpty();
  }

  private List<Presence> seen(int second, long... pids) {
    List<Sighting> sightings =
        java.util.Arrays.stream(pids)
            .mapToObj(pid -> new Sighting("GPU-a", pid, second * SECOND))
            .toList();
    return occupancy.update(sightings, Map.of(), second * SECOND);
  }

  private List<Presence> none(int second) {
    return seen(second);
  }

  private static Presence presence(Optional<JobKey> run, double from) {
    return new Presence("GPU-a", 1203, run, (long) (from * SECOND), OptionalLong.empty());
  }

  private static long ticks(double second) {
    return Math.round(second * 100);
  }
}
