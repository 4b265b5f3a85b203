package org.sobre.energy.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the chain of one boot ends, as far as its files were read: who opens the chain again, for a
 * write that failed, reads on from there. A boot has tens of megabytes after some months. Not
 * thread-safe.
 */
public final class ChainEnd {

  /** Behind the last good line of each file. */
  private final Map<Path, Long> readUntil = new HashMap<>();

  private long lastSeq;
  private Optional<String> lastHash = Optional.empty();

  /** Of the last good line; 0 if there is none. */
  long lastSeq() {
    return lastSeq;
  }

  /** Of the last good line, as {@link LineHeader#prev()}. */
  Optional<String> lastHash() {
    return lastHash;
  }

  /**
   * Reads on. A file that has gone, or is shorter than it was, is another than the one that was
   * read: all are then read anew.
   *
   * @throws IOException if a file cannot be read, or has lines of another boot
   */
  void find(List<LedgerDirectory.LedgerFile> files, String boot) throws IOException {
    if (!areAsRead(files)) {
      readUntil.clear();
      lastSeq = 0;
      lastHash = Optional.empty();
    }
    for (LedgerDirectory.LedgerFile file : files) {
      readOn(file.path(), boot);
    }
  }

  /**
   * A line was appended.
   *
   * @param until behind it, in its file
   */
  void appended(Path file, long until, long seq, String hash) {
    readUntil.put(file, until);
    lastSeq = seq;
    lastHash = Optional.of(hash);
  }

  private boolean areAsRead(List<LedgerDirectory.LedgerFile> files) throws IOException {
    Set<Path> there = new HashSet<>();
    for (LedgerDirectory.LedgerFile file : files) {
      there.add(file.path());
      if (Files.size(file.path()) < readUntil.getOrDefault(file.path(), 0L)) {
        return false;
      }
    }
    return there.containsAll(readUntil.keySet());
  }

  private void readOn(Path file, String boot) throws IOException {
    long from = readUntil.getOrDefault(file, 0L);
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(from);
      RawLine.Reader reader = new RawLine.Reader(in, 0, from);
      for (Optional<RawLine> raw = reader.next(); raw.isPresent(); raw = reader.next()) {
        take(file, raw.get(), boot);
      }
    }
  }

  private void take(Path file, RawLine raw, String boot) throws IOException {
    LineHeader header;
    try {
      header = LedgerCodec.decode(raw).header();
    } catch (LedgerFormatException e) {
      return;
    }
    if (!header.boot().equals(boot)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s, at byte %d: expected lines of boot %s, found boot %s; move the file out of the"
                  + " ledger",
              file,
              raw.offset(),
              boot,
              header.boot()));
    }
    if (raw.terminated()) {
      readUntil.put(file, raw.end());
    }
    if (header.seq() > lastSeq) {
      lastSeq = header.seq();
      lastHash = Optional.of(raw.hash());
    }
  }
}
