package org.sobre.hardware.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MutationsTest {

  /** Also one of a single character: nothing in it can be cut, swapped or found. */
  private static final List<String> TEXTS =
      List.of(
          "memory : 40960 MiB\nname : A100\n", "<gpu id=\"1\"><total>1 MiB</total></gpu>\n", "x");

  @Test
  void aSeedGivesTheSameTextAgain() {
    LongStream.range(0, 500)
        .forEach(
            seed ->
                assertThat(Mutations.mutated(TEXTS, seed))
                    .isEqualTo(Mutations.mutated(TEXTS, seed)));
  }

  @Test
  void mostTextsAreDamagedAndDifferent() {
    Set<String> seen = new HashSet<>();
    LongStream.range(0, 1000).forEach(seed -> seen.add(Mutations.mutated(TEXTS, seed)));
    assertThat(seen).hasSizeGreaterThan(600);
  }

  @Test
  void aFailureNamesItsSeed() {
    assertThatThrownBy(
            () ->
                Mutations.survives(
                    TEXTS, mutated -> assertThat(mutated).doesNotContain("[Unknown Error]")))
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching("repeat it with -Dsobre\\.fuzz\\.seed=\\d+");
  }
}
