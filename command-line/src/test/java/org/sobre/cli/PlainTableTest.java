package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PlainTableTest {

  @Test
  void alignsTextLeftAndNumbersRight() {
    String table =
        new PlainTable()
            .text("LAB")
            .number("KWH")
            .text("NOTE")
            .row("optics", "1.5", "")
            .row("b", "110.25", "x y")
            .render();
    assertThat(table)
        .isEqualTo(
            """
            LAB        KWH  NOTE
            optics     1.5
            b       110.25  x y
            """);
  }

  @Test
  void neverCutsACell() {
    String name = "a".repeat(120);
    assertThat(new PlainTable().text("N").row(name).render()).contains(name);
  }

  @Test
  void aRowHasAsManyCellsAsTheTable() {
    assertThatThrownBy(() -> new PlainTable().text("A").row("1", "2"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
