package org.sobre.energy.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.util.HexFormat;
import java.util.Optional;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/**
 * A ledger line and its JSON text, one line without the newline. Version 1; docs/ledger.md has the
 * keys. What is hashed and stored is always the text as it was written, never a line encoded anew,
 * so keys of later minor versions survive.
 */
public final class LedgerCodec {

  /** The highest major version that is read, and the one that is written. */
  public static final int VERSION = 1;

  private static final int HASH_DIGITS = 16;

  private LedgerCodec() {}

  /** JSON in one line, keys in the order of docs/ledger.md. */
  public static String encode(LedgerLine line) {
    return LineEncoder.encode(line);
  }

  /**
   * @throws LedgerFormatException if the text is no JSON object, of a version above {@link
   *     #VERSION}, of an unknown kind, or lacks a key; unknown keys are ignored
   */
  public static LedgerLine decode(String text) throws LedgerFormatException {
    try {
      return LineDecoder.decode(JsonObject.parse(text));
    } catch (JsonShapeException | IllegalArgumentException e) {
      throw new LedgerFormatException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * As {@link #decode(String)} does of the line's text; many times faster where it is as this
   * version writes it.
   *
   * @throws LedgerFormatException as {@link #decode(String)}
   */
  public static LedgerLine decode(RawLine line) throws LedgerFormatException {
    Optional<LedgerLine> written = line.isWhole() ? written(line.content()) : Optional.empty();
    return written.isPresent() ? written.get() : decode(line.text());
  }

  /** Absent where the other way of reading is to judge. */
  static Optional<LedgerLine> written(byte[] line) {
    try (LineStream in = new LineStream(line)) {
      LineStream.require("v".equals(in.key()) && in.number() == VERSION);
      LineStream.require("kind".equals(in.key()));
      String kind = in.requiredText();
      LineStream.require(kind.equals("balance") || kind.equals("job"));
      LedgerLine read =
          kind.equals("balance") ? new BalanceStream(in).line() : new JobLineStream(in).line();
      in.requireEnd();
      return Optional.of(read);
    } catch (LineStream.Odd
        | IOException
        | IllegalArgumentException
        | ArithmeticException
        | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** What the next line of the chain has as {@code prev}: see {@link LineHeader#prev()}. */
  public static String hash(String line) {
    return hash(line.getBytes(StandardCharsets.UTF_8));
  }

  static String hash(byte[] line) {
    return digits(sha256().digest(line));
  }

  static String digits(byte[] digest) {
    return HexFormat.of().formatHex(digest, 0, HASH_DIGITS / 2);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
