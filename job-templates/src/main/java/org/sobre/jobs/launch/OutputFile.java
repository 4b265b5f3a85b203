package org.sobre.jobs.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A regular file that a child writes to, from where it begins to write: read through the descriptor
 * that the wrapper has of it, whatever the file is called or whether it has a name left. Who may
 * not read the file remembers nothing. Of others that write to the same file all is taken for the
 * child's.
 */
final class OutputFile {

  private static final Logger LOG = LoggerFactory.getLogger(OutputFile.class);

  /** What is looked at of one second's output, and of the last: a log may have gigabytes. */
  static final int MOST_BYTES = 16 << 20;

  private static final int PIECE = 65_536;
  private static final Pattern POSITION = Pattern.compile("(?m)^pos:\\s*(\\d{1,18})$");
  private static final Pattern FLAGS = Pattern.compile("(?m)^flags:\\s*([0-7]{1,12})$");

  /** O_APPEND, with which a descriptor's own position says nothing until it has written. */
  private static final long APPENDING = 02000;

  private final Path file;
  private final OutputMemory memory;
  private long position;

  private OutputFile(Path file, long position, OutputMemory memory) {
    this.file = file;
    this.position = position;
    this.memory = memory;
  }

  /**
   * @param process its directory in {@code /proc}
   */
  static OutputFile of(Path process, int descriptor, OutputMemory memory) {
    Path file = process.resolve("fd").resolve(Integer.toString(descriptor));
    long position = Long.MAX_VALUE;
    try {
      String info =
          Files.readString(process.resolve("fdinfo").resolve(Integer.toString(descriptor)));
      position = start(info, Files.size(file));
    } catch (IOException e) {
      LOG.debug("the command's output cannot be looked at", e);
    }
    return new OutputFile(file, position, memory);
  }

  /**
   * @param info of {@code /proc/PID/fdinfo}: proc(5)
   * @param size of the file, in bytes
   */
  static long start(String info, long size) {
    Matcher flags = FLAGS.matcher(info);
    Matcher at = POSITION.matcher(info);
    boolean appending = flags.find() && (Long.parseLong(flags.group(1), 8) & APPENDING) != 0;
    return appending || !at.find() ? size : Long.parseLong(at.group(1));
  }

  boolean isLoaded() {
    return memory.isLoaded();
  }

  /** Looks at what came since the last look. */
  synchronized void look() {
    if (position == Long.MAX_VALUE) {
      return;
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      if (size < position) {
        // somebody has emptied it
        position = 0;
        memory.begun();
      }
      if (size - position > MOST_BYTES) {
        position = size - MOST_BYTES;
        memory.missed();
      }
      channel.position(position);
      read(channel, size);
    } catch (IOException e) {
      LOG.debug("the command's output cannot be looked at", e);
    }
  }

  private void read(SeekableByteChannel channel, long end) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    while (position < end) {
      piece.clear().limit((int) Math.min(PIECE, end - position));
      int size = channel.read(piece);
      if (size < 0) {
        return;
      }
      memory.add(piece.array(), size);
      position += size;
    }
  }
}
