package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was said over the job socket keeps its schema; requests that were wrong then are wrong. */
class FrozenSocketTest {

  private static final Contract REQUEST = Contract.of("job-socket#/$defs/request");
  private static final Contract ANSWER = Contract.of("job-socket#/$defs/answer");

  @Test
  void everyAnswerKeepsTheSchemaInBothStrengths() {
    assertThat(said("< "))
        .hasSize(7)
        .allSatisfy(
            line -> {
              JsonNode answer = Contract.parse(line);
              assertThat(ANSWER.asRead(answer)).isEmpty();
              assertThat(ANSWER.asWritten(answer)).isEmpty();
            });
  }

  @Test
  void aRequestKeepsTheSchemaIfAndOnlyIfItsFormWasRight() {
    List<String> requests = said("> ");
    List<String> answers = said("< ");
    for (int i = 0; i < requests.size(); i++) {
      String request = requests.get(i);
      // a job that is another's is refused too, and not for the form of the request
      boolean refusedForItsForm =
          answers.get(i).contains("\"error\"") && !answers.get(i).contains("is not yours");
      boolean wellFormed =
          request.startsWith("{") && REQUEST.asRead(Contract.parse(request)).isEmpty();
      assertThat(wellFormed).as(request).isNotEqualTo(refusedForItsForm);
    }
  }

  private static List<String> said(String by) {
    return Frozen.text("socket/dialogue.txt")
        .lines()
        .filter(line -> line.startsWith(by))
        .map(line -> line.substring(by.length()))
        .toList();
  }
}
