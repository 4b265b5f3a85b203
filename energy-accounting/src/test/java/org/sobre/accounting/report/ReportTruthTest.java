package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.IngestResult;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Metered;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.year.LongAfter;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerVerifier;

/** Reports equal the truth of a generated ledger to the last microjoule, however it is ingested. */
final class ReportTruthTest {

  @TempDir Path root;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 12));
  }

  private AccountingStore store() throws IOException {
    return AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"));
  }

  private static IngestResult ingest(LedgerDirectory ledger, AccountingStore store)
      throws IOException {
    return new LedgerIngest(ledger, store, IngestProgress.NONE, LongAfter.CLOCK).run();
  }

  private static Report report(AccountingStore store, Period period, ReportKey... by)
      throws IOException {
    return ReportBuilder.build(
        store, new ReportRequest(List.of(by), period, ZoneOffset.UTC), Factors.NONE);
  }

  private static Map<String, BigInteger> energy(Report report, ReportKey key) {
    Map<String, BigInteger> energy = new TreeMap<>();
    report
        .rows()
        .forEach(
            row ->
                energy.merge(
                    row.keys().getOrDefault(key, ""), row.energy().total(), BigInteger::add));
    return energy;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void equalsTheTruthWhateverTheOrderOfFiles(long seed) throws Exception {
    TrueLedger truth = new TrueLedger(root.resolve("made"), seed);
    assertThat(LedgerVerifier.verify(truth.directory).findings()).isEmpty();
    LedgerDirectory shared = new LedgerDirectory(root.resolve("shared"));
    try (AccountingStore store = store()) {
      for (Path file : shuffled(truth, seed)) {
        Path target = shared.root().resolve(truth.directory.root().relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
        assertThat(ingest(shared, store).quarantined()).isEmpty();
      }
      check(store, truth);
      assertThat(ingest(shared, store).newLines()).isZero();
      check(store, truth);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void equalsTheTruthWhenFilesGrowUnderTheReader(long seed) throws Exception {
    TrueLedger truth = new TrueLedger(root.resolve("made"), seed);
    LedgerDirectory shared = new LedgerDirectory(root.resolve("shared"));
    Random random = new Random(seed);
    try (AccountingStore store = store()) {
      for (Path file : shuffled(truth, seed)) {
        byte[] bytes = Files.readAllBytes(file);
        Path target = shared.root().resolve(truth.directory.root().relativize(file));
        Files.createDirectories(target.getParent());
        Files.write(target, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        ingest(shared, store);
        Files.write(target, bytes);
        assertThat(ingest(shared, store).quarantined()).isEmpty();
      }
      check(store, truth);
    }
  }

  private static List<Path> shuffled(TrueLedger truth, long seed) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String node : truth.directory.nodes()) {
      truth.directory.files(node).forEach(file -> files.add(file.path()));
    }
    Collections.shuffle(files, new Random(seed));
    return files;
  }

  private static void check(AccountingStore store, TrueLedger truth) throws IOException {
    Report byLab = report(store, Period.ALL, ReportKey.LAB);
    assertThat(energy(byLab, ReportKey.LAB)).isEqualTo(truth.byLab);
    assertThat(energy(report(store, Period.ALL, ReportKey.USER), ReportKey.USER))
        .isEqualTo(truth.byUser);
    assertThat(energy(report(store, Period.ALL, ReportKey.NODE), ReportKey.NODE))
        .isEqualTo(truth.byNode);
    Report byMonth = report(store, Period.ALL, ReportKey.MONTH, ReportKey.LAB);
    assertThat(energy(byMonth, ReportKey.MONTH)).isEqualTo(truth.byMonth);
    assertThat(byMonth.totals()).isEqualTo(byLab.totals());
    assertThat(byLab.totals().energy().total()).isEqualTo(truth.billed);
    assertThat(byLab.totals().jobs()).isEqualTo(truth.jobs);
    assertThat(byLab.totals().gpuHours())
        .isEqualByComparingTo(
            new java.math.BigDecimal(truth.gpuMillis.divide(BigInteger.valueOf(3_600_000))));
    Map<String, Long> items = new TreeMap<>();
    byLab
        .rows()
        .forEach(
            row ->
                row.items()
                    .ifPresent(n -> items.put(row.keys().getOrDefault(ReportKey.LAB, ""), n)));
    assertThat(items).isEqualTo(truth.itemsByLab);
    Metered metered = byLab.metered();
    assertThat(metered.platform().total()).isEqualTo(truth.platform);
    assertThat(metered.outsideSlurm().total()).isEqualTo(truth.outside);
    SortedMap<Integer, BigInteger> byUid = new TreeMap<>();
    byLab.outsideSlurm().forEach(user -> byUid.put(user.uid(), user.energy().total()));
    assertThat(byUid).isEqualTo(truth.outsideByUid);
    assertThat(metered.unknown().total()).isEqualTo(truth.unknown);
    assertThat(metered.total().total())
        .as("everything the meters saw is billed, or named as not billed")
        .isEqualTo(
            truth
                .billed
                .subtract(truth.open)
                .add(truth.platform)
                .add(truth.outside)
                .add(truth.unknown));
    Instant december = Instant.parse("2026-12-01T00:00:00Z");
    Period november = new Period(Optional.empty(), Optional.of(december));
    assertThat(report(store, november, ReportKey.LAB).totals().energy().total())
        .isEqualTo(truth.byMonth.get("2026-11"));
  }
}
