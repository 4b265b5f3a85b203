package org.sobre.accounting.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.sobre.accounting.ingest.FileReading.Taken;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.FileProgress;
import org.sobre.accounting.store.FileProgress.Position;
import org.sobre.accounting.store.FileProgress.Quarantined;
import org.sobre.accounting.store.LineStore;
import org.sobre.energy.ledger.LedgerDirectory;

/**
 * Fills the store from a ledger: of each file what was added since the last time, one transaction a
 * file. A line that cannot be taken goes to quarantine with the reason and is tried again each
 * time; nothing else is lost to it.
 */
public final class LedgerIngest {

  private final LedgerDirectory ledger;
  private final AccountingStore store;
  private final IngestProgress progress;

  public LedgerIngest(LedgerDirectory ledger, AccountingStore store, IngestProgress progress) {
    this.ledger = ledger;
    this.store = store;
    this.progress = progress;
  }

  /**
   * @throws IOException if a file cannot be read or the store not written; what was read before
   *     stays stored
   */
  public IngestResult run() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String node : ledger.nodes()) {
      ledger.files(node).forEach(file -> files.add(file.path().toAbsolutePath().normalize()));
    }
    long lines = 0;
    long newLines = 0;
    int done = 0;
    for (Path file : files) {
      Position before = position(file);
      Taken taken = before.bytes() == Files.size(file) ? new Taken(before.lines(), 0) : read(file);
      lines += taken.lines();
      newLines += taken.newLines();
      progress.file(++done, files.size());
    }
    return new IngestResult(files.size(), lines, newLines, quarantined(files));
  }

  private Position position(Path file) throws IOException {
    return store.read(
        connection -> {
          try (FileProgress marks = new FileProgress(connection)) {
            return marks.position(file.toString());
          }
        });
  }

  private Taken read(Path file) throws IOException {
    return store.write(
        connection -> {
          try (FileProgress marks = new FileProgress(connection);
              LineStore lines = new LineStore(connection)) {
            Position from = marks.position(file.toString());
            if (from.bytes() > Files.size(file)) {
              from = Position.START;
            }
            return new FileReading(file, marks, lines).from(from);
          }
        });
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
