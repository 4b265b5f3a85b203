package org.sobre.accounting.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.report.CsvReport;
import org.sobre.accounting.report.JsonReport;
import org.sobre.accounting.report.Report;
import org.sobre.accounting.report.ReportBuilder;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.year.GeneratedYear;
import org.sobre.accounting.year.YearShape;
import org.sobre.energy.ledger.LedgerDirectory;

/**
 * Files in any order, doubled under another name, cut at any byte and grown again, transactions of
 * any size, runs written at any time within them: every report is that of one pass over the whole
 * ledger.
 */
final class AnyOrderTest {

  @TempDir Path root;

  static LongStream seeds() {
    return LongStream.range(0, Math.max(2, Long.getLong("sobre.seeds", 12) / 4));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyReportIsThatOfOnePass(long seed) throws Exception {
    Path made = root.resolve("made");
    GeneratedYear.write(new YearShape(seed, 4, 5, 9, 300), made);
    List<String> expected;
    try (AccountingStore store = AccountingStore.open(url("whole"))) {
      new LedgerIngest(new LedgerDirectory(made), store, IngestProgress.NONE).run();
      expected = reports(store);
    }

    Random random = new Random(seed);
    LedgerDirectory shared = new LedgerDirectory(root.resolve("shared"));
    try (AccountingStore store = AccountingStore.open(url("parts"))) {
      for (Path file : shuffled(made, random)) {
        byte[] bytes = Files.readAllBytes(file);
        Path target = shared.root().resolve(made.relativize(file));
        Files.createDirectories(target.getParent());
        Files.write(target, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        if (random.nextInt(3) == 0) {
          // another name of the same boot: each of its lines comes twice
          Files.write(
              target.resolveSibling("2023-12.doubled" + random.nextInt(9) + ".jsonl"), bytes);
        }
        if (random.nextInt(4) == 0) {
          ingest(shared, store, random);
        }
        Files.write(target, bytes);
      }
      ingest(shared, store, random);
      assertThat(reports(store)).isEqualTo(expected);
    }
  }

  private static void ingest(LedgerDirectory ledger, AccountingStore store, Random random)
      throws IOException {
    new LedgerIngest(
            ledger,
            store,
            IngestProgress.NONE,
            Clock.systemUTC(),
            1 + random.nextInt(5_000),
            1 + random.nextInt(100))
        .run();
  }

  private static List<Path> shuffled(Path ledger, Random random) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(ledger)) {
      all.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    Collections.shuffle(files, random);
    return files;
  }

  private String url(String name) {
    return "jdbc:sqlite:" + root.resolve(name + ".db");
  }

  static List<String> reports(AccountingStore store) throws IOException {
    List<String> texts = new ArrayList<>();
    Period march = ReportRequest.month(YearMonth.of(2024, 3), YearShape.ZONE);
    Period all = new Period(Optional.empty(), Optional.empty());
    for (ReportKey key : ReportKey.values()) {
      for (Period period : List.of(march, all)) {
        Report report =
            ReportBuilder.build(
                store,
                new ReportRequest(
                    key == ReportKey.LAB ? List.of(key, ReportKey.MONTH) : List.of(key),
                    period,
                    YearShape.ZONE),
                Factors.NONE);
        texts.add(CsvReport.of(report));
        texts.add(JsonReport.of(report));
      }
    }
    assertThat(String.join("", texts).getBytes(StandardCharsets.UTF_8).length)
        .isGreaterThan(10_000);
    return texts;
  }
}
