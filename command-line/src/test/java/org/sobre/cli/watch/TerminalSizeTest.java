package org.sobre.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalSizeTest {

  @Test
  void sttyTellsRowsFirst() {
    assertThat(TerminalSize.parse("24 80\n")).contains(new TerminalSize(80, 24));
  }

  /** A serial line has none. */
  @ParameterizedTest
  @ValueSource(strings = {"0 0", "", "stty: standard input: Inappropriate ioctl for device"})
  void aTerminalMayNotTell(String text) {
    assertThat(TerminalSize.parse(text)).isEmpty();
  }
}
