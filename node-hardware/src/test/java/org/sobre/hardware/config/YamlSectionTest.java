package org.sobre.hardware.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlSectionTest {

  private final Problems problems = new Problems();

  @Test
  void findsAllProblemsInOnePassWithTheirPlaces() {
    YamlSection top =
        parse(
            """
            name: [a, b]
            interval: soon
            size: 12
            colour: grene
            nested:
              depht: 3
            """);
    assertThat(top.string("name")).isEmpty();
    assertThat(top.duration("interval", Duration.ofSeconds(1), Duration.ofHours(1))).isEmpty();
    assertThat(top.integer("size", 0, 10)).isEmpty();
    assertThat(top.oneOf("colour", List.of("red", "green"))).isEmpty();
    YamlSection nested = top.section("nested");
    assertThat(nested.integer("depth", 0, 9)).isEmpty();
    nested.refuseUnknownKeys();
    top.refuseUnknownKeys();
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "test.yaml:1:1: name: expected a word or text, found a list",
            "test.yaml:2:1: interval: expected a duration from 1s to 1h, as 10s, found \"soon\"",
            "test.yaml:3:1: size: expected a whole number from 0 to 10, found \"12\"",
            "test.yaml:4:1: colour: expected one of red, green, found \"grene\"; did you mean"
                + " \"green\"?",
            "test.yaml:6:3: nested.depht: unknown key; did you mean \"depth\"? (known here:"
                + " depth)");
    assertThatThrownBy(problems::refuseIfAny)
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"24f", "24d", "0x1p3", "NaN", "Infinity", ".nan", "1e", "--1", "1,5"})
  void whatOnlyJavaTakesForANumberIsNone(String text) {
    assertThat(parse("n: " + text).number("n", 0, 1e9)).isEmpty();
    assertThat(problems.all()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"24,24", "24.5,24.5", "1e3,1000", ".5,0.5"})
  void readsNumbers(String text, double value) {
    assertThat(parse("n: " + text).number("n", 0, 1e9)).hasValue(value);
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "10s,10000", "5min,300000", "5m,300000", "2h,7200000", "1d,86400000"})
  void readsDurations(String text, long millis) {
    assertThat(parse("d: " + text).duration("d", Duration.ZERO, Duration.ofDays(2)))
        .contains(Duration.ofMillis(millis));
    assertThat(problems.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "-5s", "1.5s", "10 parsecs", "3d"})
  void refusesOtherDurations(String text) {
    assertThat(parse("d: " + text).duration("d", Duration.ZERO, Duration.ofDays(2))).isEmpty();
    assertThat(problems.all()).hasSize(1);
  }

  @Test
  void bothEndsOfARangeAreInIt() {
    YamlSection top = parse("{low: 1, high: 10, half: 0.5}");
    assertThat(top.integer("low", 1, 10)).hasValue(1);
    assertThat(top.integer("high", 1, 10)).hasValue(10);
    assertThat(top.number("half", 0.5, 1)).hasValue(0.5);
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void nullAndAbsentReadTheSame() {
    YamlSection top = parse("{a: null, b: ~}");
    assertThat(top.string("a")).isEmpty();
    assertThat(top.string("b")).isEmpty();
    assertThat(top.string("c")).isEmpty();
    assertThat(top.has("a")).isFalse();
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void readsTruthLists() {
    YamlSection top = parse("{on: yes, off: false, odd: maybe, one: x, many: [x, y]}");
    assertThat(top.bool("on")).contains(true);
    assertThat(top.bool("off")).contains(false);
    assertThat(top.bool("odd")).isEmpty();
    assertThat(top.strings("one")).containsExactly("x");
    assertThat(top.strings("many")).containsExactly("x", "y");
    assertThat(top.strings("none")).isEmpty();
    assertThat(problems.all())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("true or false", "maybe"));
  }

  @Test
  void listsOfMappingsKeepTheirPlace() {
    YamlSection top = parse("points:\n  - {x: 1}\n  - {x: one}\n  - word\n");
    top.sections("points").forEach(point -> point.integer("x", 0, 9));
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "test.yaml:3:6: points[1].x: expected a whole number from 0 to 9, found \"one\"",
            "test.yaml:4:5: points[2]: expected a mapping of keys to values, found \"word\"");
  }

  @Test
  void aRequiredKeyIsMissed() {
    parse("other: 1").requiredString("name");
    assertThat(problems.all())
        .extracting(Problem::message)
        .containsExactly("name: this key is required and missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: [", "- a\n- b", "word", "a: !!java.net.URL [x]\nb: ["})
  void whatIsNoMappingIsAProblemAndAnEmptySection(String text) {
    assertThat(parse(text).keys()).isEmpty();
    assertThat(problems.all()).hasSize(1);
  }

  @Test
  void aKeyThatStandsTwiceIsAProblem() {
    assertThat(parse("a: 1\na: 2\n").integer("a", 0, 9)).hasValue(1);
    assertThat(problems.all())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem)
                    .hasToString(
                        "test.yaml:2:1: a: this key stands a second time, first in line 1; the first"
                            + " counts, remove one"));
  }

  @Test
  void anEmptyTextIsAnEmptySection() {
    assertThat(parse("# nothing\n").keys()).isEmpty();
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void aFileThatIsTooLargeIsRefused(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("big.yaml"), "# ".repeat(600_000));
    YamlDocument.read(file, problems);
    assertThat(problems.all())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("at most 1 MiB"));
  }

  @Test
  void aSuggestionIsNearOrNone() {
    assertThat(Suggestion.nearest("deadine", List.of("deadline", "tools"))).contains("deadline");
    assertThat(Suggestion.nearest("zzz", List.of("deadline", "tools"))).isEmpty();
    assertThat(Suggestion.nearest("x".repeat(1 << 20), List.of("deadline"))).isEmpty();
    assertThat(Suggestion.clause("Tools", List.of("tools"))).isEqualTo("; did you mean \"tools\"?");
  }

  private YamlSection parse(String text) {
    return YamlDocument.parse("test.yaml", text, problems);
  }
}
