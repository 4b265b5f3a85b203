package org.sobre.energy.ledger;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A line of a ledger file as it stands there, readable or not.
 *
 * @param number from 1
 * @param offset of its first byte in the file
 * @param text decoded as UTF-8, what is not UTF-8 replaced
 * @param hash of its bytes without the newline, as {@link LineHeader#prev()}
 * @param bytes length without the newline
 * @param terminated whether a newline ends it; an end of file without one is a write under way or
 *     cut short
 */
public record RawLine(
    long number, long offset, String text, String hash, int bytes, boolean terminated) {

  /** Far above any real line: a balance of a node with a thousand jobs is some 200 kB. */
  public static final int MAX_BYTES = 16 << 20;

  /** Where the next line begins. */
  public long end() {
    return offset + bytes + (terminated ? 1 : 0);
  }

  /**
   * Whether a line that is not good looks like a write that was cut short: a begun object, or the
   * zeros of a block that was never written.
   */
  public boolean isFragment() {
    return text.indexOf('\0') >= 0 || (text.startsWith("{") && !text.endsWith("}"));
  }

  /** Reads lines one by one, from any place where a line begins. */
  public static final class Reader {

    private final InputStream in;
    private long number;
    private long offset;

    /**
     * @param number of lines before
     * @param offset of bytes before
     */
    public Reader(InputStream in, long number, long offset) {
      this.in = in instanceof BufferedInputStream ? in : new BufferedInputStream(in, 1 << 16);
      this.number = number;
      this.offset = offset;
    }

    /** The next line; absent at the end of the file. */
    public Optional<RawLine> next() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
      int b = in.read();
      while (b >= 0 && b != '\n') {
        bytes.write(b);
        if (bytes.size() > MAX_BYTES) {
          throw new IOException(
              "line "
                  + (number + 1)
                  + ": expected a ledger line of at most "
                  + MAX_BYTES
                  + " B, found more; this is no ledger file");
        }
        b = in.read();
      }
      if (b < 0 && bytes.size() == 0) {
        return Optional.empty();
      }
      byte[] line = bytes.toByteArray();
      RawLine raw =
          new RawLine(
              ++number,
              offset,
              new String(line, StandardCharsets.UTF_8),
              LedgerCodec.hash(line),
              line.length,
              b == '\n');
      offset = raw.end();
      return Optional.of(raw);
    }
  }
}
