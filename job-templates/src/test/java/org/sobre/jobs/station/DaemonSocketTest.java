package org.sobre.jobs.station;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.json.JsonShapeException;

/** The rule of docs/contracts/README.md, on the answering side. */
class DaemonSocketTest {

  @Test
  void takesAnAnswerWithKeysThatALaterVersionAdds() throws JsonShapeException {
    assertThat(DaemonSocket.answer("{\"v\":1,\"ok\":true,\"colour\":\"green\"}").bool("ok"))
        .contains(true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"v\":2,\"ok\":true}|v: expected 1, found 2",
        "{\"ok\":true}|v: this key is required and missing",
        "{\"v\":1,\"error\":\"not yours\"}|sobre-monitord says: not yours",
      })
  void refusesWhatItCannotRelyOn(String answer, String message) {
    assertThatThrownBy(() -> DaemonSocket.answer(answer))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageContaining(message);
  }
}
