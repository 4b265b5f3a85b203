package org.sobre.energy.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/**
 * Appends to the chain of one node's boot: gives every line its {@code seq} and {@code prev},
 * writes it in one write and makes it durable before it returns. One appender a node and boot; not
 * thread-safe.
 */
public final class LedgerAppender {

  private final LedgerDirectory directory;
  private final String cluster;
  private final String node;
  private final String boot;
  private final ChainEnd end;

  private LedgerAppender(
      LedgerDirectory directory, String cluster, String node, String boot, ChainEnd end) {
    this.directory = directory;
    this.cluster = cluster;
    this.node = node;
    this.boot = boot;
    this.end = end;
  }

  /**
   * Finds the end of the chain in the files of that boot. A last line that was cut short stays
   * where it is, as a fragment; the chain goes on from the last good line.
   *
   * @throws IOException if the files cannot be read
   */
  public static LedgerAppender open(
      LedgerDirectory directory, String cluster, String node, String boot) throws IOException {
    return open(directory, cluster, node, boot, new ChainEnd());
  }

  /**
   * As the other, and reads what was not read before only.
   *
   * @param end of the same chain, as it was found then; it is moved
   */
  public static LedgerAppender open(
      LedgerDirectory directory, String cluster, String node, String boot, ChainEnd end)
      throws IOException {
    end.find(directory.files(node, boot), boot);
    return new LedgerAppender(directory, cluster, node, boot, end);
  }

  /** Of the last good line; 0 if the boot has none yet, whose first must be its boot line. */
  public long lastSeq() {
    return end.lastSeq();
  }

  /**
   * Appends a line.
   *
   * @param body makes the line from the header it must have; it may say that the clock is unset
   * @return its seq
   * @throws IOException if the line could not be made durable; what was written of it is taken back
   *     and the same body may be tried again later
   */
  public long append(Function<LineHeader, LedgerLine> body) throws IOException {
    LineHeader header = new LineHeader(cluster, node, boot, end.lastSeq() + 1, end.lastHash());
    LedgerLine line = body.apply(header);
    if (!line.header().withClockUnset(false).equals(header)) {
      throw new IllegalArgumentException(
          "the line must have the header it was given: " + header + ", found " + line.header());
    }
    if (header.seq() == 1 && !(line instanceof BootLine)) {
      throw new IllegalArgumentException("the first line of a boot must be its boot line");
    }
    String text = LedgerCodec.encode(line);
    Path file = directory.fileFor(node, boot, line.coversUntil());
    long until = write(file, text);
    end.appended(file, until, header.seq(), LedgerCodec.hash(text));
    return header.seq();
  }

  /** Returns where it ends in the file. */
  private static long write(Path file, String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    boolean isNew = !Files.exists(file);
    long until;
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      long size = channel.size();
      channel.position(size);
      String begin = endsInsideLine(channel, size) ? "\n" : "";
      try {
        AtomicFile.writeFully(channel, (begin + text + "\n").getBytes(StandardCharsets.UTF_8));
        channel.force(true);
        until = channel.position();
      } catch (IOException e) {
        takeBack(channel, size, e);
        throw e;
      }
    }
    if (isNew) {
      AtomicFile.forceDirectory(file);
    }
    return until;
  }

  /** A line that is half there, or there and not durable, would be written a second time. */
  private static void takeBack(FileChannel channel, long size, IOException cause) {
    try {
      channel.truncate(size);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static boolean endsInsideLine(FileChannel channel, long size) throws IOException {
    if (size == 0) {
      return false;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, size - 1);
    return last.get(0) != '\n';
  }
}
