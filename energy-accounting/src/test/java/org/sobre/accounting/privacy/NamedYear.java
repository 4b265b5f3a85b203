package org.sobre.accounting.privacy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.report.CsvReport;
import org.sobre.accounting.report.ReportBuilder;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.year.GeneratedYear;
import org.sobre.accounting.year.YearShape;
import org.sobre.energy.ledger.LedgerDirectory;

/** A generated 2024 of users user000 to user008, uids 1000 to 1008, and what is told of it. */
final class NamedYear {

  /** Long after it. */
  static final Clock LATER = Clock.fixed(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);

  static final Set<String> WORDS =
      Set.of("sd21-infer", "llama31-8b-infer", "sd21-finetune", "image");

  private static final int USERS = 9;

  /** user000 to user008. */
  private static final String USER = "user0";

  /** Behind {@link #ID}. */
  private static final Pattern UID = Pattern.compile("(100\\d|2000)\\D", Pattern.DOTALL);

  /** The end of {@code uid} and {@code byUid}. */
  private static final String ID = "id\":";

  private NamedYear() {}

  /** Each test changes its own; making one takes longer than most of what is tried on it. */
  private static final Map<Long, Map<String, byte[]>> MADE = new ConcurrentHashMap<>();

  static LedgerDirectory write(Path directory, long seed) throws IOException {
    Map<String, byte[]> files = MADE.get(seed);
    if (files == null) {
      GeneratedYear.write(new YearShape(seed, 2, 5, USERS, 400), directory);
      MADE.put(seed, contents(directory));
    } else {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = directory.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      }
    }
    return new LedgerDirectory(directory);
  }

  private static Map<String, byte[]> contents(Path directory) throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  static void ingest(LedgerDirectory ledger, AccountingStore store) throws IOException {
    var result = new LedgerIngest(ledger, store, IngestProgress.NONE).run();
    if (!result.quarantined().isEmpty()) {
      throw new IllegalStateException(result.quarantined().get(0).reason());
    }
  }

  /** CSV by all keys that name no person, of the year and of a month in it. */
  static Map<String, String> reports(AccountingStore store) throws IOException {
    Map<String, String> reports = new LinkedHashMap<>();
    for (ReportKey key : ReportKey.values()) {
      if (key != ReportKey.USER) {
        reports.put(key.toString(), csv(store, key, ReportKey.MONTH));
        reports.put(key + " alone", csv(store, key));
      }
    }
    return reports;
  }

  static String csv(AccountingStore store, ReportKey... by) throws IOException {
    Set<ReportKey> keys = new java.util.LinkedHashSet<>(List.of(by));
    return CsvReport.of(
        ReportBuilder.build(
            store,
            new ReportRequest(
                List.copyOf(keys), new Period(Optional.empty(), Optional.empty()), YearShape.ZONE),
            Factors.NONE));
  }

  /** Files below a directory that name a person of the year, as text or as a number. */
  static List<Path> naming(Path directory) throws IOException {
    List<Path> naming = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file :
          files.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList()) {
        if (names(Files.readString(file, StandardCharsets.ISO_8859_1))) {
          naming.add(file);
        }
      }
    }
    return naming;
  }

  private static boolean names(String text) {
    Matcher uid = UID.matcher(text);
    for (int at = text.indexOf(ID); at >= 0; at = text.indexOf(ID, at + 1)) {
      if (uid.region(at + ID.length(), text.length()).lookingAt()) {
        return true;
      }
    }
    return text.contains(USER);
  }

  /** What stands for users in a report by user. */
  static Set<String> users(String csv) {
    Set<String> users = new TreeSet<>();
    csv.lines().skip(1).forEach(line -> users.add(line.substring(0, line.indexOf(','))));
    return users;
  }
}
