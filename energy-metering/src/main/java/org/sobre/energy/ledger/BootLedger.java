package org.sobre.energy.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All lines of one boot of a node, from its files.
 *
 * @param lines in the order of the chain: by seq, doubled ones by place
 * @param unreadable in the order of places
 */
record BootLedger(List<PlacedLine> lines, List<Unreadable> unreadable) {

  /**
   * @param before seq of the good line before it in the same file, 0 if it is the first
   * @param last whether nothing follows it in its file
   */
  record Unreadable(Path file, RawLine raw, String problem, long before, boolean last) {

    Finding finding(Finding.Severity severity, String message) {
      return new Finding(severity, file, raw.number(), message);
    }
  }

  static BootLedger read(List<LedgerDirectory.LedgerFile> files) throws IOException {
    List<PlacedLine> lines = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    for (LedgerDirectory.LedgerFile file : files) {
      read(file.path(), lines, unreadable);
    }
    lines.sort(
        Comparator.comparingLong(PlacedLine::seq)
            .thenComparing(PlacedLine::file)
            .thenComparingLong(PlacedLine::number));
    return new BootLedger(lines, unreadable);
  }

  private static void read(Path file, List<PlacedLine> lines, List<Unreadable> unreadable)
      throws IOException {
    long before = 0;
    try (InputStream in = Files.newInputStream(file)) {
      RawLine.Reader reader = new RawLine.Reader(in, 0, 0);
      Optional<RawLine> next = reader.next();
      while (next.isPresent()) {
        RawLine raw = next.get();
        next = reader.next();
        try {
          LedgerLine line = LedgerCodec.decode(raw);
          lines.add(new PlacedLine(file, raw.number(), raw.hash(), line));
          before = line.header().seq();
        } catch (LedgerFormatException e) {
          unreadable.add(
              new Unreadable(file, raw, String.valueOf(e.getMessage()), before, next.isEmpty()));
        }
      }
    }
  }

  /**
   * Whether the chain has every seq from 1 on, so that what its lines add up to is all there is.
   */
  boolean isWhole() {
    long seq = 0;
    for (PlacedLine line : lines) {
      if (line.seq() > seq + 1) {
        return false;
      }
      seq = line.seq();
    }
    return !lines.isEmpty();
  }

  /** Of the chain; 0 if no line is good. */
  long lastSeq() {
    return lines.isEmpty() ? 0 : lines.get(lines.size() - 1).seq();
  }

  boolean has(long seq) {
    return lines.stream().anyMatch(line -> line.seq() == seq);
  }
}
