package org.sobre.accounting.year;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The files of one boot of a node: lines that are chained, each in the file of its month. */
final class YearFiles implements AutoCloseable {

  private final Path directory;
  private final String head;
  private final String boot;
  private final MessageDigest sha256;
  private String month = "";
  private @Nullable OutputStream out;
  private @Nullable String prev;
  private long seq;

  YearFiles(Path ledger, String node, String boot) throws IOException {
    this.directory = Files.createDirectories(ledger.resolve(node));
    this.boot = boot;
    this.head = ",\"cluster\":\"cbp\",\"node\":\"" + node + "\",\"boot\":\"" + boot + "\",\"seq\":";
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param millis the last instant that the line covers
   * @param rest what comes after {@code prev}, with its comma and the closing brace
   */
  void line(String kind, long millis, CharSequence rest) {
    String text =
        "{\"v\":1,\"kind\":\""
            + kind
            + "\""
            + head
            + ++seq
            + ",\"prev\":"
            + (prev == null ? "null" : "\"" + prev + "\"")
            + rest;
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    prev = HexFormat.of().formatHex(sha256.digest(bytes), 0, 8);
    try {
      OutputStream file = file(Instant.ofEpochMilli(millis).toString().substring(0, 7));
      file.write(bytes);
      file.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long lastSeq() {
    return seq;
  }

  private OutputStream file(String of) throws IOException {
    if (out == null || !of.equals(month)) {
      close();
      Path file = directory.resolve(of + "." + boot.substring(0, 8) + ".jsonl");
      out =
          new BufferedOutputStream(
              Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
              1 << 16);
      month = of;
    }
    return out;
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
      out = null;
    }
  }
}
