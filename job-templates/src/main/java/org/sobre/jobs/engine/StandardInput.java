package org.sobre.jobs.engine;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Whether what a command reads can be read once more. A second start that finds an empty pipe may
 * end with 0 and have done nothing: {@code python3 -} does.
 */
final class StandardInput {

  private static final Path DESCRIPTOR = Path.of("/proc/self/fd/0");
  private static final int TYPE_OF_FILE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int CHARACTER_DEVICE = 0020000;

  /** It takes some milliseconds. */
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private enum Kind {
    /** Nothing to read any more, or a terminal, which is read anew. */
    NOTHING,
    FILE,
    /** A pipe or socket that has or may get something, or what cannot be told. */
    STREAM
  }

  private final Kind kind;
  private final OptionalLong begin;

  private StandardInput(Kind kind, OptionalLong begin) {
    this.kind = kind;
    this.begin = begin;
  }

  /** As it is now, before the command. */
  static StandardInput now() {
    Kind kind = kind();
    if (kind == Kind.FILE) {
      return file();
    }
    boolean ended = kind == Kind.STREAM && isAtItsEnd();
    return new StandardInput(ended ? Kind.NOTHING : kind, OptionalLong.empty());
  }

  /**
   * Whether a pipe has nothing in it and nobody who writes, as in a step of srun under a batch
   * script: slurmstepd makes a pipe of every input, {@code --input=none} too (seen with 22.05).
   * Asked without reading: bash's {@code read -t 0} says that a read would not wait, and of bytes
   * there are none.
   */
  private static boolean isAtItsEnd() {
    try {
      Process poll =
          new ProcessBuilder("bash", "-c", "read -t 0")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!poll.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        poll.destroyForcibly();
        return false;
      }
      return poll.exitValue() == 0 && new FileInputStream(FileDescriptor.in).available() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static StandardInput file() {
    try {
      return new StandardInput(Kind.FILE, OptionalLong.of(channel().position()));
    } catch (IOException e) {
      return new StandardInput(Kind.STREAM, OptionalLong.empty());
    }
  }

  private static Kind kind() {
    try {
      Object mode = Files.getAttribute(DESCRIPTOR, "unix:mode");
      int type = mode instanceof Integer bits ? bits & TYPE_OF_FILE : 0;
      return type == REGULAR ? Kind.FILE : type == CHARACTER_DEVICE ? Kind.NOTHING : Kind.STREAM;
    } catch (NoSuchFileException e) {
      // closed
      return Kind.NOTHING;
    } catch (IOException | RuntimeException e) {
      return Kind.STREAM;
    }
  }

  boolean isWhole() {
    return kind != Kind.STREAM;
  }

  /**
   * Puts a file back to where the first attempt began: the child's descriptor is the same.
   *
   * @return whether it is there
   */
  boolean rewind() {
    if (begin.isEmpty()) {
      return isWhole();
    }
    try {
      return channel().position(begin.getAsLong()).position() == begin.getAsLong();
    } catch (IOException e) {
      return false;
    }
  }

  /** Never closed: it is the wrapper's own. */
  private static FileChannel channel() {
    return new FileInputStream(FileDescriptor.in).getChannel();
  }
}
