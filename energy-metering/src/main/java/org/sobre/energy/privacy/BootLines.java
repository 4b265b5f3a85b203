package org.sobre.energy.privacy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerDirectory.LedgerFile;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.RawLine;

/**
 * The good lines of one boot in the order of its chain, from files of which each is in that order:
 * in memory is one line a file.
 */
final class BootLines implements AutoCloseable {

  /** One file, at its next good line. */
  private static final class Cursor {
    final InputStream in;
    final RawLine.Reader reader;
    @Nullable LedgerLine next;

    Cursor(LedgerFile file) throws IOException {
      in = Files.newInputStream(file.path(), LinkOption.NOFOLLOW_LINKS);
      reader = new RawLine.Reader(in, 0, 0);
    }
  }

  private final List<Cursor> cursors = new ArrayList<>();
  private long lastSeq;
  private long leftOut;
  private long fragments;

  /**
   * @param files may be changed by their node while they are read
   */
  BootLines(List<LedgerFile> files) throws IOException {
    try {
      for (LedgerFile file : files) {
        Cursor cursor = new Cursor(file);
        cursors.add(cursor);
        advance(cursor);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Each seq once; absent at the end. */
  Optional<LedgerLine> next() throws IOException {
    while (true) {
      Cursor first = null;
      for (Cursor cursor : cursors) {
        if (cursor.next != null && (first == null || seq(cursor) < seq(first))) {
          first = cursor;
        }
      }
      if (first == null || first.next == null) {
        return Optional.empty();
      }
      LedgerLine line = first.next;
      advance(first);
      if (line.header().seq() > lastSeq) {
        lastSeq = line.header().seq();
        return Optional.of(line);
      }
    }
  }

  /** Lines that nobody can read, up to here. */
  long leftOut() {
    return leftOut;
  }

  /**
   * Writes that were cut short, up to here: their lines were written again where a node went on.
   */
  long fragments() {
    return fragments;
  }

  private static long seq(Cursor cursor) {
    return cursor.next == null ? Long.MAX_VALUE : cursor.next.header().seq();
  }

  private void advance(Cursor cursor) throws IOException {
    cursor.next = null;
    for (Optional<RawLine> raw = cursor.reader.next();
        raw.isPresent();
        raw = cursor.reader.next()) {
      try {
        cursor.next = LedgerCodec.decode(raw.get());
        return;
      } catch (LedgerFormatException e) {
        if (raw.get().isFragment()) {
          fragments++;
        } else {
          leftOut++;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Cursor cursor : cursors) {
      cursor.in.close();
    }
  }
}
