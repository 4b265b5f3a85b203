package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandardStreamTest {

  @Test
  void terminalsAndConsolesAreTerminals() {
    assertThat(StandardStream.isTerminal("/dev/pts/3")).isTrue();
    assertThat(StandardStream.isTerminal("/dev/tty1")).isTrue();
    assertThat(StandardStream.isTerminal("/dev/console")).isTrue();
    assertThat(StandardStream.isTerminal("pipe:[4711]")).isFalse();
    assertThat(StandardStream.isTerminal("/home/alice/looks")).isFalse();
    assertThat(StandardStream.isTerminal("/dev/null")).isFalse();
  }

  @Test
  void aDumbTerminalIsNoScreen() {
    assertThat(StandardStream.mayBeScreen(Optional.of("xterm"))).isTrue();
    assertThat(StandardStream.mayBeScreen(Optional.of("dumb"))).isFalse();
    assertThat(StandardStream.mayBeScreen(Optional.empty())).isFalse();
  }
}
