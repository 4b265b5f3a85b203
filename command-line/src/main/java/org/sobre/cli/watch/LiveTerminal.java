package org.sobre.cli.watch;

import java.io.PrintWriter;
import java.io.Writer;

/**
 * A terminal that shows a live view on its alternate screen (xterm's, which the others have too)
 * and gets its own back, with the cursor, when the view ends, however it ends. What is written
 * after that goes nowhere: another thread may be about to.
 */
public final class LiveTerminal implements AutoCloseable {

  /** Without the cursor, and without lines that go on in the next: the window may get narrower. */
  private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";

  private static final String LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";

  private final PrintWriter out;
  private boolean entered;
  private boolean closed;

  /** Nothing is written before the first frame. */
  public LiveTerminal(PrintWriter out) {
    this.out = out;
  }

  /** Where frames are written; each is shown when it is flushed. */
  public PrintWriter writer() {
    return new PrintWriter(
        new Writer() {
          private final StringBuilder frame = new StringBuilder();

          @Override
          public void write(char[] text, int from, int length) {
            frame.append(text, from, length);
          }

          @Override
          public void flush() {
            show(frame.toString());
            frame.setLength(0);
          }

          @Override
          public void close() {}
        });
  }

  /** Shows a frame. */
  public synchronized void show(String frame) {
    if (closed || frame.isEmpty()) {
      return;
    }
    out.print(entered ? frame : ENTER + frame);
    out.flush();
    entered = true;
  }

  /**
   * Gives the terminal back for as long as something takes, as a stop of this process; the next
   * frame takes it again.
   */
  public synchronized void without(Runnable something) {
    leave();
    something.run();
  }

  @Override
  public synchronized void close() {
    leave();
    closed = true;
  }

  private void leave() {
    if (entered) {
      out.print(LEAVE);
      out.flush();
      entered = false;
    }
  }
}
