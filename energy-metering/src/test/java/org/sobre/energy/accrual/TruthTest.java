package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;
import org.sobre.truth.Judge;
import org.sobre.truth.Judge.Fault;
import org.sobre.truth.Judge.Finding;
import org.sobre.truth.TrueNode;

/**
 * What jobs are billed against what they drew, by code that knows nothing of the product: real
 * meters over the readings of devices whose power is a function of time, jobs that share a node and
 * its GPUs, and the lines of the ledger. {@code -Dsobre.truth.seeds=1000} for more of them.
 */
@Execution(ExecutionMode.CONCURRENT)
class TruthTest {

  private static final int SECONDS = Integer.getInteger("sobre.truth.seconds", 7_200);
  private static final int DAY = 86_400;

  private Path directory;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.truth.seeds", 20));
  }

  /** In memory where there is such a place: a counter's file is written each second. */
  @BeforeEach
  void makeDirectory() throws IOException {
    Path memory = Path.of("/dev/shm");
    directory =
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "sobre-truth")
            : Files.createTempDirectory("sobre-truth");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private List<Finding> findings(
      TrueNode node, long seed, UnaryOperator<List<MeteredInterval>> meddling, long markShift)
      throws IOException {
    TrueNodeRun run = new TrueNodeRun(node, seed, directory, meddling, markShift);
    List<String> lines = run.run();
    assertThat(run.verify().findings()).isEmpty();
    return Judge.judge(node, TrueNodeRun.BOOTED, lines);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void jobsAreBilledWhatTheyDrew(long seed) throws IOException {
    assertThat(findings(TrueNode.of(seed, SECONDS), seed, UnaryOperator.identity(), 0)).isEmpty();
  }

  @Test
  void forAWholeDay() throws IOException {
    assertThat(findings(TrueNode.of(-1, DAY), -1, UnaryOperator.identity(), 0)).isEmpty();
  }

  /** A judge who cannot find is none. */
  @Test
  void marksASecondOffAreFound() throws IOException {
    TrueNode node = TrueNode.of(1, SECONDS);
    List<Finding> found = findings(node, 1, UnaryOperator.identity(), 1_000_000_000L);
    assertThat(found).extracting(Finding::fault).contains(Fault.TIME);
    assertThat(found)
        .filteredOn(one -> one.fault() == Fault.ENERGY)
        .extracting(Finding::text)
        .anyMatch(text -> text.contains("sampled="))
        .anyMatch(text -> text.contains("counter="));
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNTER", "SAMPLED"})
  void lostReadingsAreFound(Quality quality) throws IOException {
    assertThat(
            findings(TrueNode.of(1, SECONDS), 1, eachTwentieth(quality, one -> Stream.empty()), 0))
        .extracting(Finding::fault)
        .contains(Fault.OBSERVED, Fault.ENERGY);
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNTER", "SAMPLED"})
  void doubledEnergiesAreFound(Quality quality) throws IOException {
    TrueNode node = TrueNode.of(1, SECONDS);
    assertThat(findings(node, 1, eachTwentieth(quality, TruthTest::twice), 0))
        .extracting(Finding::fault)
        .containsOnly(Fault.ENERGY);
  }

  private static UnaryOperator<List<MeteredInterval>> eachTwentieth(
      Quality quality, Function<MeteredInterval, Stream<MeteredInterval>> change) {
    AtomicInteger count = new AtomicInteger();
    return seen ->
        seen.stream()
            .flatMap(
                one ->
                    one.quality() == quality && count.incrementAndGet() % 20 == 0
                        ? change.apply(one)
                        : Stream.of(one))
            .toList();
  }

  private static Stream<MeteredInterval> twice(MeteredInterval one) {
    return Stream.of(
        new MeteredInterval(
            one.meter(),
            one.fromNanos(),
            one.toNanos(),
            Energy.ofMicrojoules(2 * one.energy().microjoules()),
            one.quality(),
            one.load()));
  }
}
