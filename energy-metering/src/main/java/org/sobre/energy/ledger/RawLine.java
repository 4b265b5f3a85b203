package org.sobre.energy.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/** A line of a ledger file as it stands there, readable or not. */
public final class RawLine {

  /** Far above any real line: a balance of a node with a thousand jobs is some 200 kB. */
  public static final int MAX_BYTES = 16 << 20;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int KEPT_OF_TOO_LONG = 200;
  private static final String TOO_LONG = "… over " + MAX_BYTES + " B, which no ledger line has";

  private final long number;
  private final long offset;
  private final byte[] content;
  private final String hash;
  private final long bytes;
  private final boolean terminated;

  private RawLine(
      long number, long offset, byte[] content, String hash, long bytes, boolean terminated) {
    this.number = number;
    this.offset = offset;
    this.content = content;
    this.hash = hash;
    this.bytes = bytes;
    this.terminated = terminated;
  }

  /** From 1. */
  public long number() {
    return number;
  }

  /** Of its first byte in the file. */
  public long offset() {
    return offset;
  }

  /**
   * Decoded as UTF-8, what is not UTF-8 replaced; of a line over {@link #MAX_BYTES} only its
   * beginning, which is no good line.
   */
  public String text() {
    return isWhole()
        ? new String(content, StandardCharsets.UTF_8)
        : new String(content, 0, KEPT_OF_TOO_LONG, StandardCharsets.UTF_8) + TOO_LONG;
  }

  /** The first 16 hexadecimal digits of the SHA-256 of its bytes: {@link LineHeader#prev()}. */
  public String hash() {
    return hash;
  }

  /** Length without the newline. */
  public long bytes() {
    return bytes;
  }

  /** Whether a newline ends it; an end of file without one is a write under way or cut short. */
  public boolean terminated() {
    return terminated;
  }

  boolean isWhole() {
    return bytes <= MAX_BYTES;
  }

  /** Its bytes, as far as {@link #MAX_BYTES}; not to be changed. */
  byte[] content() {
    return content;
  }

  /** Where the next line begins. */
  public long end() {
    return offset + bytes + (terminated ? 1 : 0);
  }

  /**
   * Whether a line that is not good looks like a write that was cut short: a begun object, or the
   * zeros of a block that was never written.
   */
  public boolean isFragment() {
    String text = text();
    return text.indexOf('\0') >= 0 || (text.startsWith("{") && isOpen(text));
  }

  /** Whether the brackets of a text are not all closed: a cut may well stand after a brace. */
  private static boolean isOpen(String text) {
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString) {
        i += c == '\\' ? 1 : 0;
        inString = c != '"';
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
    return inString || depth > 0;
  }

  /** Reads lines one by one, from any place where a line begins. */
  public static final class Reader {

    private final InputStream in;
    private final MessageDigest sha256 = LedgerCodec.sha256();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int end;
    private long number;
    private long offset;

    /**
     * @param in is read ahead of the lines that are given
     * @param number of lines before
     * @param offset of bytes before
     */
    public Reader(InputStream in, long number, long offset) {
      this.in = in;
      this.number = number;
      this.offset = offset;
    }

    /** The next line; absent at the end of the file. */
    public Optional<RawLine> next() throws IOException {
      ByteArrayOutputStream begun = new ByteArrayOutputStream(0);
      long bytes = 0;
      while (fill()) {
        int newline = newline();
        int length = newline - next;
        byte[] part = Arrays.copyOfRange(buffer, next, newline);
        bytes += length;
        next = newline;
        if (newline < end) {
          next++;
          return Optional.of(line(together(begun, part), bytes, true));
        }
        begun.write(part, 0, Math.max(0, Math.min(length, MAX_BYTES - begun.size())));
      }
      return bytes == 0 ? Optional.empty() : Optional.of(line(begun.toByteArray(), bytes, false));
    }

    private static byte[] together(ByteArrayOutputStream begun, byte[] part) {
      if (begun.size() == 0) {
        return part;
      }
      begun.write(part, 0, Math.max(0, Math.min(part.length, MAX_BYTES - begun.size())));
      return begun.toByteArray();
    }

    private RawLine line(byte[] line, long bytes, boolean terminated) {
      RawLine raw =
          new RawLine(
              ++number, offset, line, LedgerCodec.digits(sha256.digest(line)), bytes, terminated);
      offset = raw.end();
      return raw;
    }

    /** False at the end of the file. */
    private boolean fill() throws IOException {
      if (next == end) {
        next = 0;
        end = Math.max(0, in.read(buffer));
      }
      return next < end;
    }

    /** Where the next newline of the buffer is, or its end. */
    private int newline() {
      int at = next;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      return at;
    }
  }
}
