package org.sobre.hardware.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a text that people write, and says where it is not UTF-8. */
public final class Utf8Text {

  /** Some bytes are none of UTF-8: those of an older encoding mostly, as Latin-1. */
  public static final class NotUtf8Exception extends CharacterCodingException {
    private static final long serialVersionUID = 1;

    private final int line;

    NotUtf8Exception(int line) {
      this.line = line;
    }

    /** Where the first of them are, from 1. */
    public int line() {
      return line;
    }

    @Override
    public String getMessage() {
      return "not UTF-8 in line " + line;
    }
  }

  private Utf8Text() {}

  /**
   * @throws NotUtf8Exception if it is in another encoding
   * @throws IOException if it cannot be read
   */
  public static String read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
    text.flip();
    if (result.isError()) {
      throw new NotUtf8Exception(1 + (int) text.chars().filter(c -> c == '\n').count());
    }
    return text.toString();
  }
}
