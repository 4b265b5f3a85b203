package org.sobre.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WrittenInstantTest {

  @Test
  void isWhatTheGeneralParserSays() {
    Random random = new Random(Long.getLong("sobre.seed", 8));
    for (int i = 0; i < 10_000; i++) {
      long millis = random.nextLong(253_402_300_800_000L);
      Instant instant = Instant.ofEpochMilli(i % 2 == 0 ? millis : millis / 1000 * 1000);
      assertThat(WrittenInstant.parse(instant.toString())).isEqualTo(instant);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-02-29T23:59:59Z",
        "2016-12-31T23:59:59.999Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T14:00:00.5Z",
        "2026-11-20T14:00:00.123456789Z",
        "2026-11-20T14:00:00+01:00"
      })
  void takesWhatTheGeneralParserTakes(String text) {
    assertThat(WrittenInstant.parse(text)).isEqualTo(Instant.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2023-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-20T25:00:00Z",
        "2026-11-20T14:60:00Z",
        "2026-11-20T14:00:61Z",
        "2026-11-20 14:00:00Z",
        "2026-11-20T14:00Z",
        "2026-11-2OT14:00:00Z",
        "",
        "Z"
      })
  void refusesWhatTheGeneralParserRefuses(String text) {
    assertThatThrownBy(() -> WrittenInstant.parse(text)).isInstanceOf(DateTimeException.class);
    assertThatThrownBy(() -> Instant.parse(text)).isInstanceOf(DateTimeException.class);
  }
}
