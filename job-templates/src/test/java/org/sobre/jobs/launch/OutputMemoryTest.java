package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.units.MemorySize;

class OutputMemoryTest {

  private static final List<String> LINES =
      List.of(
          "SOBRE_ITEMS 1\n",
          "SOBRE_ITEMS 22\n",
          "SOBRE_ITEMS 333\r\n",
          "SOBRE_ITEMS 4444  \n",
          "SOBRE_ITEMS -5\n",
          "SOBRE_ITEMS 6 of 7\n",
          " SOBRE_ITEMS 7\n",
          "S\n",
          "SOBRE\n",
          "\n",
          " 50 %|#####     |\r",
          "loss 0.25\n",
          "x".repeat(300) + "\n",
          "SOBRE_" + "y".repeat(300) + "\n");

  private final OutputMemory memory = new OutputMemory(System.nanoTime());

  /** However the output is cut into pieces. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theLastBytesAndTheLastCountAreKept(long seed) {
    Random random = new Random(seed);
    StringBuilder written = new StringBuilder();
    long items = -1;
    for (int i = 0; i < 400; i++) {
      int line = random.nextInt(LINES.size());
      written.append(LINES.get(line));
      items = line < 4 ? List.of(1L, 22L, 333L, 4444L).get(line) : items;
      if (i % 50 == 0) {
        written.append("z".repeat(random.nextInt(20_000))).append('\n');
      }
    }
    byte[] bytes = written.toString().getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; ) {
      int to = Math.min(bytes.length, from + 1 + random.nextInt(random.nextBoolean() ? 5 : 12_000));
      byte[] piece = Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), to - from + 7);
      memory.add(piece, to - from);
      from = to;
    }
    assertThat(memory.tail().items()).isEqualTo(OptionalLong.of(items));
    assertThat(memory.tail().text()).isEqualTo(written.substring(written.length() - 8_192));
  }

  @ParameterizedTest
  @CsvSource({"SOBRE_ITEMS 12, 12", "10 %\rSOBRE_ITEMS 12, 12", "x SOBRE_ITEMS 12, -1"})
  void aLineCountsWithoutItsEndToo(String text, long items) {
    add(text);
    assertThat(memory.tail().items().orElse(-1)).isEqualTo(items);
  }

  @Test
  void afterAGapALineIsWaitedFor() {
    add("SOBRE_ITE");
    memory.missed();
    add("MS 5\nSOBRE_ITEMS 6\nSOBRE_");
    memory.begun();
    add("SOBRE_LOADED\n");
    assertThat(memory.tail().items()).hasValue(6);
    assertThat(memory.isLoaded()).isTrue();
  }

  @Test
  void theFirstItemsSayThatItIsLoaded() {
    add("loading\n");
    assertThat(memory.isLoaded()).isFalse();
    add("SOBRE_ITEMS 0\n");
    assertThat(memory.isLoaded()).isTrue();
  }

  @Test
  void thePeakOfItsVideoMemoryIsTheProgramsOwnWord() {
    add("SOBRE_MEMORY allocated=1000 reserved=2000\n");
    add("SOBRE_MEMORY allocated=12884901888 reserved=13958643712 framework=torch-2.11\n");
    add("SOBRE_MEMORY allocated=12GiB reserved=13GiB\n");
    assertThat(memory.tail().memory())
        .hasValueSatisfying(
            said -> {
              assertThat(said.allocated()).isEqualTo(MemorySize.ofMebibytes(12_288));
              assertThat(said.reserved()).isEqualTo(MemorySize.ofMebibytes(13_312));
              assertThat(said.framework()).contains("torch-2.11");
            });
  }

  /** Of four ranks, in any order; one of which had no card after all. */
  @Test
  void theLargestOfSeveralPeaksCounts() {
    add("SOBRE_MEMORY allocated=1000 reserved=2000\n");
    add("SOBRE_MEMORY allocated=3000 reserved=4000 framework=torch-2.11\n");
    add("SOBRE_MEMORY allocated=1500 reserved=2500\n");
    add("SOBRE_MEMORY allocated=0 reserved=0\n");
    assertThat(memory.tail().memory().orElseThrow().reserved().bytes()).isEqualTo(4000);
  }

  @Test
  void nothingTakenIsNothingSaid() {
    add("SOBRE_MEMORY allocated=0 reserved=0\n");
    assertThat(memory.tail().memory()).isEmpty();
  }

  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    memory.add(bytes, bytes.length);
  }
}
