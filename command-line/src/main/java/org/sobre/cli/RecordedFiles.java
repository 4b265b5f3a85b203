package org.sobre.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sobre.hardware.probe.ToolText;

/** Recorded outputs of tools, as files. */
final class RecordedFiles {

  /** Two bytes a character, and one more to see that there is more. */
  private static final int MOST_BYTES = 2 * ToolText.LONGEST_ANSWER + 2;

  private static final String BYTE_ORDER_MARK = "\ufeff";

  /** Where a file is named, stands for what is piped in. */
  private static final Path STANDARD_INPUT = Path.of("-");

  private RecordedFiles() {}

  /** The file itself; of a directory all that are in it, at any depth, in the order of names. */
  static List<Path> in(Path named) throws IOException {
    if (!Files.isDirectory(named)) {
      return List.of(named);
    }
    try (Stream<Path> below = Files.walk(named)) {
      return below.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /**
   * The text of a file, or of no more than its beginning where that is too long for any parser. A
   * file that PowerShell has written ({@code >}) is UTF-16 and begins with a byte order mark, which
   * is no part of the text, nor is one in front of UTF-8.
   *
   * @param file {@code -} is the standard input
   */
  static String read(Path file) throws IOException {
    try (InputStream in = file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES);
      String text = new String(bytes, charset(bytes));
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
  }

  private static Charset charset(byte[] bytes) {
    int mark = bytes.length < 2 ? 0 : (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    return mark == 0xfffe || mark == 0xfeff ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
  }
}
