package org.sobre.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LiveTerminalTest {

  private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
  private static final String LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";

  private final StringWriter shown = new StringWriter();
  private final LiveTerminal terminal = new LiveTerminal(new PrintWriter(shown));

  @Test
  void theScreenIsTakenWithTheFirstFrameAndGivenBack() {
    PrintWriter out = terminal.writer();
    out.print("one");
    assertThat(shown.toString()).isEmpty();
    out.flush();
    out.print("two");
    out.flush();
    terminal.close();
    terminal.close();
    assertThat(shown).hasToString(ENTER + "onetwo" + LEAVE);
  }

  /** Ctrl-C comes from another thread, while a frame may be on its way. */
  @Test
  void afterItIsGivenBackNothingIsWritten() {
    terminal.show("one");
    terminal.close();
    terminal.show("late");
    assertThat(shown).hasToString(ENTER + "one" + LEAVE);
  }

  @Test
  void aViewThatShowedNothingLeavesTheTerminalAlone() {
    terminal.close();
    assertThat(shown.toString()).isEmpty();
  }

  @Test
  void stoppedAndContinuedItTakesTheScreenAgain() {
    terminal.show("one");
    terminal.without(() -> shown.write("shell"));
    terminal.show("two");
    assertThat(shown).hasToString(ENTER + "one" + LEAVE + "shell" + ENTER + "two");
  }
}
