package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;

/**
 * Forms that public reports show and no recording at hand has; rewritten here, not copied. Learnt
 * from: clusters' issues of 2014 (driver 325 prints MB and no CUDA version), documentation that
 * indents a table, shell loops, NVIDIA's test of failed devices (an NVML sentence in place of
 * nearly every reading), scripts that query without a header's unit.
 */
class NvidiaTextOdditiesTest {

  private static NvidiaSmiLog read(String printed) throws NvidiaSmiFormatException {
    return NvidiaTextForms.read(printed).orElseThrow();
  }

  @Test
  void readsATableOf2014ThatDocumentationIndents() throws NvidiaSmiFormatException {
    String table =
        """
           $ nvidia-smi
           +------------------------------------------------------+
           | NVIDIA-SMI 5.325.15   Driver Version: 325.15         |
           |-------------------------------+----------------------+----------------------+
           | GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
           | Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
           |===============================+======================+======================|
           |   2  GeForce GTX TITAN   Off  | 0000:84:00.0     N/A |                  N/A |
           | 30%   31C  N/A     N/A /  N/A |       14MB /  6143MB |     N/A      Default |
           +-------------------------------+----------------------+----------------------+
        """;
    NvidiaSmiLog log = read(table);
    assertThat(log.driver()).contains("325.15");
    NvidiaSmiGpu gpu = log.gpus().get(0);
    assertThat(gpu.model()).contains("GeForce GTX TITAN");
    assertThat(gpu.memoryTotal()).isEqualTo(Reading.of(MemorySize.ofMebibytes(6143)));
    assertThat(gpu.state()).isEqualTo(GpuState.OK);
  }

  @Test
  void aLoopsLastTableHoldsAndOneCutOffDoesNot() throws NvidiaSmiFormatException {
    String table = Recordings.read("h100-80gb-hbm3-x8_550.90.07_table.txt");
    String later = table.replace("00000000:DB:00.0", "00000000:DC:00.0");
    assertThat(read(table + later).gpus().get(7).pciAddress()).hasToString("0000:dc:00.0");
    String cut = later.substring(0, later.length() / 2);
    assertThat(read(table + cut).gpus()).hasSize(8);
  }

  @Test
  void theLastOfTwoAnswersOfQHolds() throws NvidiaSmiFormatException {
    String first = Recordings.read("titan-v_560.35.03_q.txt");
    String second = first.replace("11760 MiB", "42 MiB");
    assertThat(read(first + second).gpus())
        .singleElement()
        .satisfies(
            gpu -> assertThat(gpu.memoryFree()).isEqualTo(Reading.of(MemorySize.ofMebibytes(42))));
  }

  @ParameterizedTest
  @CsvSource({
    "[GPU is lost],LOST",
    "GPU is lost,LOST",
    "[GPU requires reset],NEEDS_RESET",
    "Unknown Error,UNREADABLE",
    "[Unknown Error],UNREADABLE",
    "N/A,OK",
  })
  void aSentenceInPlaceOfReadingsIsTheCardsState(String said, GpuState state)
      throws NvidiaSmiFormatException {
    String sick =
        Recordings.read("titan-v_560.35.03_q.txt")
            .replaceFirst("(GPU Current Temp +: ).*", "$1" + said)
            .replaceFirst("(Utilization\\s+Gpu +: ).*", "$1" + said)
            .replaceFirst("(Performance State +: ).*", "$1" + said);
    assertThat(read(sick).gpus().get(0).state()).isEqualTo(state);
  }

  @Test
  void theUnitMayStandInTheHeaderAlone() throws NvidiaSmiFormatException {
    String query =
        """
        index, name, pci.bus_id, memory.total [MiB], memory.free [MiB]
        0, Tesla V100-SXM2-16GB, 00000000:15:00.0, 16160, 16157
        """;
    assertThat(read(query).gpus().get(0).memoryTotal())
        .isEqualTo(Reading.of(MemorySize.ofMebibytes(16160)));
  }

  @Test
  void aSentenceBetweenRowsIsKeptAndNamesItsCard() throws NvidiaSmiFormatException {
    String lost = "Unable to determine the device handle for GPU0: 0000:24:00.0: Unknown Error";
    String query =
        "index, name, pci.bus_id\n0, Tesla T4, 00000000:23:00.0\n"
            + lost
            + "\n2, Tesla T4, 00000000:25:00.0\n";
    NvidiaSmiLog log = read(query);
    assertThat(log.gpus()).hasSize(2);
    assertThat(log.messages()).containsExactly(lost);
    assertThat(NvidiaRecorded.read(query).orElseThrow())
        .extracting(gpu -> gpu.state())
        .containsExactly(GpuState.OK, GpuState.LOST, GpuState.OK);
  }

  @Test
  void rowsOfNoNumberAreCardsWhereTheyDescribeThem() throws NvidiaSmiFormatException {
    NvidiaSmiLog log = read("name, memory.total [MiB]\nTesla T4, 15360 MiB\nTesla T4, 15360 MiB\n");
    assertThat(log.gpus()).isEmpty();
    assertThat(log.unplaced()).hasSize(2);
    assertThat(read("driver_version\nname\ncount\n").unplaced()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name,age,address\nalice,3,x\n",
        "pid,name\n3,init\n",
        "| a | b | c |\n| 0 d | e | f |\n",
        "GPU shopping list\n",
        "{\"card0\": {}}",
        "",
      })
  void otherTextsAreNotNvidias(String text) {
    assertThat(NvidiaTextForm.of(text)).isEmpty();
  }

  @Test
  void aVirtualGpusTableIsNotTheCards() throws NvidiaSmiFormatException {
    String vgpu =
        """
        | NVIDIA-SMI 470.63                 Driver Version: 470.63                    |
        |---------------------------------+------------------------------+------------+
        | GPU  Name                       | Bus-Id                       | GPU-Util   |
        |      vGPU ID     Name           | VM ID     VM Name            | vGPU-Util  |
        |=================================+==============================+============|
        |   0  Tesla P40                  | 00000000:5E:00.0             |   0%       |
        |      3251634213  GRID P40-1Q    | 1234  vm-a                   |      0%    |
        +---------------------------------+------------------------------+------------+
        """;
    assertThat(read(vgpu).gpus())
        .extracting(gpu -> gpu.model().orElse("-"))
        .isEqualTo(List.of("Tesla P40"));
  }

  @Test
  void xmlMayStandOnOneLine() throws NvidiaSmiFormatException {
    String line = Recordings.read("gb300-x4_580.173.02_q-x.xml").replaceAll("\\s*\n\\s*", "");
    assertThat(read(line).gpus()).hasSize(4);
  }

  @Test
  void anEndlessRowIsNoRow() throws NvidiaSmiFormatException {
    String query = "index, name, pci.bus_id\n0, Tesla T4, 00000000:23:00.0\n" + ",".repeat(1 << 22);
    assertThat(read(query).gpus()).hasSize(1);
  }

  /** A query prints the sentence, and a row of nothing but faults for the same card. */
  @Test
  void aLostCardOfAQueryIsListedOnce() {
    String query =
        """
        index, uuid, name, pci.bus_id, memory.total [MiB]
        0, GPU-0000aaaa-0000-0000-0000-000000000000, NVIDIA GeForce RTX 3090, 00000000:01:00.0, 24576 MiB
        Unable to determine the device handle for GPU0000:02:00.0: Unknown Error
        [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error]
        """;
    assertThat(NvidiaRecorded.read(query).orElseThrow())
        .extracting(gpu -> gpu.pciAddress() + " " + gpu.state())
        .containsExactly("0000:01:00.0 OK", "0000:02:00.0 LOST");
  }
}
