package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.SlurmJobs;
import org.sobre.slurm.command.AccountedJob;

/** {@code sobre report --format html}, {@code statement} and {@code estimate}, labs and locales. */
final class StatementCommandsTest {

  private final Locale before = Locale.getDefault(Locale.Category.DISPLAY);

  @TempDir Path root;
  private SmallSite site;

  @BeforeEach
  void twoHoursOfOneJob() throws IOException {
    site = new SmallSite(root);
  }

  @AfterEach
  void restore() {
    Locale.setDefault(Locale.Category.DISPLAY, before);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(root.resolve(name), text);
  }

  @Test
  void printsAPage() {
    assertThat(site.sobre("report", "--format", "html", "--month", "2026-11")).isZero();
    assertThat(site.out)
        .startsWith("<!DOCTYPE html>")
        .contains("<title>Energy by lab in 2026-11 (UTC)</title>", "lab-vision", "1.000")
        .doesNotContain("<script");
  }

  @Test
  void printsTheStatementOfALab() throws Exception {
    assertThat(site.sobre("statement", "--lab", "lab-vision", "--month", "2026-11")).isZero();
    assertThat(site.out).contains("Statement of lab-vision, 2026-11", "uid 1001", "How it was");
    assertThat(site.sobre("statement", "--lab", "lab-vision", "--month", "2026-12")).isZero();
    assertThat(site.out).contains("No line of the ledger tells of this time", "the ledger ends on");
    assertThat(site.sobre("statement", "--lab", "lab-visoin", "--month", "2026-11")).isEqualTo(65);
    assertThat(site.err)
        .contains("--lab: expected a lab of which the ledger has a job (lab-vision)")
        .contains("did you mean \"lab-vision\"?");
    assertThat(site.sobre("statement", "--lab", "lab-vision", "--month", "11/2026")).isEqualTo(2);
    assertThat(
            site.sobre("statement", "--lab", "lab-vision", "--month", "2026-11", "--locale", "fr"))
        .isZero();
    assertThat(site.out).contains("<html lang=\"fr\">", "Relevé de lab-vision, 2026-11", "1,000");
  }

  @Test
  void whatLabsNameAndNobodyHasIsSaidAndBillsNobody() throws Exception {
    String labs =
        write(
                "labs.yaml",
                """
                schema: sobre-labs/1
                labs:
                  - {lab: Images, accounts: [lab-visoin, lab-vision]}
                  - {lab: Langues, accounts: nlp, cluster: cpb}
                """)
            .toString();
    assertThat(site.sobre("report", "--labs", labs, "--format", "csv")).isZero();
    assertThat(site.err)
        .contains(
            "sobre: labs.yaml: lab Images: no job and no account of Slurm is called"
                + " \"lab-visoin\"; did you mean \"lab-vision\"?")
        .contains("lab Langues: no cluster of the ledger is called \"cpb\" (known: cbp)")
        .doesNotContain("called \"lab-vision\"");
    assertThat(site.out).contains("Images,1,");
    putUncoveredJobs();
    assertThat(
            site.sobre(
                "statement",
                "--labs",
                labs,
                "--lab",
                "Images",
                "--month",
                "2026-11",
                "--locale",
                "fr"))
        .isZero();
    assertThat(site.err)
        .contains("labo Images : aucun job et aucun compte de Slurm ne s'appelle « lab-visoin »")
        .as("jobs that Slurm alone knows have it")
        .doesNotContain("« nlp »");
  }

  /** Of two labs' jobs of which no node told; one of the labs has no other. */
  private void putUncoveredJobs() throws IOException {
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      store.write(
          connection -> {
            try (SlurmJobs slurm = new SlurmJobs(connection)) {
              slurm.note(
                  "cbp",
                  new SlurmJobs.Reading(
                      Optional.of("cbp"),
                      SmallSite.START.plusSeconds(7200),
                      SmallSite.START,
                      SmallSite.START.plusSeconds(7200)));
              slurm.put(
                  "cbp", List.of(uncovered(8, "lab-vision", "carol"), uncovered(9, "nlp", "dave")));
              return true;
            }
          });
    }
  }

  private static AccountedJob uncovered(long id, String account, String user) {
    Instant begin = SmallSite.START.plusSeconds(60);
    return new AccountedJob(
        "cbp",
        id,
        Long.toString(id),
        Optional.of(user),
        2000,
        Optional.of(account),
        "COMPLETED",
        begin,
        Optional.of(begin),
        Optional.of(begin.plusSeconds(1800)),
        Duration.ofMinutes(30),
        "cpu=1",
        OptionalInt.of(1),
        1,
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void theStatementTellsOfJobsThatNoNodeToldOf() throws Exception {
    assertThat(site.sobre("ledger", "ingest")).isZero();
    putUncoveredJobs();
    assertThat(site.sobre("statement", "--lab", "lab-vision", "--month", "2026-11")).isZero();
    assertThat(site.out)
        .contains("1 job (0.50 GPU h) that Slurm knows", "carol: 1 job", "as of 2026-11-20 12:00")
        .doesNotContain("dave");
    assertThat(site.sobre("statement", "--lab", "nlp", "--month", "2026-11")).isZero();
    assertThat(site.out)
        .contains("Statement of nlp", "dave: 1 job", "No node&#39;s ledger has a job of this time.")
        .doesNotContain("carol", "No job ran");
    assertThat(site.sobre("statement", "--lab", "nlp", "--month", "2026-12")).isZero();
    assertThat(site.out).contains("No line of the ledger tells of this time", "the ledger ends on");
    assertThat(site.sobre("statement", "--lab", "nlb", "--month", "2026-11")).isEqualTo(65);
    assertThat(site.err).contains("(lab-vision, nlp)", "did you mean \"nlp\"?");
  }

  @Test
  void aReportOfALabNamesNobodyElses() throws Exception {
    assertThat(site.sobre("ledger", "ingest")).isZero();
    putUncoveredJobs();
    assertThat(site.sobre("report", "--by", "user", "--lab", "lab-vision")).isZero();
    assertThat(site.out).contains("carol: 1 job").doesNotContain("dave");
    assertThat(site.sobre("report", "--by", "user", "--lab", "nlp")).isZero();
    assertThat(site.out)
        .contains("dave: 1 job", "no node's ledger has a job of this time")
        .doesNotContain("carol");
    assertThat(site.sobre("report", "--node", "n1")).isZero();
    assertThat(site.out).contains("not shown: jobs that Slurm knows").doesNotContain("2 jobs");
    assertThat(site.sobre("report", "--node", "n1", "--format", "json")).isZero();
    assertThat(site.out).doesNotContain("uncovered");
    assertThat(site.sobre("report", "--lab", "nobody")).isEqualTo(65);
  }

  /** Who can write to the ledger must not be able to write to an administrator's terminal. */
  @Test
  void aBadLineTellsTheTerminalNothing() throws Exception {
    Files.writeString(
        site.ledgerFile,
        "{\"v\":1,\"kind\":\"\\u001b]0;owned\\u0007\",\"cluster\":\"cbp\",\"node\":\"n1\","
            + "\"boot\":\"aaaaaaaa-1\",\"seq\":4,\"prev\":null}\n",
        StandardOpenOption.APPEND);
    for (List<String> command :
        List.of(List.of("ledger", "ingest"), List.of("report"), List.of("ledger", "verify"))) {
      assertThat(site.sobre(command.toArray(String[]::new))).as("%s", command).isEqualTo(65);
      assertThat(site.out + site.err)
          .as("%s", command)
          .contains("owned")
          .doesNotContain("\u001b", "\u0007");
    }
  }

  @Test
  void printsNumbersForAFrenchSpreadsheet() {
    assertThat(site.sobre("report", "--format", "csv", "--locale", "fr")).isZero();
    assertThat(site.out.lines().skip(1))
        .singleElement()
        .asString()
        .startsWith("lab-vision;1;2,000000;1,000000000;");
    assertThat(site.sobre("report", "--locale", "fr")).isZero();
    assertThat(site.out).contains("Énergie par labo", "1,000");
    assertThat(site.sobre("report", "--locale", "de")).isEqualTo(2);
    assertThat(site.err).contains("--locale", "en, fr", "de");
  }

  @Test
  void anAccountBecomesALabOnItsDay() throws Exception {
    String labs =
        write(
                "labs.yaml",
                """
                schema: sobre-labs/1
                labs:
                  - {lab: Images, accounts: lab-vision, until: 2026-11-21}
                  - {lab: Langues, accounts: lab-vision, from: 2026-11-21}
                """)
            .toString();
    assertThat(site.sobre("report", "--labs", labs, "--format", "csv")).isZero();
    assertThat(site.out).contains("Images,1,2.000000").doesNotContain("Langues", "lab-vision");
    assertThat(site.sobre("statement", "--labs", labs, "--lab", "Images", "--month", "2026-11"))
        .isZero();
    write("labs.yaml", "schema: sobre-labs/1\nother: x\n");
    assertThat(site.sobre("report", "--labs", labs)).isEqualTo(78);
    assertThat(site.err).contains("labs.yaml:2:1: other: unknown key; did you mean \"others\"?");
    assertThat(site.sobre("report", "--labs", root.resolve("none").toString())).isEqualTo(74);
  }

  @Test
  void aReportNamesTheGapOfAFactorAndLeavesTheColumnEmpty() throws Exception {
    String factors =
        write(
                "factors.yaml",
                """
                schema: sobre-factors/2
                gCo2ePerKwh:
                  - {from: 2026-11-21, value: 20, basis: direct, source: RTE, date: 2026}
                euroPerKwh:
                  - classes:
                      hc: {value: 0.10, hours: "11:00-12:00"}
                      hp: {value: 0.20, hours: "12:00-11:00"}
                    source: contract
                    date: 2026
                """)
            .toString();
    assertThat(site.sobre("report", "--factors", factors, "--month", "2026-11")).isZero();
    // 0.5 kWh at 0.20 and 0.5 kWh at 0.10
    assertThat(site.out)
        .contains("gCo2ePerKwh: no value from 2026-11-01 to 2026-11-20", "hc 0.10, hp 0.20")
        .containsPattern("lab-vision +1 +2\\.00 +1\\.000 +0\\.15 +100");
    assertThat(site.sobre("report", "--factors", factors, "--month", "2026-11", "--format", "json"))
        .isZero();
    assertThat(site.out)
        .contains("\"costEuro\" : 0.150000", "\"gaps\" : [ {", "\"classes\" : {")
        .doesNotContain("co2eGrams");
    // the ledger's last line ends at 12:00, and so does the gap, where no end was asked for
    assertThat(site.sobre("report", "--factors", factors)).isZero();
    assertThat(site.out)
        .contains("as of 2026-11-20 12:00", "no value from 2026-11-20 10:00 to 2026-11-20 12:00");
  }

  /** The users' own figures; the sums are checked in EstimateTest. */
  @Test
  void printsTheEstimateWithItsFormulas() {
    String[] pack = {
      "estimate",
      "--machines=330",
      "--watts=150",
      "--g-co2e-per-kwh=20",
      "--embodied-tonnes=352",
      "--embodied-machines=337"
    };
    assertThat(site.sobre(pack)).isZero();
    assertThat(site.out.lines())
        .containsExactly(
            "energy:       330 machines x 150 W x 8760 h = 433620 kWh a year",
            "use:          433620 kWh x PUE 1 x 20 g/kWh = 8.67 t CO2e a year",
            "made:         352 t CO2e / 337 machines = 1.0445 t each",
            "use of one:   8.6724 t / 330 machines = 0.02628 t a year",
            "in years:     1.0445 t / 0.02628 t = 39.7: making a machine emitted as much as about"
                + " 40 years of its use");
    assertThat(site.sobre("estimate", "--machines=330", "--watts=0", "--g-co2e-per-kwh=20"))
        .isEqualTo(2);
    assertThat(site.err).contains("--watts: expected a number above 0, found 0");
    assertThat(
            site.sobre(
                "estimate",
                "--machines=330",
                "--watts=1",
                "--g-co2e-per-kwh=2",
                "--embodied-machines=3"))
        .isEqualTo(2);
  }
}
