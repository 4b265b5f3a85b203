package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/**
 * Every recording against {@code recordings/nvidia/expected.txt}: what it is, which driver, one
 * line a card, one a MIG device, the messages. The file was first written from the recordings and
 * not from the parsers' answers.
 */
class NvidiaRecordingsTest {

  private static final Path EXPECTED = Path.of("src/test/resources/recordings/nvidia/expected.txt");

  @Test
  void everyRecordingSaysWhatStandsInIt()
      throws IOException, URISyntaxException, NvidiaSmiFormatException {
    StringJoiner all = new StringJoiner("\n", "", "\n");
    for (String name : Recordings.all()) {
      describe(name, all);
    }
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(EXPECTED, all.toString());
    }
    assertThat(all.toString().lines()).containsExactlyElementsOf(Files.readAllLines(EXPECTED));
  }

  private static void describe(String name, StringJoiner lines) throws NvidiaSmiFormatException {
    String text = Recordings.read(name);
    String form = NvidiaTextForm.of(text).map(NvidiaTextForm::command).orElse("unknown");
    NvidiaSmiLog log =
        NvidiaTextForms.read(text)
            .orElse(new NvidiaSmiLog(Optional.empty(), List.of(), List.of("not read")));
    lines.add(name + ": " + form + ", driver " + log.driver().orElse("-"));
    log.gpus().forEach(gpu -> describe(gpu, lines));
    log.unplaced().forEach(gpu -> describe(gpu, lines));
    CardFault.inMessages(log.messages())
        .forEach((at, fault) -> lines.add("  " + at + " " + fault.state().jsonName()));
    log.messages().forEach(message -> lines.add("  ! " + message));
  }

  private static void describe(NvidiaSmiGpu gpu, StringJoiner lines) {
    lines.add(
        "  "
            + String.join(
                " | ",
                UnknownPlace.isOne(gpu.pciAddress()) ? "nowhere" : gpu.pciAddress().toString(),
                gpu.model().orElse("-"),
                gpu.uuid().orElse("-"),
                mebibytes(gpu.memoryTotal()) + " MiB",
                mebibytes(gpu.memoryFree()) + " MiB free",
                "minor " + text(gpu.minor()),
                gpu.architecture().orElse("-"),
                "cc " + gpu.computeCapability().orElse("-"),
                gpu.migEnabled() ? "mig" : "-",
                gpu.state().jsonName()));
    for (MigDevice mig : gpu.migDevices()) {
      lines.add(
          String.join(
              " ",
              "    mig " + mig.index(),
              "gi " + text(mig.gpuInstance()),
              "ci " + text(mig.computeInstance()),
              mebibytes(mig.memoryTotal()) + " MiB",
              mebibytes(mig.memoryFree()) + " MiB free"));
    }
  }

  private static String mebibytes(Reading<MemorySize> memory) {
    return memory.measured().map(size -> String.valueOf(size.mebibytes())).orElse("-");
  }

  private static String text(OptionalInt number) {
    return number.isPresent() ? String.valueOf(number.getAsInt()) : "-";
  }

  @Test
  void anErrRowIsListedAndUnreadable() throws NvidiaSmiFormatException {
    String table = Recordings.read("a100-sxm4_unknown_table-err-row.txt");
    NvidiaSmiGpu sick = NvidiaTextForms.read(table).orElseThrow().gpus().get(1);
    assertThat(sick.state()).isEqualTo(GpuState.UNREADABLE);
    assertThat(sick.stateDetail()).contains("product_name: ERR!");
  }

  @Test
  void theCardsOfARecordingAreInPciOrder() {
    assertThat(NvidiaRecorded.read(Recordings.read("rtx4090-x8_535.154.05_q.txt")).orElseThrow())
        .hasSize(8)
        .isSortedAccordingTo((a, b) -> a.pciAddress().compareTo(b.pciAddress()))
        .allSatisfy(gpu -> assertThat(gpu.device()).isPresent());
  }

  @Test
  void threeOutputsOfOneMachineCompleteEachOther() {
    var answer =
        NvidiaRecorded.together(
                List.of(
                    Recordings.read("h200-mig_590.48.01_q-idle.txt"),
                    Recordings.read("h200-mig_590.48.01_list.txt"),
                    Recordings.read("h200-mig_590.48.01_query-gpu-idle.csv"),
                    Recordings.read("h200-mig_590.48.01_topo-m.txt")))
            .orElseThrow();
    var gpu = answer.gpus().get(0);
    assertThat(answer.gpus()).hasSize(1);
    assertThat(gpu.computeCapability()).contains("9.0");
    assertThat(gpu.locality().localCpus()).isPresent();
    assertThat(gpu.partitions())
        .extracting(part -> part.profile().orElse("-"))
        .containsExactly("1c.3g.71gb", "2c.3g.71gb", "2g.35gb", "1g.18gb", "1g.18gb");
  }

  @Test
  void aListAloneSaysNotWhereItsCardsSit() {
    var answer = NvidiaRecorded.answer(Recordings.read("l40s_595.80_list.txt")).orElseThrow();
    assertThat(answer.gpus())
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.model()).isEqualTo("NVIDIA L40S"))
        .satisfies(gpu -> assertThat(UnknownPlace.isOne(gpu.pciAddress())).isTrue());
  }

  @Test
  void aLostCardIsListedFromASentence() {
    var gpus = NvidiaRecorded.read(Recordings.read("failure_gpu-lost_stdout.txt")).orElseThrow();
    assertThat(gpus)
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.state()).isEqualTo(GpuState.LOST))
        .satisfies(
            gpu ->
                assertThat(Optional.of(gpu.pciAddress()))
                    .isEqualTo(PciAddress.parse("0000:05:00.0")));
  }
}
