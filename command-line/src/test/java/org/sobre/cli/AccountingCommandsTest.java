package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** {@code sobre ledger} and {@code sobre report} from the command line to the exit status. */
final class AccountingCommandsTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

  @TempDir Path root;
  private Path config;
  private Path ledgerFile;
  private String out = "";
  private String err = "";

  @BeforeEach
  void write() throws IOException {
    LedgerDirectory ledger = new LedgerDirectory(root.resolve("ledger"));
    LedgerAppender appender = LedgerAppender.open(ledger, "cbp", "n1", "aaaaaaaa-1");
    appender.append(header -> new BootLine(header, START, Optional.empty()));
    appender.append(header -> balance(header, 0));
    appender.append(header -> balance(header, 1));
    ledgerFile = ledger.fileFor("n1", "aaaaaaaa-1", START);
    config = root.resolve("sobre.yaml");
    Files.writeString(
        config,
        "schema: sobre/1\ntimeZone: UTC\nledger: {directory: "
            + ledger.root()
            + "}\nstore: {url: \"jdbc:sqlite:"
            + root.resolve("accounting.db")
            + "\"}\n");
  }

  private static BalanceLine balance(org.sobre.energy.ledger.LineHeader header, int hour) {
    Instant from = START.plusSeconds(3600L * hour);
    EnergyByQuality energy =
        EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(1_800_000_000_000L));
    return new BalanceLine(
        header,
        false,
        from,
        from.plusSeconds(3600),
        3_600_000,
        List.of(
            new BalanceLine.MeterBalance(
                new MeterId(Part.GPU, "GPU-1"),
                "nvidia-smi",
                Optional.empty(),
                3_600_000,
                energy,
                List.of(
                    new BalanceLine.JobShare(
                        new JobKey(7, 0),
                        START,
                        Optional.of("lab-vision"),
                        1001,
                        energy,
                        Optional.empty(),
                        3_600_000)),
                List.of(),
                EnergyByQuality.NONE,
                EnergyByQuality.NONE)));
  }

  private int sobre(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--config");
    all.add(config.toString());
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      return Main.run(all.toArray(String[]::new));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
      out = outBytes.toString(StandardCharsets.UTF_8);
      err = errBytes.toString(StandardCharsets.UTF_8);
    }
  }

  private void cutTheSecondLine() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(ledgerFile));
    lines.set(1, lines.get(1).substring(0, lines.get(1).length() / 2));
    Files.writeString(ledgerFile, String.join("\n", lines) + "\n");
  }

  @Test
  void ingestsOnceAndReports() {
    assertThat(sobre("ledger", "ingest")).isZero();
    assertThat(out).isEqualTo("3 new lines, 1 files in the ledger" + System.lineSeparator());
    assertThat(sobre("ledger", "ingest")).isZero();
    assertThat(out).startsWith("0 new lines");
    assertThat(sobre("report", "--by", "lab", "--month", "2026-11")).isZero();
    assertThat(out)
        .startsWith("Energy by lab in 2026-11 (UTC)")
        .containsPattern("lab-vision +1 +2\\.00 +1\\.000")
        .contains("100.0 % from sampled power");
    assertThat(err).isEmpty();
  }

  @Test
  void reportsWhatIsNewInTheLedgerUnlessToldNotTo() {
    assertThat(sobre("report", "--no-ingest", "--format", "csv")).isZero();
    assertThat(out.lines()).hasSize(1);
    assertThat(sobre("report", "--format", "csv")).isZero();
    assertThat(out.lines().skip(1))
        .singleElement()
        .asString()
        .startsWith("lab-vision,1,2.000000,1.000000000,");
    assertThat(sobre("report", "--format", "json", "--since", "2026-11-21")).isZero();
    assertThat(out).contains("\"rows\" : [ ]").contains("\"since\" : \"2026-11-21T00:00:00Z\"");
  }

  @Test
  void appliesTheFactorsNamed() throws Exception {
    Path factors = root.resolve("factors.yaml");
    Files.writeString(
        factors,
        "schema: sobre-factors/1\neuroPerKwh: {value: 0.25, source: contract, date: 2026}\n");
    assertThat(sobre("report", "--factors", factors.toString())).isZero();
    assertThat(out).contains("cost: euro per kWh 0.25 (contract; 2026)").doesNotContain("CO2e");
    Files.writeString(factors, "schema: sobre-factors/1\neuros: 3\n");
    assertThat(sobre("report", "--factors", factors.toString())).isEqualTo(78);
    assertThat(err).contains("factors.yaml:2:1: euros: unknown key");
    assertThat(sobre("report", "--factors", root.resolve("none").toString())).isEqualTo(74);
  }

  @Test
  void saysWhatIsWrongWithALineCutInHalfAndLosesNothingElse() throws Exception {
    cutTheSecondLine();
    assertThat(sobre("ledger", "ingest")).isEqualTo(65);
    assertThat(out).startsWith("2 new lines");
    assertThat(err)
        .contains("1 of the ledger's lines could not be taken, all others are:")
        .contains(ledgerFile + ":2: cut short: not valid JSON")
        .doesNotContain("at org.sobre");
    assertThat(sobre("report", "--format", "csv")).isEqualTo(65);
    assertThat(out).contains("lab-vision,1,");
    assertThat(sobre("ledger", "verify")).isEqualTo(65);
    assertThat(out)
        .contains("fault: " + ledgerFile + ":2: unreadable line: not valid JSON")
        .contains("seq 2 is missing before this line");
  }

  @Test
  void provesAGoodLedger() {
    assertThat(sobre("ledger", "verify")).isZero();
    assertThat(out)
        .isEqualTo(
            "3 lines, 1 boots, 1 nodes: nothing is missing, doubled or altered, every balance adds"
                + " up"
                + System.lineSeparator());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ledger verify --ledger /nowhere/at/all|74|/nowhere/at/all: expected a ledger that can be read, found none",
        "report --ledger /nowhere/at/all|74|--no-ingest",
        "ledger ingest --store jdbc:mysql:x|2|--store: expected jdbc:sqlite:FILE",
        "report --by labs|2|did you mean \"lab\"?",
        "report --month november|2|--month: expected YYYY-MM as 2026-11",
        "report --month 2026-11 --since 2026-11-01|2|--month stands alone",
        "report --since yesterday|2|--since: expected a day as 2026-11-01",
        "report --since 2026-11-02 --until 2026-11-01|2|--until: expected a time after --since",
        "report --own --ledger /x|2|--own and --ledger: expected one of the two, found both",
        "report --format html|2|Invalid value for option '--format'",
      })
  void refusesWhatItCannotUse(String arguments, int status, String message) {
    assertThat(sobre(arguments.split(" ", -1))).isEqualTo(status);
    assertThat(err).contains(message);
  }

  /** Lines of two ledgers in one database would be added up. */
  @Test
  void aLedgerThatIsNotThereMakesNoDatabase() {
    assertThat(sobre("report", "--ledger", root.resolve("none").toString())).isEqualTo(74);
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
    private Instant now = START;

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
