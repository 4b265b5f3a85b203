package org.sobre.it.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareAmount;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.report.Report;
import org.sobre.accounting.report.ReportBuilder;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.report.ReportRow;
import org.sobre.accounting.report.html.HtmlReport;
import org.sobre.accounting.report.html.Statement;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.hardware.message.Language;

/**
 * The pages of a real run's ledger, among whose labs is one with a hostile name, as a browser shows
 * and prints them.
 */
@ExtendWith(BrowserExtension.class)
final class PageIT {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final Path LEDGER = Path.of("src/test/resources/frozen/v1/ledger");
  private static final String HOSTILE =
      "\"><script>document.title='taken'</script><img src=x onerror=document.title='taken'>\u202E";

  /** Every text that a reader can see: its contrast against what is behind it. */
  private static final String LEAST_CONTRAST =
      """
      (() => {
        const parse = c => c.match(/[\\d.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b]
          .map(v => v / 255)
          .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const behind = e => {
          for (; e; e = e.parentElement) {
            const c = parse(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] > 0) return c;
          }
          return [255, 255, 255];
        };
        let least = 21;
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const e = walker.currentNode.parentElement;
          if (!walker.currentNode.data.trim() || !e.getClientRects().length) continue;
          const style = getComputedStyle(e);
          const ink = e.namespaceURI.endsWith('svg') ? style.fill : style.color;
          const [a, b] = [light(parse(ink)), light(behind(e))].sort((x, y) => y - x);
          least = Math.min(least, (a + 0.05) / (b + 0.05));
        }
        return least;
      })()
      """;

  /** What a screen reader would stumble over; an empty list is what we want. */
  private static final String STUMBLES =
      """
      (() => {
        const wrong = [];
        const must = (is, what) => { if (!is) wrong.push(what); };
        must(document.documentElement.lang.length === 2, 'lang');
        must(document.title.length > 0, 'title');
        must(document.querySelectorAll('h1').length === 1, 'one h1');
        must(document.querySelectorAll('main').length === 1, 'one main');
        let level = 0;
        document.querySelectorAll('h1,h2,h3').forEach(h => {
          const now = Number(h.tagName[1]);
          must(now <= level + 1, 'heading skips: ' + h.textContent);
          must(h.textContent.trim().length > 0, 'empty heading');
          level = now;
        });
        document.querySelectorAll('table').forEach(t => {
          must(t.caption && t.caption.textContent.trim(), 'caption');
          t.querySelectorAll('th').forEach(th => must(th.scope, 'scope: ' + th.textContent));
          const width = t.rows[0].cells.length;
          [...t.rows].forEach(r => must(r.cells.length === width, 'cells of a row'));
        });
        document.querySelectorAll('svg').forEach(s => {
          must(s.getAttribute('role') === 'img', 'role of a chart');
          s.getAttribute('aria-labelledby').split(' ').forEach(id =>
            must(document.getElementById(id)?.textContent.trim(), 'name of a chart'));
        });
        const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
        must(new Set(ids).size === ids.length, 'an id twice');
        document.querySelectorAll('[tabindex]').forEach(e => {
          must(e.tabIndex === 0, 'order of tabs');
          must(e.getAttribute('aria-label'), 'name of what can be scrolled');
        });
        must(document.documentElement.scrollWidth <= innerWidth, 'scrolls sideways');
        return wrong;
      })()
      """;

  /** The December of that ledger is over when it is read here. */
  private static final Clock AFTER =
      Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);

  @TempDir static Path root;
  private static Chromium browser;
  private static final Language BEFORE = Language.current();

  @BeforeAll
  static void pages() throws IOException {
    browser = Chromium.start(Files.createDirectory(root.resolve("profile")));
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      new LedgerIngest(new LedgerDirectory(LEDGER), store, IngestProgress.NONE, AFTER).run();
      for (Language language : Language.values()) {
        language.speak();
        write(store, language);
      }
    }
    BEFORE.speak();
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private static void write(AccountingStore store, Language language) throws IOException {
    Report report = hostile(report(store, Period.ALL, ReportKey.LAB, ReportKey.MONTH));
    Files.writeString(page("report", language), HtmlReport.of(report));
    ReportRow some = report(store, Period.ALL, ReportKey.LAB, ReportKey.MONTH).rows().get(0);
    YearMonth month = YearMonth.parse(some.keys().getOrDefault(ReportKey.MONTH, ""));
    Period period = ReportRequest.month(month, PARIS);
    Statement statement =
        new Statement(
            some.keys().getOrDefault(ReportKey.LAB, ""),
            month,
            Instant.parse("2027-01-02T08:00:00Z"),
            report(store, period, ReportKey.LAB),
            report(store, period, ReportKey.LAB, ReportKey.USER),
            report(store, period, ReportKey.LAB, ReportKey.GPU),
            new HardwareUse(
                new HardwareAmount(
                    Optional.empty(),
                    Optional.empty(),
                    List.of(HOSTILE),
                    List.of(HOSTILE),
                    List.of()),
                HardwareAmount.NONE,
                HardwareAmount.NONE,
                true));
    Files.writeString(page("statement", language), statement.html());
  }

  private static Path page(String name, Language language) {
    return root.resolve(name + "." + language.code() + ".html");
  }

  private static Report report(AccountingStore store, Period period, ReportKey... by)
      throws IOException {
    Factors factors =
        new Factors(
            Optional.of(new Factor(new BigDecimal("1.3"), HOSTILE, "2026")),
            Optional.of(new Factor(new BigDecimal("21.7"), "RTE", "2024")),
            Optional.of(new Factor(new BigDecimal("0.2"), "contract", "2026")),
            Optional.empty());
    return ReportBuilder.build(store, new ReportRequest(List.of(by), period, PARIS), factors);
  }

  /** Sixty rows, so that it has more than a page, and one of them of nobody's good will. */
  private static Report hostile(Report report) {
    List<ReportRow> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ReportRow row = report.rows().get(i % report.rows().size());
      Map<ReportKey, String> keys = new LinkedHashMap<>(row.keys());
      keys.put(ReportKey.LAB, i == 0 ? HOSTILE : "lab " + i);
      rows.add(row.named(keys));
    }
    return report.withRows(rows, report.totals());
  }

  private static Path file(String name) {
    return root.resolve(name + ".html");
  }

  @ParameterizedTest
  @ValueSource(strings = {"report.en", "report.fr", "statement.en", "statement.fr"})
  void isShownLightAndDarkAndAsksForNothingElse(String name) throws IOException {
    browser.prefer("light");
    browser.open(file(name));
    Set<Integer> light = colours(browser.screenshot());
    int lightPaper = paper(browser.screenshot());
    assertThat(light).as("not blank").hasSizeGreaterThan(10);
    assertThat(contrast()).as("light").isGreaterThanOrEqualTo(4.5);
    browser.prefer("dark");
    int darkPaper = paper(browser.screenshot());
    assertThat(brightness(lightPaper)).isGreaterThan(240);
    assertThat(brightness(darkPaper)).isLessThan(40);
    assertThat(contrast()).as("dark").isGreaterThanOrEqualTo(4.5);
    assertThat(browser.evaluate("document.title").asText()).isNotEqualTo("taken");
    assertThat(browser.evaluate("document.scripts.length + document.images.length").asInt())
        .isZero();
    List<String> asked =
        browser.events("Network.requestWillBeSent").stream()
            .map(event -> event.at("/params/request/url").asText())
            .toList();
    assertThat(asked).containsExactly(file(name).toUri().toString());
    assertThat(browser.events("Log.entryAdded")).isEmpty();
    assertThat(browser.events("Runtime.consoleAPICalled")).isEmpty();
    assertThat(browser.events("Runtime.exceptionThrown")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"report.en", "report.fr", "statement.en", "statement.fr"})
  void canBeReadAloud(String name) {
    browser.open(file(name));
    List<String> stumbles = new ArrayList<>();
    browser.evaluate(STUMBLES).forEach(one -> stumbles.add(one.asText()));
    assertThat(stumbles).isEmpty();
    assertThat(browser.evaluate("document.documentElement.lang").asText())
        .isEqualTo(name.substring(name.indexOf('.') + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"report.en", "statement.fr"})
  void isPrintedOnA4(String name) {
    browser.prefer("dark");
    browser.open(file(name));
    String pdf = new String(browser.pdf(), StandardCharsets.ISO_8859_1);
    Matcher box =
        Pattern.compile("/MediaBox\\s*\\[\\s*0\\s+0\\s+([\\d.]+)\\s+([\\d.]+)\\s*]").matcher(pdf);
    int pages = 0;
    while (box.find()) {
      pages++;
      // 210 x 297 mm in points of 1/72 inch
      assertThat(Double.parseDouble(box.group(1))).isCloseTo(210 / 25.4 * 72, within(1.0));
      assertThat(Double.parseDouble(box.group(2))).isCloseTo(297 / 25.4 * 72, within(1.0));
    }
    assertThat(pages).isGreaterThanOrEqualTo(name.startsWith("report") ? 2 : 1);
  }

  private static double contrast() {
    JsonNode least = browser.evaluate(LEAST_CONTRAST);
    return least.asDouble();
  }

  private static BufferedImage image(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static Set<Integer> colours(byte[] png) throws IOException {
    BufferedImage image = image(png);
    Set<Integer> colours = new HashSet<>();
    for (int x = 0; x < image.getWidth(); x += 2) {
      for (int y = 0; y < image.getHeight(); y += 2) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours;
  }

  private static int paper(byte[] png) throws IOException {
    return image(png).getRGB(1, 1);
  }

  private static double brightness(int rgb) {
    return ((rgb >> 16 & 0xFF) + (rgb >> 8 & 0xFF) + (rgb & 0xFF)) / 3.0;
  }
}
