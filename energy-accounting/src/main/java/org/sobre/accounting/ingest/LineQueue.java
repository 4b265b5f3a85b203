package org.sobre.accounting.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.sobre.accounting.store.FileProgress.Position;
import org.sobre.energy.ledger.RawLine;

/**
 * The lines of files, read and decoded by a thread of its own while another one writes what they
 * say: so many ahead as the queue holds.
 */
final class LineQueue implements AutoCloseable {

  /** What comes out of it, in order. */
  sealed interface Item permits Begins, Lines, Ends, Fails, NoMore {}

  /**
   * @param start where the file is read from
   */
  record Begins(Path file, Position start) implements Item {}

  record Lines(List<DecodedLine> lines) implements Item {}

  record Ends(Path file) implements Item {}

  record Fails(Throwable cause) implements Item {}

  record NoMore() implements Item {}

  private static final int LINES = 256;
  private static final int ITEMS = 16;

  private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(ITEMS);
  private final Thread reader;
  private final Instant latest;

  /**
   * @param files in the order in which they are read, with where to begin
   * @param latest what tells of a later instant is refused
   */
  LineQueue(Map<Path, Position> files, Instant latest) {
    this.latest = latest;
    this.reader = new Thread(() -> read(files), "ledger-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /** Waits for the next item; after the last one there are none. */
  Item next() throws IOException {
    try {
      Item item = items.take();
      if (item instanceof Fails failed) {
        if (failed.cause() instanceof IOException e) {
          throw e;
        }
        throw new IllegalStateException("reading the ledger", failed.cause());
      }
      return item;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the ledger was read", e);
    }
  }

  private void read(Map<Path, Position> files) {
    try {
      try {
        for (Map.Entry<Path, Position> file : files.entrySet()) {
          read(file.getKey(), file.getValue());
        }
        items.put(new NoMore());
      } catch (IOException | RuntimeException | Error e) {
        items.put(new Fails(e));
      }
    } catch (InterruptedException e) {
      // whoever read it has closed it
      Thread.currentThread().interrupt();
    }
  }

  private void read(Path file, Position start) throws IOException, InterruptedException {
    items.put(new Begins(file, start));
    try (FileChannel channel = FileChannel.open(file);
        InputStream in = Channels.newInputStream(channel.position(start.bytes()))) {
      RawLine.Reader lines = new RawLine.Reader(in, start.lines(), start.bytes());
      List<DecodedLine> decoded = new ArrayList<>(LINES);
      for (Optional<RawLine> raw = lines.next(); raw.isPresent(); raw = lines.next()) {
        decoded.add(DecodedLine.of(raw.get(), latest));
        if (decoded.size() == LINES) {
          items.put(new Lines(decoded));
          decoded = new ArrayList<>(LINES);
        }
      }
      items.put(new Lines(decoded));
    }
    items.put(new Ends(file));
  }

  /** Ends the thread, wherever it is. */
  @Override
  public void close() {
    reader.interrupt();
  }
}
