package org.sobre.hardware.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  private static final List<String> PROFILES =
      List.of("qwen-7b-qlora", "sd21-finetune", "sd21-infer", "sd35-medium-infer");

  @ParameterizedTest
  @CsvSource({
    "sd21-infre, sd21-infer",
    "SD21-finetune, sd21-finetune",
    "sd21, sd21-infer",
    "sd35, sd35-medium-infer",
    "qwen, qwen-7b-qlora"
  })
  void aSlipAndABeginningAreKnown(String wrong, String meant) {
    assertThat(Suggestion.nearest(wrong, PROFILES)).contains(meant);
  }

  @Test
  void nothingIsGuessedOfAWordThatNoneIsLike() {
    assertThat(Suggestion.nearest("llama", PROFILES)).isEmpty();
    assertThat(Suggestion.nearest("sd", PROFILES)).isEmpty();
  }
}
