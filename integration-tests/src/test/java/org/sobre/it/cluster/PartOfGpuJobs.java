package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.Result;

/**
 * Two jobs that are on one board at the same time, each with a part of it: their lines.
 *
 * @param node where they ran
 * @param first of the job that was submitted first
 */
record PartOfGpuJobs(Lab lab, String node, Map<String, Object> first, Map<String, Object> second) {

  private static final double MILLIS_PER_HOUR = 3_600_000.0;

  /** Waits for both ends, and for their lines. */
  static PartOfGpuJobs await(Lab lab, String node, String first, String second) {
    for (String job : List.of(first, second)) {
      assertThat(lab.awaitEnd(job, Duration.ofSeconds(90)))
          .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    }
    PartOfGpuJobs jobs =
        new PartOfGpuJobs(lab, node, lab.awaitJobLine(node, first), lab.awaitJobLine(node, second));
    assertThat(jobs.togetherMillis()).as("they ran at the same time").isGreaterThan(10_000);
    return jobs;
  }

  /** The one GPU, or part of one, that the line says was held. */
  static Map<String, Object> gpu(Map<String, Object> line) {
    List<Map<String, Object>> gpus = LedgerLines.objects(LedgerLines.object(line, "held"), "gpus");
    assertThat(gpus).hasSize(1);
    return gpus.get(0);
  }

  static BigDecimal fraction(Map<String, Object> line) {
    return new BigDecimal(String.valueOf(gpu(line).get("fraction")));
  }

  static long millis(Map<String, Object> line) {
    return begin(line).until(end(line), ChronoUnit.MILLIS);
  }

  /** Of both together, from the first begin to the last end. */
  long boardMillis() {
    return millis(first) + millis(second) - togetherMillis();
  }

  long togetherMillis() {
    Instant from = begin(first).isAfter(begin(second)) ? begin(first) : begin(second);
    Instant to = end(first).isBefore(end(second)) ? end(first) : end(second);
    return Duration.between(from, to).toMillis();
  }

  /**
   * Their joules are what the power function gives, by code that shares nothing with Sobre.
   *
   * @param cards the recording that the node has
   * @param parts as {@code lab energy --jobs} takes them
   */
  void assertJoules(String cards, String parts) {
    assertEnergy("--on", node + "=" + cards, "--jobs", parts);
  }

  /** So are the whole board's: the daemon writes its balance when it stops. */
  void assertNothingIsLost(String cards) {
    lab.control("daemon", "stop", node).text();
    try {
      assertEnergy("--on", node + "=" + cards, "--but-unobserved");
    } finally {
      lab.control("daemon", "start", node).text();
    }
  }

  private void assertEnergy(String... words) {
    Result comparison =
        lab.control(
            Stream.concat(Stream.of("energy", "--within", "2"), Stream.of(words))
                .toArray(String[]::new));
    System.out.println(comparison.output());
    assertThat(comparison.exitCode()).as(comparison.output() + comparison.error()).isZero();
    String device = String.valueOf(gpu(first).get("device")).substring(0, 14);
    assertThat(comparison.output().lines().filter(row -> row.contains(device)))
        .as("compared, and not skipped as real hardware is")
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row).endsWith("%"));
  }

  /** GPU hours of these types on the node, by the report. */
  double reportedGpuHours(String... types) throws IOException {
    String report =
        lab.exec("root", "sobre", "report", "--by", "node,gpu", "--format", "json").text();
    return LedgerLines.objects(JSON.std.mapFrom(report), "rows").stream()
        .filter(row -> node.equals(row.get("node")))
        .filter(row -> List.of(types).contains(row.get("gpu")))
        .mapToDouble(row -> Double.parseDouble(String.valueOf(row.get("gpuHours"))))
        .sum();
  }

  /** Fraction by time, in hours. */
  double ownHours() {
    return (fraction(first).doubleValue() * millis(first)
            + fraction(second).doubleValue() * millis(second))
        / MILLIS_PER_HOUR;
  }

  double boardHours() {
    return boardMillis() / MILLIS_PER_HOUR;
  }

  private static Instant begin(Map<String, Object> line) {
    return LedgerLines.instant(line, "begin");
  }

  private static Instant end(Map<String, Object> line) {
    return LedgerLines.instant(line, "end");
  }
}
