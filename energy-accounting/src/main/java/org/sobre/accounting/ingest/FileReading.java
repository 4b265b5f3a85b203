package org.sobre.accounting.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.store.FileProgress;
import org.sobre.accounting.store.FileProgress.Position;
import org.sobre.accounting.store.FileProgress.Quarantined;
import org.sobre.accounting.store.LineStore;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.RawLine;

/** One pass over one file, within one transaction. */
final class FileReading {

  private final Path file;
  private final FileProgress marks;
  private final LineStore lines;
  private Position position = Position.START;
  private long newLines;

  /**
   * What there is in a file.
   *
   * @param lines all, also those read before
   * @param newLines of them, taken now for the first time
   */
  record Taken(long lines, long newLines) {}

  FileReading(Path file, FileProgress marks, LineStore lines) {
    this.file = file;
    this.marks = marks;
    this.lines = lines;
  }

  Taken from(Position start) throws IOException, SQLException {
    position = start;
    long count = start.lines();
    marks.release(file.toString());
    try (FileChannel channel = FileChannel.open(file);
        InputStream in = Channels.newInputStream(channel.position(start.bytes()))) {
      RawLine.Reader reader = new RawLine.Reader(in, start.lines(), start.bytes());
      for (Optional<RawLine> raw = reader.next(); raw.isPresent(); raw = reader.next()) {
        take(raw.get());
        count = raw.get().number();
      }
    }
    marks.advance(file.toString(), position);
    return new Taken(count, newLines);
  }

  private void take(RawLine raw) throws SQLException {
    LedgerLine line;
    try {
      line = LedgerCodec.decode(raw.text());
      refuseEndlessSums(line);
    } catch (LedgerFormatException e) {
      refuse(raw, raw.isFragment(), (raw.isFragment() ? "cut short: " : "") + e.getMessage());
      return;
    }
    LineHeader header = line.header();
    switch (lines.add(line, raw.hash())) {
      case NEW -> {
        newLines++;
        pass(raw, OptionalLong.of(lines.bootId(header)), header.seq());
      }
      case KNOWN -> pass(raw, OptionalLong.of(lines.bootId(header)), header.seq());
      case CONFLICT ->
          refuse(
              raw,
              false,
              "another line is known as seq "
                  + header.seq()
                  + " of boot "
                  + header.boot()
                  + "; run sobre ledger verify");
    }
  }

  /**
   * Tables add up what a line has several of; a sum that no long has would end the whole ingest.
   */
  private static void refuseEndlessSums(LedgerLine line) throws LedgerFormatException {
    if (line instanceof BalanceLine balance) {
      for (BalanceLine.MeterBalance meter : balance.meters()) {
        try {
          meter.accounted();
        } catch (ArithmeticException e) {
          throw new LedgerFormatException(
              "meter " + meter.meter() + ": its parts are more than a long has");
        }
      }
    }
  }

  private void refuse(RawLine raw, boolean fragment, String reason) throws SQLException {
    marks.quarantine(
        new Quarantined(file.toString(), raw.number(), position, fragment, reason, raw.text()));
    pass(raw, position.boot(), position.seq());
  }

  /** A line without its newline is read again next time: more of it may come. */
  private void pass(RawLine raw, OptionalLong boot, long seq) {
    if (raw.terminated()) {
      position = new Position(raw.end(), raw.number(), boot, seq);
    }
  }
}
