package org.sobre.accounting.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.energy.privacy.FilesSeen;
import org.sobre.energy.privacy.LedgerExport;
import org.sobre.energy.privacy.LedgerExport.Wanted;
import org.sobre.energy.privacy.PersonlessLine;
import org.sobre.energy.privacy.PersonlessLine.Hidden;
import org.sobre.energy.privacy.Pseudonyms;

/** A ledger without persons is a ledger: verified, ingested, and of the same sums. */
final class ExportedYearTest {

  private static final Set<Hidden> JOBS = Set.of(Hidden.JOBS);

  @TempDir Path root;

  static LongStream seeds() {
    return LongStream.range(20, 20 + Math.max(2, Long.getLong("sobre.seeds", 12) / 6));
  }

  private static byte[] key(int of) {
    byte[] key = new byte[Pseudonyms.KEY_BYTES];
    Arrays.fill(key, (byte) of);
    return key;
  }

  private LedgerDirectory export(
      LedgerDirectory from, String to, byte[] key, Set<Hidden> hidden, Wanted wanted)
      throws IOException {
    PersonlessLine line = new PersonlessLine(new Pseudonyms(key), hidden, NamedYear.WORDS);
    LedgerExport.Result result =
        new LedgerExport(from, line, wanted, FilesSeen.NOBODY).write(root.resolve(to));
    assertThat(result.leftOut()).isZero();
    return new LedgerDirectory(root.resolve(to));
  }

  private AccountingStore ingested(LedgerDirectory ledger) throws IOException {
    AccountingStore store = AccountingStore.openTemporary();
    NamedYear.ingest(ledger, store);
    return store;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void itIsWholeAndOfTheSameSums(long seed) throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), seed);
    LedgerDirectory exported = export(ledger, "export", key(1), JOBS, Wanted.ALL);
    assertThat(LedgerVerifier.verify(exported).findings()).isEmpty();
    assertThat(NamedYear.naming(exported.root())).isEmpty();
    try (AccountingStore of = ingested(ledger);
        AccountingStore without = ingested(exported)) {
      assertThat(NamedYear.reports(without)).isEqualTo(NamedYear.reports(of));
      Set<String> users = NamedYear.users(NamedYear.csv(without, ReportKey.USER));
      assertThat(users).allMatch(user -> user.matches("u-[0-9a-f]{12}"));
      assertThat(users).hasSameSizeAs(NamedYear.users(NamedYear.csv(of, ReportKey.USER)));
    }
    Set<String> before = jobs(ledger);
    Set<String> after = jobs(exported);
    assertThat(after).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
  }

  @Test
  void underTheSameKeyItIsTheSameAndUnderAnotherAnother() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 21);
    LedgerDirectory one = export(ledger, "one", key(1), JOBS, Wanted.ALL);
    LedgerDirectory same = export(ledger, "same", key(1), JOBS, Wanted.ALL);
    LedgerDirectory other = export(ledger, "other", key(2), JOBS, Wanted.ALL);
    assertThat(users(same)).isEqualTo(users(one));
    assertThat(users(other)).hasSameSizeAs(users(one)).doesNotContainAnyElementsOf(users(one));
    assertThat(jobs(other)).doesNotContainAnyElementsOf(jobs(one));
  }

  @Test
  void ofSomeMonthsItIsWholeAndHasTheirSums() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 22);
    Wanted summer =
        new Wanted(Optional.of(YearMonth.of(2024, 5)), Optional.of(YearMonth.of(2024, 8)));
    LedgerDirectory exported = export(ledger, "summer", key(1), JOBS, summer);
    assertThat(LedgerVerifier.verify(exported).findings()).isEmpty();
    try (AccountingStore of = ingested(ledger);
        AccountingStore some = ingested(exported)) {
      // May as the zone has it begins two hours earlier, and is not whole
      for (int month = 6; month <= 8; month++) {
        String key = "lab of 2024-0" + month;
        assertThat(energies(some, month)).as(key).isNotEmpty().isEqualTo(energies(of, month));
      }
    }
  }

  private static Map<String, String> energies(AccountingStore store, int month) throws IOException {
    Map<String, String> energies = new java.util.TreeMap<>();
    NamedYear.csv(store, ReportKey.LAB, ReportKey.MONTH)
        .lines()
        .skip(1)
        .map(line -> line.split(",", -1))
        .filter(cells -> cells[1].equals("2024-0" + month))
        // jobs, GPU hours, kWh
        .forEach(cells -> energies.put(cells[0], cells[2] + " " + cells[3] + " " + cells[4]));
    // August in the zone ends two hours before the UTC month: both have it
    return energies;
  }

  @Test
  void whatIsHiddenIsInNoFileAndNoName() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 23);
    LedgerDirectory exported =
        export(ledger, "hidden", key(1), Set.of(Hidden.values()), Wanted.ALL);
    assertThat(LedgerVerifier.verify(exported).findings()).isEmpty();
    Set<String> names = new TreeSet<>(ledger.nodes());
    for (String node : ledger.nodes()) {
      ledger.files(node).forEach(file -> names.add(file.bootStart()));
    }
    Pattern named = Pattern.compile(String.join("|", names) + "|lab-\\d\\d|GPU-n|\"gpu\",\"cpu\"");
    try (Stream<Path> files = Files.walk(exported.root())) {
      for (Path file : files.toList()) {
        assertThat(named.matcher(exported.root().relativize(file).toString()).find()).isFalse();
        if (Files.isRegularFile(file)) {
          assertThat(named.matcher(Files.readString(file)).find()).as(file.toString()).isFalse();
        }
      }
    }
    try (AccountingStore of = ingested(ledger);
        AccountingStore without = ingested(exported)) {
      assertThat(NamedYear.csv(without, ReportKey.GPU)).isEqualTo(NamedYear.csv(of, ReportKey.GPU));
    }
  }

  @Test
  void onlyIntoAnEmptyDirectoryAndNeverHalf() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 24);
    Path full = Files.createDirectory(root.resolve("full"));
    Files.writeString(full.resolve("something"), "is here");
    assertThatThrownBy(() -> export(ledger, "full", key(1), JOBS, Wanted.ALL))
        .isInstanceOf(FileAlreadyExistsException.class);
    Path node = ledger.root().resolve(ledger.nodes().get(1));
    Path file = ledger.files(ledger.nodes().get(1)).get(0).path();
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    Files.createDirectory(file);
    PersonlessLine line = new PersonlessLine(new Pseudonyms(key(1)), JOBS, NamedYear.WORDS);
    FilesSeen dies =
        (done, total) -> {
          throw new IllegalStateException("killed");
        };
    assertThatThrownBy(
            () -> new LedgerExport(ledger, line, Wanted.ALL, dies).write(root.resolve("half")))
        .hasMessage("killed");
    assertThat(root.resolve("half")).doesNotExist();
    assertThatThrownBy(() -> export(ledger, "half", key(1), JOBS, Wanted.ALL))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("half.partial");
    Files.delete(file);
    Files.write(file, bytes);
    assertThat(node).isDirectory();
    Files.createDirectory(root.resolve("empty"));
    export(ledger, "empty", key(1), JOBS, Wanted.ALL);
  }

  private static Set<String> users(LedgerDirectory ledger) throws IOException {
    return found(ledger, Pattern.compile("\"user\":\"([^\"]+)\""));
  }

  private static Set<String> jobs(LedgerDirectory ledger) throws IOException {
    return found(ledger, Pattern.compile("\"job\":\"(\\d+)\\.|\"job\":\\{\"id\":(\\d+),"));
  }

  private static Set<String> found(LedgerDirectory ledger, Pattern pattern) throws IOException {
    Set<String> found = new TreeSet<>();
    for (String node : ledger.nodes()) {
      for (LedgerDirectory.LedgerFile file : ledger.files(node)) {
        pattern
            .matcher(Files.readString(file.path()))
            .results()
            .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
            .forEach(found::add);
      }
    }
    return found;
  }
}
