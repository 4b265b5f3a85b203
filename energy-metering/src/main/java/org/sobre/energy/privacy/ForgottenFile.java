package org.sobre.energy.privacy;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.energy.ledger.ForgottenRecord;
import org.sobre.energy.ledger.ForgottenRecord.Link;
import org.sobre.energy.ledger.ForgottenRecord.StandIn;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.RawLine;

/**
 * One file of the ledger without persons. Its lines are chained anew, to lines of other files as
 * these are by now; what other files are chained to is told as a link.
 */
final class ForgottenFile {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int DIGEST_BYTES = 8;

  /** A line that cannot be read, and is no write that was cut short: its file is left as it is. */
  static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1;

    Unreadable(Path file, RawLine line, LedgerFormatException why) {
      super(file + ":" + line.number() + ": " + why.getMessage());
    }
  }

  private final Path file;
  private final PersonlessLine personless;
  private final ForgottenRecord record;
  private final SecureRandom random;

  /** New hashes of the lines so far, by the old ones. */
  private final Map<String, String> hashes = new HashMap<>();

  private final Map<String, Link> links = new LinkedHashMap<>();
  private final Map<String, StandIn> chainedTo = new LinkedHashMap<>();
  private final Set<String> rechained = new LinkedHashSet<>();
  private long lines;
  private long leftOut;
  private long bytes;

  /**
   * @param record of what was forgotten before: who is chained to a line of it must still be
   * @param random for what stands in for hashes of lines with persons
   */
  ForgottenFile(Path file, PersonlessLine personless, ForgottenRecord record, SecureRandom random) {
    this.file = file;
    this.random = random;
    this.personless = personless;
    this.record = record;
  }

  /**
   * The new text beside the file, durable, and what the record is to say of it.
   *
   * @param rechained hashes in other files that the old text was chained to, and the new is not
   */
  record Made(ForgottenRecord.Entry entry, AtomicFile.Prepared prepared, Set<String> rechained) {}

  /**
   * @throws Unreadable if a line is of a later version, or none
   */
  Made make(String path, YearMonth month, Instant at) throws IOException {
    MessageDigest digest = sha256();
    AtomicFile.Prepared prepared =
        AtomicFile.prepareKeeping(
            file,
            out -> {
              OutputStream buffer =
                  new BufferedOutputStream(new DigestOutputStream(out, digest), BUFFER_BYTES);
              copy(buffer);
              buffer.flush();
            });
    return new Made(
        new ForgottenRecord.Entry(
            path,
            month,
            at,
            bytes,
            digits(digest),
            lines,
            leftOut,
            new ArrayList<>(links.values()),
            new ArrayList<>(chainedTo.values())),
        prepared,
        rechained);
  }

  private void copy(OutputStream out) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      RawLine.Reader reader = new RawLine.Reader(in, 0, 0);
      for (Optional<RawLine> raw = reader.next(); raw.isPresent(); raw = reader.next()) {
        Optional<LedgerLine> line = read(raw.get());
        if (line.isPresent()) {
          byte[] text = (text(line.get(), raw.get()) + "\n").getBytes(StandardCharsets.UTF_8);
          out.write(text);
          bytes += text.length;
          lines++;
        } else {
          leftOut++;
        }
      }
    }
  }

  private Optional<LedgerLine> read(RawLine raw) throws Unreadable {
    try {
      return Optional.of(LedgerCodec.decode(raw));
    } catch (LedgerFormatException e) {
      if (raw.isFragment() || raw.bytes() == 0) {
        return Optional.empty();
      }
      throw new Unreadable(file, raw, e);
    }
  }

  private String text(LedgerLine line, RawLine raw) {
    LineHeader header = line.header();
    Optional<String> prev = header.prev().map(this::now);
    String text =
        LedgerCodec.encode(
            personless.of(
                line,
                new LineHeader(
                    header.cluster(),
                    header.node(),
                    header.boot(),
                    header.seq(),
                    prev,
                    header.clockUnset())));
    String hash = LedgerCodec.hash(text);
    hashes.put(raw.hash(), hash);
    Optional<String> before = Optional.of(raw.hash()).filter(old -> !old.equals(hash));
    links.put(raw.hash(), new Link(header.seq(), before, hash));
    return text;
  }

  private String now(String prev) {
    if (hashes.containsKey(prev)) {
      links.remove(prev);
      return hashes.getOrDefault(prev, prev);
    }
    Optional<String> standsFor = record.standsFor(prev);
    String now = standsFor.orElseGet(() -> record.now(prev));
    if (record.isWithoutPersons(now)) {
      if (standsFor.isEmpty() && !now.equals(prev)) {
        rechained.add(prev);
      }
      return now;
    }
    String as = standsFor.isPresent() ? prev : drawn();
    return chainedTo.computeIfAbsent(now, hash -> new StandIn(as, hash)).as();
  }

  /** Has the form of a hash, and is none. */
  private String drawn() {
    byte[] bytesOfHash = new byte[DIGEST_BYTES];
    random.nextBytes(bytesOfHash);
    return HexFormat.of().formatHex(bytesOfHash);
  }

  static String digest(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return digits(digest);
  }

  private static String digits(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
