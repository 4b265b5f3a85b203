package org.sobre.jobs.launch;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.exec.ExecuteStreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * Standard output and error of a child, which get where the wrapper's own go, byte by byte and in
 * their order; and what is remembered of them.
 *
 * <p>A terminal or a device is inherited, and nothing is remembered. A regular file, which is a
 * batch job's usual output, is inherited and read: nothing is copied. Only a pipe or a socket is
 * copied; if both streams go into the same one, through one pipe. Used for one child.
 */
final class OutputStreams implements ExecuteStreamHandler {

  private static final Path SELF = Path.of("/proc/self");
  private static final int TYPE_OF_FILE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int FIFO = 0010000;
  private static final int SOCKET = 0140000;

  private enum Kind {
    INHERITED,
    FILE,
    COPIED
  }

  /** Two descriptors of the same file have the same device and number. */
  private record Target(Kind kind, Object device, Object number) {
    /** By hand: a record's own equals takes 20 ms of a JVM's start to be made. */
    boolean isAlso(Target other) {
      return kind != Kind.INHERITED
          && kind == other.kind
          && device.equals(other.device)
          && number.equals(other.number);
    }
  }

  private final Target out;
  private final Target err;
  private final boolean together;
  private final FileDescriptor first;
  private final OutputMemory ofOut = new OutputMemory(System.nanoTime());
  private final OutputMemory ofErr = new OutputMemory(System.nanoTime());
  private final List<StreamPump> pumps = new ArrayList<>();
  private @Nullable OutputFiles files;

  /** Each stream to where the wrapper's own goes. */
  OutputStreams() {
    this(target(1), target(2), FileDescriptor.out);
  }

  private OutputStreams(Target out, Target err, FileDescriptor first) {
    this.out = out;
    this.err = err;
    this.together = out.isAlso(err);
    this.first = first;
  }

  /** Both to the wrapper's standard error, and remembered wherever that leads. */
  static OutputStreams watched() {
    Target copied = new Target(Kind.COPIED, 0, 2);
    return new OutputStreams(copied, copied, FileDescriptor.err);
  }

  /** Where a child's streams are to lead. */
  void redirect(ProcessBuilder builder) {
    builder.inheritIO();
    if (out.kind() == Kind.COPIED) {
      builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
      builder.redirectErrorStream(together);
    }
    if (err.kind() == Kind.COPIED && !together) {
      builder.redirectError(ProcessBuilder.Redirect.PIPE);
    }
    List<OutputFile> regular = new ArrayList<>();
    if (out.kind() == Kind.FILE) {
      regular.add(OutputFile.of(SELF, 1, ofOut));
    }
    if (err.kind() == Kind.FILE && !together) {
      regular.add(OutputFile.of(SELF, 2, ofErr));
    }
    files = new OutputFiles(regular);
  }

  Tail stdout() {
    return ofOut.tail();
  }

  /** Empty if both streams are one: it is all of the other's then. */
  Tail stderr() {
    return ofErr.tail();
  }

  private static Target target(int descriptor) {
    try {
      Map<String, Object> facts =
          Files.readAttributes(
              SELF.resolve("fd").resolve(Integer.toString(descriptor)), "unix:mode,dev,ino");
      Object mode = facts.get("mode");
      int type = mode instanceof Integer bits ? bits & TYPE_OF_FILE : 0;
      Kind kind =
          type == REGULAR
              ? Kind.FILE
              : type == FIFO || type == SOCKET ? Kind.COPIED : Kind.INHERITED;
      return new Target(kind, facts.getOrDefault("dev", 0), facts.getOrDefault("ino", 0));
    } catch (IOException | RuntimeException e) {
      return new Target(Kind.INHERITED, 0, 0);
    }
  }

  @Override
  public void setProcessOutputStream(InputStream stream) {
    if (out.kind() == Kind.COPIED) {
      pumps.add(new StreamPump(stream, channel(first), ofOut));
    }
  }

  @Override
  public void setProcessErrorStream(InputStream stream) {
    if (err.kind() == Kind.COPIED && !together) {
      pumps.add(new StreamPump(stream, channel(FileDescriptor.err), ofErr));
    }
  }

  /** Never closed: it is the wrapper's own. */
  private static FileChannel channel(FileDescriptor descriptor) {
    return new FileOutputStream(descriptor).getChannel();
  }

  @Override
  public void setProcessInputStream(OutputStream stream) {
    // inherited
  }

  @Override
  public void start() {
    pumps.forEach(StreamPump::start);
    if (files != null) {
      files.start();
    }
  }

  /** Returns when all that the child wrote is where it belongs, and has been looked at. */
  @Override
  public void stop() {
    pumps.forEach(StreamPump::finish);
    if (files != null) {
      files.finish();
    }
  }
}
