package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.accounting.ingest.IngestResult;

/** {@code sobre ledger} and {@code sobre report} from the command line to the exit status. */
final class AccountingCommandsTest {

  @TempDir Path root;
  private SmallSite site;

  @BeforeEach
  void twoHoursOfOneJob() throws IOException {
    site = new SmallSite(root);
  }

  @Test
  void ingestsOnceAndReports() {
    assertThat(site.sobre("ledger", "ingest")).isZero();
    assertThat(site.out.lines())
        .containsExactly(
            "new lines: 3, files in the ledger: 1",
            "the ledger's newest line tells of 2026-11-20 12:00:00");
    assertThat(site.sobre("ledger", "ingest")).isZero();
    assertThat(site.out).startsWith("new lines: 0,");
    assertThat(site.sobre("report", "--by", "lab", "--month", "2026-11")).isZero();
    assertThat(site.out)
        .startsWith("Energy by lab in 2026-11 (UTC)")
        .containsPattern("lab-vision +1 +2\\.00 +1\\.000")
        .contains("100.0 % from sampled power");
    assertThat(site.err).isEmpty();
  }

  @Test
  void reportsWhatIsNewInTheLedgerUnlessToldNotTo() {
    assertThat(site.sobre("report", "--no-ingest", "--format", "csv")).isZero();
    assertThat(site.out.lines()).hasSize(1);
    assertThat(site.sobre("report", "--format", "csv")).isZero();
    assertThat(site.out.lines().skip(1))
        .singleElement()
        .asString()
        .startsWith("lab-vision,1,2.000000,1.000000000,");
    assertThat(site.sobre("report", "--format", "json", "--since", "2026-11-21")).isZero();
    assertThat(site.out)
        .contains("\"rows\" : [ ]")
        .contains("\"since\" : \"2026-11-21T00:00:00Z\"");
  }

  /** What nobody measured is not known, and not nothing. */
  @Test
  void ofATimeWithoutALedgerNothingIsSaidToBeKnown() {
    String begin = "the ledger begins on 2026-11-20 10:00: what was before is not known";
    String end = "the ledger ends on 2026-11-20 12:00: what came later is not known";
    assertThat(site.sobre("report", "--month", "2025-01")).isZero();
    assertThat(site.out)
        .contains("no line of the ledger tells of this time: what ran then is not known", begin)
        .doesNotContain("no job ran", "not billed", "0 Wh", "not shown", end);
    assertThat(site.sobre("report", "--month", "2031-01")).isZero();
    assertThat(site.out).contains(end).doesNotContain("no job ran", "not billed", begin);
    assertThat(site.sobre("report", "--month", "2026-11")).isZero();
    assertThat(site.out).contains(begin, "not billed").doesNotContain("what ran then", end);
    assertThat(site.sobre("report", "--since", "2026-11-20T11:00:00Z")).isZero();
    assertThat(site.out).doesNotContain(begin, end);
    assertThat(site.sobre("report", "--month", "2025-01", "--format", "json")).isZero();
    assertThat(site.out)
        .contains("\"ledgerBegins\" : \"2026-11-20T10:00:00Z\"")
        .doesNotContain("unbilled");
    assertThat(site.sobre("report", "--month", "2025-01", "--format", "html")).isZero();
    assertThat(site.out).contains("No line of the ledger tells of this time", begin);
    assertThat(site.sobre("report", "--month", "2025-01", "--format", "html", "--locale", "fr"))
        .isZero();
    assertThat(site.out).contains("Aucune ligne du registre", "le registre commence le");
    java.util.Locale.setDefault(java.util.Locale.Category.DISPLAY, java.util.Locale.ENGLISH);
  }

  @Test
  void tellsWhichHoursAreCounted() {
    String[] asked = {
      "report", "--since", "2026-11-20T10:43:00Z", "--until", "2026-11-20T12:10:00Z"
    };
    assertThat(site.sobre(asked)).isZero();
    assertThat(site.out)
        .startsWith("Energy by lab, from 2026-11-20 11:00, before 2026-11-20 13:00 (UTC)")
        .containsPattern("lab-vision +1 +1\\.00");
    assertThat(site.err)
        .contains("--since 2026-11-20T10:43:00Z: reports count whole hours, this one from")
        .contains("2026-11-20 11:00 (UTC) on", "up to 2026-11-20 13:00 (UTC)");
    String[] json = java.util.Arrays.copyOf(asked, 7);
    json[5] = "--format";
    json[6] = "json";
    assertThat(site.sobre(json)).isZero();
    assertThat(site.out)
        .contains("\"since\" : \"2026-11-20T11:00:00Z\"", "\"until\" : \"2026-11-20T13:00:00Z\"");
    assertThat(site.sobre("report", "--since", "2026-11-20T11:00:00Z")).isZero();
    assertThat(site.err).isEmpty();
    asked[4] = "2026-11-20T10:50:00Z";
    assertThat(site.sobre(asked)).isEqualTo(2);
    assertThat(site.err).contains("expected at least one hour that begins between them");
  }

  @Test
  void reportsOfSomeJobsOnly() {
    assertThat(site.sobre("report", "--by", "day,account", "--account", "lab-vision")).isZero();
    assertThat(site.out)
        .startsWith("Energy by day, account, account lab-vision only (UTC)")
        .containsPattern("2026-11-20 +lab-vision +1 +2\\.00")
        .contains("not shown: what no job pays")
        .doesNotContain("not billed");
    assertThat(site.sobre("report", "--cluster", "cbp", "--format", "json")).isZero();
    assertThat(site.out)
        .contains("\"filter\" : {", "\"cluster\" : [ \"cbp\" ]")
        .doesNotContain("unbilled");
    assertThat(site.sobre("report", "--account", "lab-visoin", "--month", "2026-11")).isEqualTo(65);
    assertThat(site.out).isEmpty();
    assertThat(site.err)
        .contains(
            "--account: expected a name of which the database has a job, found \"lab-visoin\"")
        .contains("; did you mean \"lab-vision\"? (sobre report --by account lists them)");
    assertThat(site.sobre("report", "--account", "lab-vision", "--month", "2025-01")).isZero();
    assertThat(site.sobre("report", "--node", "n1", "--node", "n2")).isEqualTo(65);
    assertThat(site.err).contains("--node", "\"n2\"");
  }

  @Test
  void showsTheColumnsAskedForAndRanksNothingOfTooFewJobs() {
    assertThat(site.sobre("report", "--columns", "sampledKWh,jobs", "--format", "csv")).isZero();
    assertThat(site.out).isEqualTo("lab,sampledKWh,jobs\r\nlab-vision,1.000000000,1\r\n");
    assertThat(site.sobre("report", "--columns", "all", "--month", "2026-11")).isZero();
    assertThat(site.out).contains("kWh sampled", "kg made");
    assertThat(site.sobre("report", "--columns", "job")).isEqualTo(2);
    assertThat(site.err).contains("--columns: expected jobs,", "did you mean \"jobs\"?");
    assertThat(site.sobre("report", "--columns", "lab")).isEqualTo(2);
    assertThat(site.err).contains("found \"lab\"; rows are by it with --by lab");
    String none = root.resolve("none.yaml").toString();
    for (String option : List.of("--labs", "--factors")) {
      assertThat(site.sobre("report", option, none)).isEqualTo(74);
      assertThat(site.err).contains(option + ": expected a file that can be read, found " + none);
    }
    assertThat(site.sobre("report", "--by", "gpu", "--relative-to", "A100")).isEqualTo(65);
    assertThat(site.err).contains("--relative-to: expected jobs that held one type of GPU");
    assertThat(site.sobre("report", "--relative-to", "A100")).isEqualTo(2);
    assertThat(site.err).contains("expected --by gpu alone");
  }

  @Test
  void appliesTheFactorsNamed() throws Exception {
    Path factors = root.resolve("factors.yaml");
    Files.writeString(
        factors,
        "schema: sobre-factors/1\neuroPerKwh: {value: 0.25, source: contract, date: 2026}\n");
    assertThat(site.sobre("report", "--factors", factors.toString())).isZero();
    assertThat(site.out)
        .contains(
            "cost: euro per kWh 0.25 (contract; 2026)",
            "CO2e: expected gCo2ePerKwh in " + factors + ", found none");
    Files.writeString(factors, "schema: sobre-factors/1\neuros: 3\n");
    assertThat(site.sobre("report", "--factors", factors.toString())).isEqualTo(78);
    assertThat(site.err).contains("factors.yaml:2:1: euros: unknown key");
    assertThat(site.sobre("report", "--factors", root.resolve("none").toString())).isEqualTo(74);
  }

  @Test
  void saysWhatIsWrongWithALineCutInHalfAndLosesNothingElse() throws Exception {
    site.cutTheSecondLine();
    assertThat(site.sobre("ledger", "ingest")).isEqualTo(65);
    assertThat(site.out).startsWith("new lines: 2,");
    assertThat(site.err)
        .contains("1 of the ledger's lines could not be taken, all others are:")
        .contains(site.ledgerFile + ":2: cut short: not valid JSON")
        .doesNotContain("at org.sobre");
    assertThat(site.sobre("report", "--format", "csv")).isEqualTo(65);
    assertThat(site.out).contains("lab-vision,1,");
    assertThat(site.sobre("ledger", "verify")).isEqualTo(65);
    assertThat(site.out)
        .contains("fault: " + site.ledgerFile + ":2: unreadable line: not valid JSON")
        .contains("seq 2 is missing before this line");
  }

  /** One more line of a known number says other things: whoever wrote it was not the daemon. */
  @Test
  void tellsOfALineThatWasTamperedWith() throws Exception {
    assertThat(site.sobre("ledger", "ingest")).isZero();
    String last = Files.readAllLines(site.ledgerFile).get(2);
    String altered = last.replaceFirst("\"elapsedMs\":(\\d+)", "\"elapsedMs\":1$1");
    assertThat(altered).isNotEqualTo(last);
    Files.writeString(site.ledgerFile, altered + "\n", StandardOpenOption.APPEND);
    for (String command : List.of("ledger ingest", "report --format csv")) {
      assertThat(site.sobre(command.split(" ", -1))).as(command).isEqualTo(65);
      assertThat(site.err)
          .contains("1 of the ledger's lines could not be taken, all others are:")
          .contains(site.ledgerFile + ":4: tampered with: another line is known as seq 3 of boot ");
    }
    assertThat(site.out).contains("lab-vision,1,2.000000,1.000000000,");
    assertThat(site.sobre("ledger", "verify")).isEqualTo(65);
    assertThat(site.out).contains("fault: " + site.ledgerFile + ":4: ");
  }

  @Test
  void sameLineTwiceIsTakenOnceAndNobodysNews() throws Exception {
    assertThat(site.sobre("ledger", "ingest")).isZero();
    String last = Files.readAllLines(site.ledgerFile).get(2);
    Files.writeString(site.ledgerFile, last + "\n", StandardOpenOption.APPEND);
    assertThat(site.sobre("ledger", "ingest")).isZero();
    assertThat(site.out).startsWith("new lines: 0,");
    assertThat(site.sobre("report", "--format", "csv")).isZero();
    assertThat(site.out).contains("lab-vision,1,2.000000,1.000000000,");
    assertThat(site.err).isEmpty();
  }

  @Test
  void saysHowFastItWasWhereThatMeansSomething() {
    IngestResult result = new IngestResult(3, 120_000, 100_000, List.of());
    assertThat(LedgerIngestCommand.done(result, Duration.ofMillis(999)))
        .isEqualTo("new lines: 100000, files in the ledger: 3");
    assertThat(LedgerIngestCommand.done(result, Duration.ofMillis(2_500)))
        .isEqualTo("new lines: 100000, files in the ledger: 3; 2.5 s, 40000 lines a second");
  }

  @Test
  void provesAGoodLedger() {
    assertThat(site.sobre("ledger", "verify")).isZero();
    assertThat(site.out)
        .isEqualTo(
            "lines: 3, boots: 1, nodes: 1; nothing is missing, doubled or altered, every balance"
                + " adds up"
                + System.lineSeparator());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ledger verify --ledger /nowhere/at/all|74|/nowhere/at/all: expected a ledger that can be"
            + " read, found none",
        "report --ledger /nowhere/at/all|74|--ledger DIR names another",
        "ledger ingest --store jdbc:mysql:x|2|--store: expected jdbc:sqlite:FILE",
        "report --by labs|2|did you mean \"lab\"?",
        "report --month november|2|--month: expected YYYY-MM as 2026-11",
        "report --month 2026-11 --since 2026-11-01|2|--month stands alone",
        "report --since yesterday|2|--since: expected a day as 2026-11-01",
        "report --since 2026-11-02 --until 2026-11-01|2|--until: expected a time after --since",
        "report --own --ledger /x|2|--own and --ledger: expected one of the two, found both",
        "report --format pdf|2|Invalid value for option '--format'",
      })
  void refusesWhatItCannotUse(String arguments, int status, String message) {
    assertThat(site.sobre(arguments.split(" ", -1))).isEqualTo(status);
    assertThat(site.err).contains(message);
  }

  @Test
  void offersTheDatabaseOnlyIfItIsThere() {
    String none = root.resolve("none").toString();
    String store = "jdbc:sqlite:" + root.resolve("accounting.db");
    assertThat(site.sobre("report", "--ledger", none, "--store", store)).isEqualTo(74);
    assertThat(site.err).contains("found none").doesNotContain("--no-ingest");
    assertThat(site.sobre("report", "--store", store)).isZero();
    assertThat(site.sobre("report", "--ledger", none, "--store", store)).isEqualTo(74);
    assertThat(site.err).contains("; --no-ingest reports on the database as it is");
  }

  /** Lines of two ledgers in one database would be added up. */
  @Test
  void aLedgerThatIsNotThereMakesNoDatabase() {
    assertThat(site.sobre("report", "--ledger", root.resolve("none").toString())).isEqualTo(74);
    assertThat(root.resolve("accounting.db")).doesNotExist();
  }

  @Test
  void showsABarOnATerminalAfterTwoSecondsOnly() {
    Map<Boolean, List<Boolean>> shown =
        Map.of(false, List.of(false, false), true, List.of(false, true));
    shown.forEach(
        (terminal, expected) -> {
          SteppingClock clock = new SteppingClock();
          try (WaitingBar bar = new WaitingBar("ingest", terminal, clock)) {
            bar.file(1, 3);
            boolean early = bar.isShown();
            clock.now = clock.now.plusSeconds(3);
            bar.file(2, 3);
            assertThat(List.of(early, bar.isShown())).isEqualTo(expected);
          }
        });
  }

  private static final class SteppingClock extends Clock {
    private Instant now = SmallSite.START;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return Clock.offset(this, Duration.ZERO);
    }
  }
}
