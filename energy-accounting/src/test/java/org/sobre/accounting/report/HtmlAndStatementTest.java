package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareAmount;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.labs.AccountTree;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.report.html.HtmlReport;
import org.sobre.accounting.report.html.Statement;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.year.LongAfter;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.hardware.message.Language;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The pages as documents: what stands in them, and that names that users chose stay names. */
final class HtmlAndStatementTest {

  private static final Path RESOURCES = Path.of("src/test/resources/org/sobre/accounting/report");
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final YearMonth MONTH = YearMonth.of(2026, 12);
  private static final Factors FACTORS =
      new Factors(
          Optional.of(new Factor(new BigDecimal("1.3"), "meters of the <room>", "2026")),
          Optional.of(new Factor(new BigDecimal("21.7"), "RTE", "2024")),
          Optional.of(new Factor(new BigDecimal("0.2"), "contract", "2026")),
          Optional.empty());

  @TempDir Path root;
  private AccountingStore store;
  private LabMap labs = LabMap.BY_ACCOUNT;
  private final Language before = Language.current();

  @BeforeEach
  void ingest() throws IOException {
    store = AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"));
    new LedgerIngest(
            new LedgerDirectory(RESOURCES.resolve("ledger")),
            store,
            IngestProgress.NONE,
            LongAfter.CLOCK)
        .run();
    Language.ENGLISH.speak();
  }

  @AfterEach
  void close() throws IOException {
    before.speak();
    store.close();
  }

  private Report report(Period period, ReportKey... by) throws IOException {
    return ReportBuilder.build(store, new ReportRequest(List.of(by), period, PARIS, labs), FACTORS);
  }

  private Report december(ReportKey... by) throws IOException {
    return report(ReportRequest.month(MONTH, PARIS), by);
  }

  private Statement statement(String lab) throws IOException {
    return new Statement(
        lab,
        MONTH,
        Instant.parse("2027-01-02T08:00:00Z"),
        december(ReportKey.LAB),
        december(ReportKey.LAB, ReportKey.USER),
        december(ReportKey.LAB, ReportKey.GPU),
        new HardwareUse(
            new HardwareAmount(
                Optional.of(new BigDecimal("2.05")),
                Optional.of(new BigDecimal("0.5")),
                List.of("<unknown>"),
                List.of("<host>"),
                List.of(
                    new HardwareAmount.Source(
                        new Factor(new BigDecimal("143"), "life cycle of <one> card", "2024"),
                        Optional.of(new BigDecimal("25"))))),
            new HardwareAmount(
                Optional.of(new BigDecimal("7.25")),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(
                    new HardwareAmount.Source(
                        new Factor(new BigDecimal("400"), "an order", "2024"), Optional.empty()))),
            HardwareAmount.NONE,
            true));
  }

  private static Document parse(String html) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    return builder.parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> all(Document document, String element) {
    NodeList nodes = document.getElementsByTagName(element);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<String> texts(Document document, String element) {
    return all(document, element).stream().map(Element::getTextContent).toList();
  }

  @Test
  void showsRowsTotalsChartAndNotes() throws Exception {
    Document page = parse(HtmlReport.of(december(ReportKey.LAB)));
    assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
    assertThat(texts(page, "title").get(0)).isEqualTo("Energy by lab in 2026-12 (Europe/Paris)");
    assertThat(texts(page, "th"))
        .contains("lab", "GPU h", "Wh", "g CO2e", "euro", "lab-nlp", "lab-vision", "total");
    assertThat(texts(page, "td")).contains("262.500", "393.306", "11.10");
    assertThat(texts(page, "li")).contains("cost: euro per kWh 0.2 (contract; 2026)");
    // 262.5 Wh is the longest bar, and lab-vision's is 130.556 / 262.5 of it
    double width =
        all(page, "rect").stream()
            .filter(bar -> bar.getAttribute("height").equals("16.00"))
            .mapToDouble(bar -> Double.parseDouble(bar.getAttribute("width")))
            .sum();
    assertThat(width).isBetween(430 * 393.306 / 262.5 - 0.1, 430 * 393.306 / 262.5 + 0.1);
  }

  @Test
  void showsMonthsWhereAskedFor() throws Exception {
    String page = HtmlReport.of(report(Period.ALL, ReportKey.LAB, ReportKey.MONTH));
    assertThat(texts(parse(page), "figcaption"))
        .containsExactly("Energy of the rows, largest first", "Energy by month");
    assertThat(page).contains("2026-11: 119.444 Wh; 2026-12: 393.306 Wh");
  }

  @Test
  void isAccessible() throws Exception {
    for (String html :
        List.of(HtmlReport.of(december(ReportKey.LAB)), statement("lab-vision").html())) {
      Document page = parse(html);
      assertThat(all(page, "h1")).hasSize(1);
      assertThat(all(page, "main")).hasSize(1);
      assertThat(all(page, "th")).allMatch(th -> !th.getAttribute("scope").isEmpty());
      assertThat(all(page, "caption")).hasSameSizeAs(all(page, "table"));
      Set<String> ids = new HashSet<>();
      for (Element element : all(page, "*")) {
        String id = element.getAttribute("id");
        assertThat(id.isEmpty() || ids.add(id)).as("id %s is once", id).isTrue();
      }
      assertThat(all(page, "svg"))
          .isNotEmpty()
          .allSatisfy(
              svg -> {
                assertThat(svg.getAttribute("role")).isEqualTo("img");
                assertThat(ids)
                    .containsAll(List.of(svg.getAttribute("aria-labelledby").split(" ")));
              });
    }
  }

  /** One file that needs nothing else and runs nothing. */
  @Test
  void isSelfContained() throws Exception {
    String html = statement("lab-vision").html();
    Document page = parse(html);
    assertThat(html).doesNotContain("http://", "https://", "url(", "@import", "javascript:");
    for (String element :
        List.of("script", "link", "img", "iframe", "object", "embed", "form", "a", "base")) {
      assertThat(all(page, element)).as(element).isEmpty();
    }
    assertThat(all(page, "*"))
        .allSatisfy(
            element -> {
              for (int i = 0; i < element.getAttributes().getLength(); i++) {
                String name = element.getAttributes().item(i).getNodeName();
                assertThat(name).doesNotStartWith("on").isNotIn("src", "href", "style");
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"><script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "<svg onload=alert(1)>",
        "' onmouseover='alert(1)",
        "&#60;b&#62; &amp; &lt;",
        "&#",
        "]]><!--",
        "\u202Egnp.exe\u2066",
        "bell\u0007 and nul\u0000",
        "half \ud800 pair",
        "a\u0301\u0327 \ud83d\ude00"
      })
  void aNameStaysAName(String name) throws Exception {
    Report calm = december(ReportKey.LAB);
    List<ReportRow> rows = new ArrayList<>();
    for (ReportRow row : calm.rows()) {
      rows.add(row.named(Map.of(ReportKey.LAB, name)));
    }
    String html = HtmlReport.of(calm.withRows(rows, calm.totals()));
    Document page = parse(html);
    Document quiet = parse(HtmlReport.of(calm));
    // the same elements, whatever the name: nothing of it became markup
    assertThat(all(page, "*").stream().map(Element::getTagName).distinct())
        .containsExactlyElementsOf(
            all(quiet, "*").stream().map(Element::getTagName).distinct().toList());
    String shown = name.replaceAll("[\\u0000-\\u001f\\ud800]", "\uFFFD");
    assertThat(all(page, "bdi").stream().map(Element::getTextContent)).contains(shown);
  }

  @Test
  void aStatementIsOfItsLabAlone() throws Exception {
    String html = statement("lab-vision").html();
    assertThat(html)
        .contains("Statement of lab-vision, 2026-12", "alice", "nvidia_geforce_rtx_4090", "130.556")
        .contains("g CO2e embodied", "2.05 ± 0.50", "made: nothing is known of &lt;unknown&gt;")
        .contains("euro of hardware", "7.25", "themselves of these nodes", "&lt;host&gt;")
        .contains("of jobs that held no GPU nothing is counted")
        .contains("143 ± 25 % (life cycle of &lt;one&gt; card; 2024)")
        .contains("meters of the &lt;room&gt;", "Made on 2027-01-02 09:00 (Europe/Paris)")
        .doesNotContain("lab-nlp", "carol", "393.306");
    assertThat(statement("nobody").html()).contains("No job ran in this time.");
  }

  /** What no job pays, in kWh, grams and euros: 28.21 g and 0.26 euro a kWh with the room. */
  @Test
  void theShareOfWhatNoJobPaysHasItsGrams() throws Exception {
    labs =
        new LabMap(
            List.of(),
            LabMap.Others.ACCOUNT,
            LabMap.Allocation.BY_RESERVED_SHARE,
            AccountTree.FLAT);
    AllocatedShare share =
        december(ReportKey.LAB).rows().stream()
            .filter(row -> row.keys().containsValue("lab-vision"))
            .findFirst()
            .flatMap(ReportRow::allocated)
            .orElseThrow();
    double kilowattHours = share.energy().total().doubleValue() / 3.6e12;
    String html = statement("lab-vision").html();
    assertThat(html)
        .contains(
            String.format(
                Locale.ROOT,
                "<dt>g CO2e for that share</dt>%n<dd>%.2f</dd>",
                kilowattHours * 28.21),
            "It stands apart from the lab&#39;s own energy.");
  }

  @Test
  void speaksFrench() throws Exception {
    Language.FRENCH.speak();
    String html = statement("lab-vision").html();
    assertThat(html).contains("lang=\"fr\"", "Relevé de lab-vision", "130,556", "contract; 2026");
    assertThat(HtmlReport.of(december(ReportKey.LAB))).contains("labo", "262,500");
  }

  @Test
  void csvForFrenchSpreadsheets() throws Exception {
    Report report = december(ReportKey.LAB);
    List<String> french = CsvReport.of(report, Language.FRENCH).lines().toList();
    List<String> english = CsvReport.of(report).lines().toList();
    assertThat(french.get(0)).isEqualTo(english.get(0).replace(',', ';'));
    assertThat(french.get(2)).startsWith("lab-vision;1;0,333333;0,130555556;3,682972;0,033944;");
    assertThat(french).hasSameSizeAs(english);
    assertThat(Files.readString(RESOURCES.resolve("by-lab.csv")).lines().toList().get(0))
        .isEqualTo(english.get(0));
  }
}
