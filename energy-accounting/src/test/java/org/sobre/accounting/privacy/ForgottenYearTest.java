package org.sobre.accounting.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.accounting.ingest.LedgerComparison;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Snapshot;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.Finding;
import org.sobre.energy.ledger.ForgottenRecord;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerDirectory.LedgerFile;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.energy.ledger.Verification;
import org.sobre.energy.privacy.FilesSeen;
import org.sobre.energy.privacy.LedgerForgetting;

/** Persons go from old months; sums, chain and reports stay. */
final class ForgottenYearTest {

  private static final YearMonth SEPTEMBER = YearMonth.of(2024, 9);
  private static final YearMonth ALL = YearMonth.of(2025, 1);

  @TempDir Path root;

  static LongStream seeds() {
    return LongStream.range(0, Math.max(2, Long.getLong("sobre.seeds", 12) / 6));
  }

  static LedgerForgetting forgetting(LedgerDirectory ledger, Set<String> gone) {
    return new LedgerForgetting(
        ledger, NamedYear.WORDS, gone, NamedYear.LATER, new SecureRandom(), FilesSeen.NOBODY);
  }

  private LedgerForgetting forgettingAll(LedgerDirectory ledger) throws IOException {
    return forgetting(ledger, Set.copyOf(ledger.nodes()));
  }

  private AccountingStore store(String name) throws IOException {
    return AccountingStore.open(
        "jdbc:sqlite:" + Files.createDirectories(root.resolve(name)).resolve("a.db"));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void reportsAreTheSameBytesAndNoNameIsLeftAnywhere(long seed) throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), seed);
    assertThat(NamedYear.naming(ledger.root())).as("names to forget").hasSizeGreaterThan(20);
    Map<String, String> before;
    String users;
    try (AccountingStore store = store("db")) {
      NamedYear.ingest(ledger, store);
      before = NamedYear.reports(store);
      users = NamedYear.csv(store, ReportKey.USER);
      store.publish(Snapshot.in(root.resolve("db")));
    }
    assertThat(NamedYear.naming(root.resolve("db"))).isNotEmpty();

    LedgerForgetting.Result result = forgettingAll(ledger).run(ALL);

    assertThat(result.left()).isEmpty();
    assertThat(result.files()).isEqualTo(files(ledger).size());
    assertThat(NamedYear.naming(ledger.root())).isEmpty();
    Verification verification = LedgerVerifier.verify(ledger);
    assertThat(verification.findings()).isEmpty();
    assertThat(verification.forgotten())
        .hasValueSatisfying(
            forgotten -> {
              assertThat(forgotten.files()).isEqualTo(result.files());
              assertThat(forgotten.months()).isEqualTo(result.months());
            });
    try (AccountingStore store = store("db")) {
      assertThat(LedgerComparison.lost(store, ledger)).as("before the next ingest").isEmpty();
      NamedYear.ingest(ledger, store);
      assertThat(NamedYear.reports(store)).isEqualTo(before);
      String without = NamedYear.csv(store, ReportKey.USER);
      assertThat(NamedYear.users(without)).allMatch(user -> user.matches("u-[0-9a-f]{12}"));
      assertThat(NamedYear.users(users)).allMatch(user -> user.startsWith("user"));
      store.publish(Snapshot.in(root.resolve("db")));
      assertThat(NamedYear.naming(root.resolve("db"))).isEmpty();
      assertThat(LedgerComparison.lost(store, ledger)).hasValue(List.of());
    }
  }

  @Test
  void keepsTheMonthsThatAreYoungerAndWhatNodesWroteLast() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 3);
    Map<String, String> before;
    try (AccountingStore store = store("db")) {
      NamedYear.ingest(ledger, store);
      before = NamedYear.reports(store);
    }
    Map<Path, byte[]> young = contents(ledger, file -> !isBefore(file, SEPTEMBER));
    Map<Path, byte[]> old = contents(ledger, file -> isBefore(file, SEPTEMBER));

    assertThat(forgetting(ledger, Set.of()).run(SEPTEMBER).files()).isEqualTo(old.size());

    young.forEach((path, bytes) -> assertThat(path).hasBinaryContent(bytes));
    assertThat(old.keySet()).noneMatch(path -> naming(path));
    assertThat(LedgerVerifier.verify(ledger).findings()).isEmpty();
    try (AccountingStore store = store("db")) {
      NamedYear.ingest(ledger, store);
      assertThat(NamedYear.reports(store)).isEqualTo(before);
    }
    // hashes with persons stay where a month begins whose persons are kept, and nowhere else
    long atTheBorder =
        ForgottenRecord.read(ledger).entries().stream()
            .flatMap(entry -> entry.links().stream())
            .filter(link -> link.before().isPresent())
            .count();
    assertThat(atTheBorder).isPositive().isLessThanOrEqualTo(ledger.nodes().size());
    // by month, as a timer does it; December is what the nodes wrote last
    for (int month = 10; month <= 12; month++) {
      assertThat(forgetting(ledger, Set.of()).run(YearMonth.of(2024, month)).files()).isPositive();
      assertThat(LedgerVerifier.verify(ledger).findings()).isEmpty();
    }
    LedgerForgetting.Result last = forgetting(ledger, Set.of()).run(ALL.plusMonths(4));
    assertThat(last.keptBack()).isPositive();
    assertThat(NamedYear.naming(ledger.root()))
        .isNotEmpty()
        .hasSize(last.keptBack())
        .allMatch(path -> !isBefore(path, YearMonth.of(2024, 12)));
  }

  @Test
  void aSecondTimeChangesNothing() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 4);
    forgettingAll(ledger).run(ALL);
    Map<Path, byte[]> once = contents(ledger, file -> true);
    byte[] record = Files.readAllBytes(ForgottenRecord.file(ledger));
    assertThat(forgettingAll(ledger).plan(ALL).files()).isZero();
    assertThat(forgettingAll(ledger).run(ALL).files()).isZero();
    once.forEach((path, bytes) -> assertThat(path).hasBinaryContent(bytes));
    assertThat(ForgottenRecord.file(ledger)).hasBinaryContent(record);
  }

  /** Who has a hash of a line, and all of the line but the person, could try persons out. */
  @Test
  void noHashOfALineWithAPersonIsLeft() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 5);
    Set<String> hashes =
        files(ledger).stream()
            .flatMap(path -> lines(path).stream())
            .map(ForgottenYearTest::hash)
            .collect(Collectors.toSet());
    forgettingAll(ledger).run(ALL);
    // a boot line names nobody, and is the same line still
    Set<String> same =
        files(ledger).stream()
            .flatMap(path -> lines(path).stream())
            .map(ForgottenYearTest::hash)
            .collect(Collectors.toSet());
    List<Path> all = new ArrayList<>(files(ledger));
    all.add(ForgottenRecord.file(ledger));
    for (Path path : all) {
      java.util.regex.Matcher hash =
          java.util.regex.Pattern.compile("\"([0-9a-f]{16})\"").matcher(Files.readString(path));
      while (hash.find()) {
        assertThat(hashes.contains(hash.group(1)) && !same.contains(hash.group(1)))
            .as(path + " has " + hash.group(1))
            .isFalse();
      }
    }
  }

  @Test
  void realTamperingIsFoundStill() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 6);
    forgetting(ledger, Set.of()).run(SEPTEMBER);
    Path forgotten =
        files(ledger).stream()
            .filter(path -> isBefore(path, SEPTEMBER) && lines(path).size() > 100)
            .findFirst()
            .orElseThrow();
    List<String> good = lines(forgotten);
    for (int at : List.of(1, good.size() / 2, good.size() - 1)) {
      List<String> bad = new ArrayList<>(good);
      bad.set(at, bad.get(at).replaceFirst("\"elapsedMs\":3", "\"elapsedMs\":4"));
      assertThat(bad).isNotEqualTo(good);
      Files.write(forgotten, bad);
      assertThat(LedgerVerifier.verify(ledger).faults())
          .extracting(Finding::file)
          .contains(forgotten);
    }
    Files.write(forgotten, good.subList(0, good.size() - 1));
    assertThat(LedgerVerifier.verify(ledger).faults()).isNotEmpty();
    Files.delete(forgotten);
    assertThat(LedgerVerifier.verify(ledger).faults())
        .extracting(Finding::file)
        .contains(forgotten);
    Files.write(forgotten, good);
    assertThat(LedgerVerifier.verify(ledger).faults()).isEmpty();
    Files.delete(ForgottenRecord.file(ledger));
    assertThat(LedgerVerifier.verify(ledger).faults()).as("without the record").isNotEmpty();
  }

  /** A node that comes back after years closes what a power cut left, in a file without persons. */
  @Test
  void aBootThatIsClosedLateIsForgottenTheNextTime() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 7);
    forgettingAll(ledger).run(ALL);
    String node = ledger.nodes().get(0);
    List<LedgerFile> files = ledger.files(node);
    Path newest = files.get(files.size() - 1).path();
    var last =
        org.sobre.energy.ledger.LedgerCodec.decode(lines(newest).get(lines(newest).size() - 1));
    String boot = last.header().boot();
    LedgerAppender appender = LedgerAppender.open(ledger, "cbp", node, boot);
    appender.append(header -> LateLine.job(header, last.coversUntil()));
    assertThat(LedgerVerifier.verify(ledger).faults()).isEmpty();
    assertThat(NamedYear.naming(ledger.root())).hasSize(1);

    assertThat(forgettingAll(ledger).run(ALL).files()).isEqualTo(1);

    assertThat(LedgerVerifier.verify(ledger).faults()).isEmpty();
    assertThat(NamedYear.naming(ledger.root())).isEmpty();
    LedgerAppender.open(ledger, "cbp", node, "99999999-0000")
        .append(header -> new BootLine(header, last.coversUntil(), java.util.Optional.empty()));
    assertThat(LedgerVerifier.verify(ledger).faults()).isEmpty();
  }

  @Test
  void whatIsNoFileOfANodesIsNamedAndLeft() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 8);
    Path node = ledger.root().resolve(ledger.nodes().get(0));
    Path outside = Files.writeString(root.resolve("outside"), "user007 has this\n");
    Files.createSymbolicLink(node.resolve("2024-01.link0000.jsonl"), outside);
    Files.writeString(node.resolve("notes.jsonl"), "no line of the ledger\n");
    Path later = files(ledger).get(1);
    Files.writeString(later, Files.readString(later) + "{\"v\":2,\"kind\":\"balance\"}\n");
    Path torn = files(ledger).get(2);
    String whole = Files.readString(torn);
    Files.writeString(torn, whole + "{\"v\":1,\"kind\":\"job\",\"job\":{\"user\":\"user003\",\"ui");

    LedgerForgetting.Result result = forgettingAll(ledger).run(ALL);

    assertThat(result.left())
        .hasSize(2)
        .anySatisfy(left -> assertThat(left).startsWith(later + ":").contains("v: expected 1"))
        .anySatisfy(left -> assertThat(left).contains("2024-01.link0000.jsonl: a link"));
    assertThat(result.fragments()).isEqualTo(1);
    assertThat(outside).hasContent("user007 has this");
    assertThat(NamedYear.naming(ledger.root())).containsExactly(later);
    assertThat(lines(torn)).hasSize((int) whole.lines().count());
    assertThat(LedgerVerifier.verify(ledger).faults())
        .as("the line of a later version, and the link, alone")
        .extracting(Finding::file)
        .containsOnly(later, node.resolve("2024-01.link0000.jsonl"));
    byte[] record = Files.readAllBytes(ForgottenRecord.file(ledger));
    forgettingAll(ledger).run(ALL);
    assertThat(ForgottenRecord.file(ledger)).as("not each day anew").hasBinaryContent(record);
  }

  @Test
  void theMonthThatIsWrittenIsNeverTouched() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 9);
    Clock december =
        Clock.fixed(java.time.Instant.parse("2024-12-31T23:00:00Z"), java.time.ZoneOffset.UTC);
    Map<Path, byte[]> young = contents(ledger, file -> !isBefore(file, YearMonth.of(2024, 11)));
    LedgerForgetting.Result result =
        new LedgerForgetting(
                ledger,
                Set.of(),
                Set.copyOf(ledger.nodes()),
                december,
                new SecureRandom(),
                FilesSeen.NOBODY)
            .run(YearMonth.of(2030, 1));
    assertThat(result.before()).isEqualTo(YearMonth.of(2024, 11));
    young.forEach((path, bytes) -> assertThat(path).hasBinaryContent(bytes));
  }

  @Test
  void aBootThatACheckpointMayCloseIsKept() throws Exception {
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), 10);
    LedgerFile old = ledger.files(ledger.nodes().get(1)).get(0);
    List<LedgerFile> ofBoot =
        ledger.files(old.node()).stream()
            .filter(file -> file.bootStart().equals(old.bootStart()))
            .toList();
    Path newest = ofBoot.get(ofBoot.size() - 1).path();
    Files.writeString(newest.resolveSibling("checkpoint." + old.bootStart() + ".json"), "{}");
    byte[] before = Files.readAllBytes(newest);
    forgetting(ledger, Set.of()).run(ALL.plusMonths(3));
    assertThat(newest).hasBinaryContent(before);
  }

  private static List<Path> files(LedgerDirectory ledger) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String node : ledger.nodes()) {
      ledger.files(node).stream()
          .map(LedgerFile::path)
          .filter(path -> !Files.isSymbolicLink(path))
          .forEach(files::add);
    }
    return files;
  }

  private static Map<Path, byte[]> contents(
      LedgerDirectory ledger, java.util.function.Predicate<Path> which) throws IOException {
    Map<Path, byte[]> contents = new java.util.TreeMap<>();
    for (Path file : files(ledger)) {
      if (which.test(file)) {
        contents.put(file, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private static boolean isBefore(Path file, YearMonth month) {
    return YearMonth.parse(file.getFileName().toString().substring(0, 7)).isBefore(month);
  }

  private static boolean naming(Path file) {
    return lines(file).stream().anyMatch(line -> line.contains("user0"));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String hash(String line) {
    try {
      byte[] digest =
          java.security.MessageDigest.getInstance("SHA-256")
              .digest(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return java.util.HexFormat.of().formatHex(digest, 0, 8);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
