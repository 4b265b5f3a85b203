package org.sobre.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.probe.SysRoot;

class MetricsAnswersTest {

  private static final long SECOND = 1_000_000_000L;
  private static final String SCRAPE = "GET /metrics HTTP/1.1\r\nHost: n042:9842\r\n\r\n";

  private static final class MovedClock implements UptimeClock {
    long nanos;
    Instant booted = Instant.parse("2026-11-20T12:00:00.9Z");

    @Override
    public long nanosSinceBoot() {
      return nanos;
    }

    @Override
    public Instant wall() {
      return booted.plusNanos(nanos);
    }
  }

  @TempDir Path root;
  private final MovedClock clock = new MovedClock();
  private Optional<NodeFigures> figures = Optional.of(MetricsPageTest.NODE);
  private MetricsAnswers answers = answers(Path.of("unset"));

  @BeforeEach
  void aProcess() throws IOException {
    Path self = Files.createDirectories(root.resolve("proc/self"));
    Files.writeString(
        self.resolve("stat"),
        "7 (java (x) 1) S 1 7 7 0 -1 4 9 0 0 0 1200 34 0 0 20 0 18 0 512 1\n");
    Files.writeString(self.resolve("status"), "Name:\tjava\nVmRSS:\t   53248 kB\nThreads:\t18\n");
    answers = answers(root);
  }

  private MetricsAnswers answers(Path machine) {
    PageLabels labels = new PageLabels("0.1.0", "cbp", false);
    return new MetricsAnswers(() -> figures, clock, new SysRoot(machine), labels);
  }

  @Test
  void aScrapeIsAnsweredWithThePage() {
    String answer = ask(SCRAPE);
    String[] parts = answer.split("\r\n\r\n", 2);
    assertThat(parts[0].split("\r\n", -1))
        .containsExactly(
            "HTTP/1.1 200 OK",
            "Content-Type: text/plain; version=0.0.4; charset=utf-8",
            "Content-Length: " + parts[1].getBytes(StandardCharsets.UTF_8).length,
            "Connection: close");
    assertThat(parts[1])
        .contains("sobre_node_info{cluster=\"cbp\",node=\"n042\"} 1\n")
        .contains("process_cpu_seconds_total 12.34\n")
        .contains("process_resident_memory_bytes 54525952\n")
        .endsWith("\n");
  }

  @Test
  void aHeadIsAnsweredWithoutIt() {
    String page = ask(SCRAPE).split("\r\n\r\n", 2)[1];
    assertThat(ask(SCRAPE.replace("GET", "HEAD")))
        .contains("Content-Length: " + page.getBytes(StandardCharsets.UTF_8).length + "\r\n")
        .endsWith("\r\n\r\n");
  }

  @Test
  void waitsForTheEndOfTheHeadAndNoLonger() {
    for (int i = 0; i < SCRAPE.length(); i++) {
      assertThat(answers.answer(SCRAPE.substring(0, i), true)).isEmpty();
    }
    assertThat(text(answers.answer("GET /metrics HTTP/1.1\r\nHost: x", false)))
        .startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @CsvSource({
    "GET /metrics?x=1 HTTP/1.1, 200",
    "GET /metrics HTTP/1.0, 200",
    "GET / HTTP/1.1, 404",
    "GET /metrics/../etc/passwd HTTP/1.1, 404",
    "POST /metrics HTTP/1.1, 405",
    "get /metrics HTTP/1.1, 405",
    "GET /metrics HTTP/2, 400",
    "GET  /metrics HTTP/1.1, 400",
    "GET http://n042/metrics HTTP/1.1, 400",
    "'{\"v\":1,\"ask\":\"node\"}', 400"
  })
  void everyRequestHasItsStatus(String line, int status) {
    assertThat(ask(line + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
    assertThat(ask(line + "\n\n")).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void figuresThatGrowOldAreNotTold() {
    clock.nanos = 30 * SECOND;
    assertThat(ask(SCRAPE)).startsWith("HTTP/1.1 200 ");
    clock.nanos = 30 * SECOND + 1;
    assertThat(ask(SCRAPE)).startsWith("HTTP/1.1 503 ").doesNotContain("joules");
    figures = Optional.empty();
    clock.nanos = 0;
    assertThat(ask(SCRAPE)).startsWith("HTTP/1.1 503 ");
  }

  @Test
  void theStartFollowsAClockThatIsSetAndNotItsMilliseconds() {
    assertThat(ask(SCRAPE)).contains("process_start_time_seconds 1795176000\n");
    theLoopTurns();
    clock.booted = clock.booted.plusMillis(200);
    assertThat(ask(SCRAPE)).contains("process_start_time_seconds 1795176000\n");
    theLoopTurns();
    clock.booted = clock.booted.plusSeconds(3600);
    assertThat(ask(SCRAPE)).contains("process_start_time_seconds 1795179601\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7 java S", "7 (java) S 1 7 7 0 -1 4 9 0 0 0 x 34 0\n"})
  void aProcessThatCannotBeReadTakesNothingFromThePage(String stat) throws IOException {
    Files.writeString(root.resolve("proc/self/stat"), stat);
    assertThat(ask(SCRAPE))
        .startsWith("HTTP/1.1 200 ")
        .doesNotContain("process_cpu_seconds_total 1");
    Files.delete(root.resolve("proc/self/stat"));
    theLoopTurns();
    assertThat(ask(SCRAPE)).startsWith("HTTP/1.1 200 ").contains("sobre_node_info");
  }

  /** Or whoever reaches the port has the daemon write pages as fast as it can. */
  @Test
  void thePageIsWrittenOnceForEachTurnOfTheLoop() throws IOException {
    String page = ask(SCRAPE);
    Files.writeString(
        root.resolve("proc/self/stat"),
        "7 (java (x) 1) S 1 7 7 0 -1 4 9 0 0 0 1300 34 0 0 20 0 18 0 512 1\n");
    assertThat(ask(SCRAPE)).isEqualTo(page);
    theLoopTurns();
    assertThat(ask(SCRAPE)).contains("process_cpu_seconds_total 13.34\n");
  }

  private void theLoopTurns() {
    NodeFigures told = MetricsPageTest.NODE;
    figures =
        Optional.of(
            new NodeFigures(
                told.node(),
                told.atNanos(),
                told.meters(),
                told.gpus(),
                told.jobsRunning(),
                told.ledger(),
                told.steps(),
                told.clockUnset()));
  }

  private String ask(String request) {
    return text(answers.answer(request, true));
  }

  private static String text(Optional<byte[]> answer) {
    return new String(answer.orElseThrow(), StandardCharsets.UTF_8);
  }
}
