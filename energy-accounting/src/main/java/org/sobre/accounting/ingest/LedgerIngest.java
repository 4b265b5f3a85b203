package org.sobre.accounting.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.ingest.FileReading.Tables;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.FileProgress;
import org.sobre.accounting.store.FileProgress.Position;
import org.sobre.accounting.store.FileProgress.Quarantined;
import org.sobre.accounting.store.LineStore;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerDirectory.LedgerFile;

/**
 * Fills the store from a ledger: of each file what was added since the last time. Transactions hold
 * many files, or a part of a large one, with how far each was read. A line that cannot be taken
 * goes to quarantine with the reason and is tried again each time; nothing else is lost to it.
 */
public final class LedgerIngest {

  private static final int LINES_PER_TRANSACTION = 200_000;

  /** No clock of a node that counts is farther ahead of this one. */
  private static final Duration AHEAD = Duration.ofDays(1);

  private final LedgerDirectory ledger;
  private final AccountingStore store;
  private final IngestProgress progress;
  private final Clock clock;
  private final int linesPerTransaction;
  private final int runsHeld;
  private final Map<Path, FileReading> readings = new HashMap<>();
  private long newLines;
  private int done;
  private @Nullable Path current;

  /** How far the store had read each file when this last looked or wrote. */
  private Map<String, Position> positions = Map.of();

  /** By the system's clock. */
  public LedgerIngest(LedgerDirectory ledger, AccountingStore store, IngestProgress progress) {
    this(ledger, store, progress, Clock.systemUTC());
  }

  /**
   * @param clock what a line tells of more than a day after its time is kept aside
   */
  public LedgerIngest(
      LedgerDirectory ledger, AccountingStore store, IngestProgress progress, Clock clock) {
    this(ledger, store, progress, clock, LINES_PER_TRANSACTION, LineStore.RUNS_HELD);
  }

  /**
   * @param linesPerTransaction after so many, or some hundred more, they are stored
   * @param runsHeld as {@link LineStore} has it
   */
  LedgerIngest(
      LedgerDirectory ledger,
      AccountingStore store,
      IngestProgress progress,
      Clock clock,
      int linesPerTransaction,
      int runsHeld) {
    this.ledger = ledger;
    this.store = store;
    this.progress = progress;
    this.clock = clock;
    this.linesPerTransaction = linesPerTransaction;
    this.runsHeld = runsHeld;
  }

  /**
   * @throws IOException if a file cannot be read or the store not written; what was read before
   *     stays stored
   */
  public IngestResult run() throws IOException {
    List<Path> files;
    newLines = 0;
    boolean isWhole;
    PersonsKept persons = new PersonsKept(ledger, store);
    do {
      persons.catchUp();
      files = files();
      isWhole = pass(files);
      // files that lost their persons in the meantime may have been read as they were
    } while (!isWhole || persons.isBehind());
    long lines = 0;
    for (FileReading reading : readings.values()) {
      lines += reading.lines();
    }
    return new IngestResult(files.size(), lines, newLines, quarantined(files));
  }

  /** Month by month: what is written together lies together. */
  private List<Path> files() throws IOException {
    List<LedgerFile> files = new ArrayList<>();
    for (String node : ledger.nodes()) {
      files.addAll(ledger.files(node));
    }
    return files.stream()
        .sorted(
            Comparator.comparing(LedgerFile::month)
                .thenComparing(LedgerFile::node)
                .thenComparing(LedgerFile::path))
        .map(file -> file.path().toAbsolutePath().normalize())
        .toList();
  }

  /** False where the tables are not those that it began with, and are to be looked at anew. */
  private boolean pass(List<Path> files) throws IOException {
    readings.clear();
    done = 0;
    current = null;
    Map<Path, Position> grown = grown(files);
    if (grown.isEmpty()) {
      return true;
    }
    try (LineQueue queue = new LineQueue(grown, clock.instant().plus(AHEAD))) {
      Taken taken;
      do {
        taken = store.write(connection -> takeUnlessOld(connection, queue, files.size()));
      } while (taken == Taken.SOME);
      if (taken == Taken.NOTHING_COUNTS) {
        newLines = 0;
      } else if (current != null) {
        newLines += reading(current).newLines();
      }
      return taken == Taken.ALL;
    }
  }

  private enum Taken {
    SOME,
    ALL,
    /** The tables were emptied. */
    NOTHING_COUNTS,
    /** Another ingest wrote meanwhile: where this one would go on is not where it stopped. */
    OLD
  }

  /**
   * Another ingest may have emptied the tables while this one waited for it: what was read before
   * is then to be read again, though these positions say that it was.
   */
  private Taken takeUnlessOld(Connection connection, LineQueue queue, int files)
      throws IOException, SQLException {
    if (!positions(connection).equals(positions)) {
      return Taken.OLD;
    }
    Taken taken = take(connection, queue, files);
    positions = positions(connection);
    return taken;
  }

  private static Map<String, Position> positions(Connection connection) throws SQLException {
    try (FileProgress marks = new FileProgress(connection)) {
      return marks.positions();
    }
  }

  /** What there is to read; of the other files, their lines are counted. */
  private Map<Path, Position> grown(List<Path> files) throws IOException {
    positions = store.read(LedgerIngest::positions);
    Map<Path, Position> grown = new LinkedHashMap<>();
    for (Path file : files) {
      Position known = positions.getOrDefault(file.toString(), Position.START);
      long size = Files.size(file);
      if (known.bytes() == size) {
        readings.put(file, new FileReading(file, known));
        progress.file(++done, files.size());
      } else {
        // one that became shorter is read again from its first line
        grown.put(file, known.bytes() > size ? Position.START : known);
      }
    }
    return grown;
  }

  private Taken take(Connection connection, LineQueue queue, int files)
      throws IOException, SQLException {
    try (FileProgress marks = new FileProgress(connection);
        LineStore lines = new LineStore(connection, runsHeld)) {
      Tables tables = new Tables(marks, lines);
      for (int count = 0; count < linesPerTransaction; ) {
        LineQueue.Item item = queue.next();
        if (item instanceof LineQueue.NoMore) {
          return lines.beginsAnew() ? Taken.NOTHING_COUNTS : Taken.ALL;
        }
        count += take(item, tables, files);
      }
      if (current != null) {
        reading(current).mark(tables);
      }
      return lines.beginsAnew() ? Taken.NOTHING_COUNTS : Taken.SOME;
    }
  }

  private int take(LineQueue.Item item, Tables tables, int files) throws SQLException {
    if (item instanceof LineQueue.Begins begins) {
      FileReading reading = new FileReading(begins.file(), begins.start());
      readings.put(begins.file(), reading);
      reading.begin(tables);
      current = begins.file();
    } else if (item instanceof LineQueue.Ends ends) {
      reading(ends.file()).mark(tables);
      newLines += reading(ends.file()).newLines();
      current = null;
      progress.file(++done, files);
    } else if (item instanceof LineQueue.Lines some && current != null) {
      FileReading reading = reading(current);
      for (DecodedLine line : some.lines()) {
        reading.take(line, tables);
      }
      return some.lines().size();
    }
    return 0;
  }

  private FileReading reading(Path file) {
    FileReading reading = readings.get(file);
    if (reading == null) {
      throw new IllegalStateException("a file that has not begun: " + file);
    }
    return reading;
  }

  private List<Quarantined> quarantined(List<Path> files) throws IOException {
    Set<String> paths = files.stream().map(Path::toString).collect(Collectors.toSet());
    return store.write(
        connection -> {
          try (FileProgress marks = new FileProgress(connection)) {
            marks.forgetOthers(paths);
            marks.releaseRewrittenFragments();
            return marks.quarantined();
          }
        });
  }
}
