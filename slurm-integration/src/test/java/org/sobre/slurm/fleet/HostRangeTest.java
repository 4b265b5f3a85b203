package org.sobre.slurm.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.slurm.job.NodeList;

/** A range says the very names it was made of, whatever zeros they have in front. */
class HostRangeTest {

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("sobre.seeds", 200));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpu01 gpu02 gpu03            | gpu[01-03]",
        "gpu3 gpu1 gpu2 gpu7 gpu2     | gpu[1-3,7]",
        "gpu9 gpu10 gpu11             | gpu[9-11]",
        "gpu09 gpu10 gpu011 gpu012    | gpu[09-10,011-012]",
        "gpu1 gpu01 gpu2 gpu02        | gpu[1,01,2,02]",
        "ctl n7                       | ctl,n7",
        "n n1 n2                      | n,n[1-2]",
        "r1-n1 r1-n2 r2-n1            | r1-n[1-2],r2-n1",
        "r410-ib r411-ib              | r410-ib,r411-ib",
        "a99 a100 a101                | a[99-101]",
        "17 18                        | 17,18",
      })
  void namesArePutTogetherByTheNumberAtTheirEnd(String names, String expected) {
    assertThat(HostRange.compress(List.of(names.split(" ", -1)))).isEqualTo(expected);
  }

  @Test
  void noNameIsAnEmptyList() {
    assertThat(HostRange.compress(List.of())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void expandingGivesTheSameNamesInWhateverOrderTheyCame(long seed) {
    Random random = new Random(seed);
    Set<String> names = new TreeSet<>(HostRange.ORDER);
    int many = 1 + random.nextInt(120);
    while (names.size() < many) {
      names.add(name(random));
    }
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, random);

    String range = HostRange.compress(shuffled);

    assertThat(NodeList.expand(range)).as("seed %d: %s", seed, range).hasSameElementsAs(names);
    assertThat(NodeList.expand(range)).doesNotHaveDuplicates();
    assertThat(HostRange.compress(names)).isEqualTo(range);
    assertThat(range.length()).isLessThanOrEqualTo(String.join(",", names).length() + 2);
  }

  private static String name(Random random) {
    String[] stems = {"gpu", "n", "r410-", "a100-n", "cuda.", ""};
    String stem = stems[random.nextInt(stems.length)];
    int number = random.nextInt(random.nextBoolean() ? 12 : 120);
    String digits =
        switch (random.nextInt(4)) {
          case 0 -> "0".repeat(random.nextInt(3)) + number;
          case 1 -> "0".repeat(Math.max(0, 3 - Integer.toString(number).length())) + number;
          default -> Integer.toString(number);
        };
    return stem.isEmpty() || random.nextInt(10) > 0 ? stem + digits : stem + digits + "x";
  }
}
