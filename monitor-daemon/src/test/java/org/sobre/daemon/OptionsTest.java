package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

  @Test
  void runsWithoutArguments() {
    assertThat(Options.parse(List.of()))
        .isEqualTo(new Options(Options.Kind.RUN, false, Optional.empty(), HALF_AN_HOUR));
  }

  @Test
  void takesAConfiguration() {
    Options expected =
        new Options(Options.Kind.RUN, false, Optional.of(Path.of("/a.yaml")), HALF_AN_HOUR);

    assertThat(Options.parse(List.of("--config", "/a.yaml"))).isEqualTo(expected);
    assertThat(Options.parse(List.of("--config=/a.yaml"))).isEqualTo(expected);
  }

  @Test
  void helpAndVersionComeFirst() {
    assertThat(Options.parse(List.of("--help")).kind()).isEqualTo(Options.Kind.HELP);
    assertThat(Options.parse(List.of("--version")).kind()).isEqualTo(Options.Kind.VERSION);
  }

  @Test
  void namesWhatItDoesNotUnderstand() {
    assertThatThrownBy(() -> Options.parse(List.of("--confg=/a"))).hasMessageContaining("--confg");
    assertThatThrownBy(() -> Options.parse(List.of("--config"))).hasMessageContaining("--config");
  }

  @Test
  void theCardsAreLetGoOfForAWhile() {
    assertThat(Options.parse(List.of("release")))
        .isEqualTo(new Options(Options.Kind.RELEASE, false, Optional.empty(), HALF_AN_HOUR));
    assertThat(Options.parse(List.of("--own", "release", "--for", "90s")))
        .isEqualTo(
            new Options(Options.Kind.RELEASE, true, Optional.empty(), Duration.ofSeconds(90)));
    assertThat(Options.parse(List.of("release", "--for=2h")).releaseFor())
        .isEqualTo(Duration.ofHours(2));
    assertThat(Options.parse(List.of("resume")).kind()).isEqualTo(Options.Kind.RESUME);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "release --for 0s",
        "release --for 25h",
        "release --for soon",
        "release --for",
        "--for 3m",
        "resume --for 3m",
        "release resume"
      })
  void aTimeThatIsNoneIsRefused(String line) {
    assertThatThrownBy(() -> Options.parse(List.of(line.split(" ", -1))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
