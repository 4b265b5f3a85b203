package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The keys themselves are pressed in WatchIT, on a real terminal. */
class TerminalKeysTest {

  /** proc(5): pid (comm) state ppid pgrp session tty_nr tpgid … */
  @Test
  void whoIsInTheBackgroundHasNoKeys() {
    assertThat(TerminalKeys.isInForeground("42 (java) S 7 42 7 34816 42 4194304 0")).isTrue();
    assertThat(TerminalKeys.isInForeground("42 (java) S 7 42 7 34816 7 4194304 0")).isFalse();
    assertThat(TerminalKeys.isInForeground("42 (java) S 7 42 7 0 -1 4194304 0")).isFalse();
  }

  @Test
  void aCommandsNameMayHaveBlanksAndBrackets() {
    assertThat(TerminalKeys.isInForeground("42 (a) b (c) S 7 42 7 34816 42 4194304 0")).isTrue();
    assertThat(TerminalKeys.isInForeground("")).isFalse();
  }
}
