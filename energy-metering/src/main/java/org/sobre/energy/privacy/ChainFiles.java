package org.sobre.energy.privacy;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;

/**
 * Writes the files of one boot of a new ledger: a chain from seq 1, each line in the file of its
 * month. A file is durable when it is left, and not each line.
 */
final class ChainFiles implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;

  private record Open(Path file, FileChannel channel, OutputStream out) {
    void close() throws IOException {
      try (channel) {
        out.flush();
        channel.force(true);
      }
      AtomicFile.forceDirectory(file);
    }
  }

  private final LedgerDirectory to;
  private long lastSeq;
  private Optional<String> lastHash = Optional.empty();
  private @Nullable Open open;
  private int files;

  ChainFiles(LedgerDirectory to) {
    this.to = to;
  }

  /**
   * @param of whose cluster, node, boot and state of the clock the line has
   * @param body makes the line from the header it must have
   */
  void append(LineHeader of, Function<LineHeader, LedgerLine> body) throws IOException {
    LineHeader place =
        new LineHeader(of.cluster(), of.node(), of.boot(), lastSeq + 1, lastHash, of.clockUnset());
    LedgerLine line = body.apply(place);
    String text = LedgerCodec.encode(line);
    write(to.fileFor(of.node(), of.boot(), line.coversUntil()), text);
    lastSeq++;
    lastHash = Optional.of(LedgerCodec.hash(text));
  }

  long lastSeq() {
    return lastSeq;
  }

  int files() {
    return files;
  }

  private void write(Path file, String text) throws IOException {
    Open known = open;
    if (known == null || !known.file.equals(file)) {
      close();
      Files.createDirectories(file.getParent());
      files += Files.exists(file) ? 0 : 1;
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      known =
          new Open(
              file,
              channel,
              new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES));
      open = known;
    }
    known.out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    Open left = open;
    open = null;
    if (left != null) {
      left.close();
    }
  }
}
