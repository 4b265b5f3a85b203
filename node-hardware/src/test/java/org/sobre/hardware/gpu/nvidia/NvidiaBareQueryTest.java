package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Queries without a heading that tells them: the shapes are those of exporters' and agents' logs,
 * which ask for {@code noheader} more often than not; the values are made here.
 */
class NvidiaBareQueryTest {

  private static final String UUID = "GPU-0000aaaa-0000-0000-0000-00000000000";

  private static List<String> read(String printed) {
    return NvidiaRecorded.read(printed).orElseThrow().stream()
        .map(
            gpu ->
                String.join(
                    " | ",
                    gpu.model(),
                    gpu.uuid().orElse("-"),
                    gpu.memoryTotal().measured().map(total -> "" + total.mebibytes()).orElse("-"),
                    gpu.state().jsonName()))
        .collect(Collectors.toList());
  }

  @Test
  void totalIsWhatUsedAndFreeAddUpTo() {
    String rows =
        """
        0, NVIDIA RTX A6000, 6 MiB, 48541 MiB, 49140 MiB, GPU-0000aaaa-0000-0000-0000-000000000000
        1, NVIDIA RTX A6000, 40000 MiB, 8547 MiB, 49140 MiB, GPU-0000aaaa-0000-0000-0000-000000000001
        """;
    assertThat(read(rows))
        .containsExactly(
            "NVIDIA RTX A6000 | " + UUID + "0 | 49140 | ok",
            "NVIDIA RTX A6000 | " + UUID + "1 | 49140 | ok");
  }

  /** Used and total, or free and total, or used and free: who knows. */
  @Test
  void ofTwoSizesNobodyTellsWhichIsTotal() {
    assertThat(read("Tesla T4, 14000 MiB, 15360 MiB\n")).containsExactly("Tesla T4 | - | - | ok");
  }

  @Test
  void theCommandAboveTellsTheColumns() {
    String pasted =
        """
        user@host:~$ nvidia-smi --query-gpu=name,memory.total,uuid --format=csv,noheader
        Tesla T4, 15360 MiB, GPU-0000aaaa-0000-0000-0000-000000000000
        """;
    assertThat(read(pasted)).containsExactly("Tesla T4 | " + UUID + "0 | 15360 | ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "index, name, uuid\n0, Tesla T4, GPU-0000aaaa-0000-0000-0000-000000000000\n",
        "uuid, name\nGPU-0000aaaa-0000-0000-0000-000000000000, Tesla T4\n",
        "0, GPU-0000aaaa-0000-0000-0000-000000000000, Tesla T4, 38, P8\n"
      })
  void aHeadingOfCommonWordsWillDo(String printed) {
    assertThat(read(printed)).containsExactly("Tesla T4 | " + UUID + "0 | - | ok");
  }

  @Test
  void namesAloneAreCardsAndSoAreUuids() {
    assertThat(read("name\nTesla T4\nTesla T4\n")).hasSize(2);
    assertThat(read("Tesla T4\nTesla T4\n")).hasSize(2);
    assertThat(read("0, " + UUID + "0\n1, " + UUID + "1\n")).hasSize(2);
  }

  @Test
  void severalFaultsInARowAreTheCardsAndOneIsASensors() {
    String rows =
        """
        0, NVIDIA RTX A6000, [Unknown Error], [Unknown Error], 6 MiB
        1, NVIDIA RTX A6000, 32, [Unknown Error], 6 MiB
        """;
    assertThat(read(rows))
        .containsExactly("NVIDIA RTX A6000 | - | - | unreadable", "NVIDIA RTX A6000 | - | - | ok");
  }

  @Test
  void aLostCardBetweenTheRowsIsListedOnce() {
    String rows =
        """
        0, NVIDIA GeForce RTX 3090, 30, P2, 350.00
        Unable to determine the device handle for GPU0000:02:00.0: Unknown Error
        [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error]
        2, NVIDIA GeForce RTX 3090, 31, P2, 350.00
        """;
    assertThat(read(rows))
        .containsExactly(
            "NVIDIA GPU | - | - | lost",
            "NVIDIA GeForce RTX 3090 | - | - | ok",
            "NVIDIA GeForce RTX 3090 | - | - | ok");
  }

  /** A log of samples: each row is another time of the same card, however many there are. */
  @Test
  void rowsOfOtherTimesAreNoOtherCards() {
    String log =
        """
        2026/06/22 23:04:33.535, Tesla T4, 97 %, 14000 MiB
        2026/06/22 23:04:38.535, Tesla T4, 98 %, 14000 MiB
        2026/06/22 23:04:43.536, Tesla T4, 98 %, 14002 MiB
        """;
    assertThat(read(log)).isEmpty();
    assertThat(NvidiaRecorded.answer(log).orElseThrow().messages())
        .containsExactly("the query tells neither index nor uuid nor pci.bus_id");
  }

  @Test
  void rowsOfOneTimeAreCards() {
    String rows =
        """
        2026/06/22 23:04:33.535, 0, Tesla T4, 97 %
        2026/06/22 23:04:33.537, 1, Tesla T4, 98 %
        """;
    assertThat(read(rows)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {",noheader", ""})
  void theSameQuestionTwiceIsAboutTheSameCards(String noheader) {
    String answer =
        "$ nvidia-smi --query-gpu=name,memory.used --format=csv"
            + noheader
            + "\n"
            + (noheader.isEmpty() ? "name, memory.used [MiB]\n" : "")
            + "Tesla T4, 3 MiB\nTesla T4, 3 MiB\n";
    assertThat(read(answer)).hasSize(2);
    assertThat(read(answer + answer)).hasSize(2);
  }

  /** It has as many commas as its answer. */
  @Test
  void theCommandIsNoCard() {
    String pasted =
        """
        $ nvidia-smi --query-gpu=index,name,memory.total --format=csv
        index, name, memory.total [MiB]
        0, Tesla T4, 15360 MiB
        """;
    assertThat(read(pasted)).containsExactly("Tesla T4 | - | 15360 | ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 MiB,", "1,", "Tesla T4,", "[Unknown Error],"})
  void aRowOfMillionsOfCellsIsNoQuery(String cell) {
    String row = "Tesla T4, 5 %, " + cell.repeat(8_000_000 / cell.length());
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(NvidiaBareQuery.of(row)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GPU-0000aaaa-0000-0000-0000-000000000000, 4242, python, 370 MiB\n",
        "Tesla T4, 4242, /usr/bin/python3, 370 MiB\n",
        "The card is an\nNVIDIA GeForce RTX 3060\n",
        "Tesla T4, 1\nTesla T4\n",
        "name,manufacturer,vram\nNVIDIA GTX 1080 Ti,NVIDIA,11\n",
        "NVIDIA L4, 24, 72\n",
        "Tesla T4\nTesla V100-SXM2-16GB\n",
        "45, 20, 300\n",
        "[Unknown Error], [Unknown Error]\n"
      })
  void processesAndOtherTextsAreNoCards(String text) {
    assertThat(NvidiaBareQuery.of(text)).isEmpty();
  }
}
