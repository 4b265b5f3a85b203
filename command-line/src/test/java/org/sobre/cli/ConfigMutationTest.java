package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;

/** Slips of the pen in the shipped file: what comes out is problems inside the file, or none. */
class ConfigMutationTest {

  private static final int SEEDS = 120;
  private static final String LETTERS = "\t :#-[]{}\"'&*!|>%@`,~?\n0aé\u0007";
  private static final List<String> VALUES =
      List.of(
          "[]",
          "{}",
          "{a: [b]}",
          "~",
          "yes",
          "-1",
          "99999999999999999999",
          "1e400",
          "!!x y",
          "*a",
          "&a b",
          "\"\\0\"",
          "2025-01-01",
          "0x10",
          "'",
          "|",
          "? x");

  static IntStream seeds() {
    return IntStream.range(0, SEEDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyProblemHasAPlaceInTheFile(int seed) throws IOException {
    String text = mutated(ConfigurationDocumentTest.shown(), new Random(seed));
    List<String> lines = text.lines().toList();
    for (String host : List.of("n042", "r410-01")) {
      SobreConfig config = SobreConfig.parse("s.yaml", text, host);
      WholeConfig.of(config);
      for (Problem problem : config.problems().all()) {
        assertThat(problem.line()).as("seed %d: %s", seed, problem).isBetween(1, lines.size() + 1);
        int length = problem.line() > lines.size() ? 0 : lines.get(problem.line() - 1).length();
        assertThat(problem.column()).as("seed %d: %s", seed, problem).isBetween(1, length + 1);
        assertThat(problem.toString()).doesNotContain("\n").hasSizeLessThan(500);
      }
    }
  }

  /** Else the test above would say nothing. */
  @Test
  void mostMutationsAreProblems() throws IOException {
    int wrong = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      String text = mutated(ConfigurationDocumentTest.shown(), new Random(seed));
      SobreConfig config = SobreConfig.parse("s.yaml", text);
      WholeConfig.of(config);
      wrong += config.problems().isEmpty() ? 0 : 1;
    }
    assertThat(wrong).isGreaterThan(SEEDS / 2);
  }

  private static String mutated(String text, Random random) {
    List<String> lines =
        new ArrayList<>(
            text.lines().filter(line -> !line.isBlank() && !line.strip().startsWith("#")).toList());
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    int column = random.nextInt(line.length());
    switch (random.nextInt(7)) {
      case 0 -> lines.set(at, line.substring(0, column) + line.substring(column + 1));
      case 1 ->
          lines.set(
              at,
              line.substring(0, column)
                  + LETTERS.charAt(random.nextInt(LETTERS.length()))
                  + line.substring(column));
      case 2 -> lines.add(random.nextInt(lines.size()), line);
      case 3 ->
          lines.set(
              at, line.replaceFirst(":.*$", "") + ": " + VALUES.get(random.nextInt(VALUES.size())));
      case 4 -> lines.set(at, " ".repeat(random.nextInt(5)) + line);
      case 5 -> lines.subList(at, lines.size()).clear();
      case 6 -> lines.set(at, "\t" + line);
      default -> throw new AssertionError();
    }
    return String.join("\n", lines) + "\n";
  }
}
