package org.sobre.hardware.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.exec.ExecuteStreamHandler;

/**
 * Collects what a tool prints without ever blocking on a pipe: it reads only what is {@code
 * available()}, so that a grandchild that keeps the pipe open holds nobody up and no thread stays
 * behind. The end is the tool's exit, not the end of the stream.
 *
 * <p>Every access to a stream holds the stream's own monitor: the JDK drains and replaces the
 * stream of an ended process under the same one, so no byte is lost or taken out of order.
 */
final class OutputCapture implements ExecuteStreamHandler {

  private final int maxBytes;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[1 << 16];
  private InputStream stdoutStream = InputStream.nullInputStream();
  private InputStream stderrStream = InputStream.nullInputStream();
  private boolean overflowed;

  OutputCapture(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public synchronized void setProcessInputStream(OutputStream stdin) throws IOException {
    stdin.close();
  }

  @Override
  public synchronized void setProcessOutputStream(InputStream stream) {
    stdoutStream = stream;
  }

  @Override
  public synchronized void setProcessErrorStream(InputStream stream) {
    stderrStream = stream;
  }

  @Override
  public void start() {
    // nothing to start: the caller of the tool polls
  }

  /** The tool has ended: what is still in the pipes is its last words. */
  @Override
  public synchronized void stop() {
    boolean news = true;
    while (news && !overflowed) {
      news = poll();
    }
  }

  /** Takes what is there; true if anything was. */
  synchronized boolean poll() {
    boolean fromStdout = take(stdoutStream, stdout);
    boolean fromStderr = take(stderrStream, stderr);
    return fromStdout || fromStderr;
  }

  private boolean take(InputStream stream, ByteArrayOutputStream into) {
    synchronized (stream) {
      try {
        int there = Math.min(stream.available(), buffer.length);
        if (there <= 0 || overflowed) {
          return false;
        }
        int got = stream.read(buffer, 0, there);
        if (got <= 0) {
          return false;
        }
        keep(got, into);
        return true;
      } catch (IOException e) {
        // closed by the end of the process: nothing more will come
        return false;
      }
    }
  }

  private void keep(int bytes, ByteArrayOutputStream into) {
    int room = maxBytes - stdout.size() - stderr.size();
    into.write(buffer, 0, Math.min(room, bytes));
    overflowed = bytes > room;
  }

  synchronized boolean overflowed() {
    return overflowed;
  }

  synchronized String stdout() {
    return stdout.toString(StandardCharsets.UTF_8);
  }

  synchronized String stderr() {
    return stderr.toString(StandardCharsets.UTF_8);
  }
}
