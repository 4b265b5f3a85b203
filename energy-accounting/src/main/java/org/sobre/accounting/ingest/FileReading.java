package org.sobre.accounting.ingest;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.sobre.accounting.store.FileProgress;
import org.sobre.accounting.store.FileProgress.Position;
import org.sobre.accounting.store.FileProgress.Quarantined;
import org.sobre.accounting.store.LineStore;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;

/** One pass over one file, within one transaction or several that follow one another. */
final class FileReading {

  /** The tables, as one transaction has them. */
  record Tables(FileProgress marks, LineStore lines) {}

  private final Path file;
  private Position position;
  private long lines;
  private long newLines;

  FileReading(Path file, Position start) {
    this.file = file;
    this.position = start;
    this.lines = start.lines();
  }

  /** How many lines the file has, as far as it was read, with those read before. */
  long lines() {
    return lines;
  }

  /** Of these, how many were taken now for the first time. */
  long newLines() {
    return newLines;
  }

  void begin(Tables tables) throws SQLException {
    tables.marks().release(file.toString());
  }

  /** Notes how far it was read; more of it may follow. */
  void mark(Tables tables) throws SQLException {
    tables.marks().advance(file.toString(), position);
  }

  void take(DecodedLine decoded, Tables tables) throws SQLException {
    lines = decoded.raw().number();
    LedgerLine line = decoded.line();
    if (line == null) {
      refuse(decoded, decoded.raw().isFragment(), decoded.reason(), tables);
      return;
    }
    LineHeader header = line.header();
    switch (tables.lines().add(line, decoded.raw().hash())) {
      case NEW -> {
        newLines++;
        pass(decoded, OptionalLong.of(tables.lines().bootId(header)), header.seq());
      }
      case KNOWN -> pass(decoded, OptionalLong.of(tables.lines().bootId(header)), header.seq());
      case CONFLICT ->
          refuse(
              decoded,
              false,
              "tampered with: another line is known as seq "
                  + header.seq()
                  + " of boot "
                  + header.boot()
                  + "; run sobre ledger verify",
              tables);
      case SECOND_END ->
          refuse(
              decoded,
              false,
              "a second job line of one run: expected one, found another that was taken before;"
                  + " that one counts. Compare the two, and how this one came into the ledger",
              tables);
    }
  }

  private void refuse(DecodedLine line, boolean fragment, String reason, Tables tables)
      throws SQLException {
    tables
        .marks()
        .quarantine(
            new Quarantined(
                file.toString(),
                line.raw().number(),
                position,
                fragment,
                reason,
                line.raw().text()));
    pass(line, position.boot(), position.seq());
  }

  /** A line without its newline is read again next time: more of it may come. */
  private void pass(DecodedLine line, OptionalLong boot, long seq) {
    if (line.raw().terminated()) {
      position = new Position(line.raw().end(), line.raw().number(), boot, seq);
    }
  }
}
