package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTemplateTest {

  private static final Map<String, String> VALUES =
      Map.of("batch_size", "4", "accumulation", "32", "gpus", "$2");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "--b={batch_size}|--b=4",
        "{batch_size}x{accumulation}|4x32",
        "{gpus}|$2",
        "{unknown}|{unknown}",
        "{{batch_size}|{batch_size}",
        "{{batch_size}}|{batch_size}}",
        "{{unknown}}|{{unknown}}",
        "{\"a\":{\"b\":{batch_size}}}|{\"a\":{\"b\":4}}",
        "awk {print}|awk {print}",
        "{}|{}",
        "$batch_size|$batch_size"
      })
  void fillsInWhatItKnowsAndLeavesTheRest(String word, String filled) {
    assertThat(CommandTemplate.fill(List.of(word), VALUES)).containsExactly(filled);
  }

  @Test
  void anEmptyWordStaysAWord() {
    assertThat(CommandTemplate.fill(List.of("a", "", "b"), VALUES)).containsExactly("a", "", "b");
  }

  @Test
  void anEscapedPlaceholderIsNotAskedFor() {
    assertThat(CommandTemplate.asksFor(List.of("x", "--b={batch_size}"), "batch_size")).isTrue();
    assertThat(CommandTemplate.asksFor(List.of("{{batch_size}"), "batch_size")).isFalse();
    assertThat(CommandTemplate.asksFor(List.of("batch_size"), "batch_size")).isFalse();
  }

  @Test
  void theProgramIsNeverLeftOutForACheckpoint() {
    assertThat(CommandTemplate.resume(List.of("{resume}", "{resume}", "x"), List.of()))
        .containsExactly("{resume}", "x");
    assertThat(CommandTemplate.resumes(List.of("{resume}"))).isFalse();
    assertThat(CommandTemplate.resumes(List.of("a", "{resume}"))).isTrue();
  }

  @Test
  void anEscapedNameIsTheSameWithAndWithoutAValue() {
    List<String> words = List.of("{{batch_size}", "{{other}", "{batch_size}");
    assertThat(CommandTemplate.fill(words, Map.of()))
        .containsExactly("{batch_size}", "{{other}", "{batch_size}");
    assertThat(CommandTemplate.fill(words, Map.of("batch_size", "4")))
        .containsExactly("{batch_size}", "{{other}", "4");
  }
}
