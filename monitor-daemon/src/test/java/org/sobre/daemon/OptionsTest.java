package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void runsWithoutArguments() {
    assertThat(Options.parse(List.of())).isEqualTo(new Options(Options.Kind.RUN, Optional.empty()));
  }

  @Test
  void takesAConfiguration() {
    Options expected = new Options(Options.Kind.RUN, Optional.of(Path.of("/a.yaml")));

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
}
