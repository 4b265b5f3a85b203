package org.sobre.slurm.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;

class NvidiaHealthParserTest {

  private static final List<HealthCard> CARDS = List.of(Cards.FIRST, Cards.SECOND);
  private static final String WELL =
      """
      GPU-0, 00000000:24:00.0, 41, None, Not Active, Not Active
      GPU-1, 00000000:41:00.0, 39, None, Not Active, Not Active
      """;

  private NvidiaHealthParser parser;

  @BeforeEach
  void ofDriver590() throws IOException {
    parser =
        NvidiaHealthParser.forDriver(recorded("h200_590.48.01_help-query-gpu.txt")).orElseThrow();
  }

  @Test
  void asksOnlyForWhatTheDriverKnows() throws IOException {
    assertThat(parser.arguments())
        .containsExactly(
            "--query-gpu=uuid,pci.bus_id,temperature.gpu,gpu_recovery_action,"
                + "clocks_event_reasons.hw_thermal_slowdown,clocks_event_reasons.sw_thermal_slowdown",
            "--format=csv,noheader,nounits");
    String old =
        """
        "uuid" or "gpu_uuid"
        "pci.bus_id" or "gpu_bus_id"
        "temperature.gpu"
        "clocks_throttle_reasons.hw_thermal_slowdown"
        """;
    assertThat(NvidiaHealthParser.forDriver(old).orElseThrow().arguments().get(0))
        .isEqualTo(
            "--query-gpu=uuid,pci.bus_id,temperature.gpu,clocks_throttle_reasons.hw_thermal_slowdown");
    assertThat(NvidiaHealthParser.forDriver("NVIDIA-SMI has failed because")).isEmpty();
  }

  @Test
  void cardsThatTellTheirTemperatureAreWell() {
    assertThat(parser.read(CARDS, exited(0, WELL)))
        .containsExactly(CardLook.well(Cards.FIRST, false), CardLook.well(Cards.SECOND, false));
  }

  @Test
  void slowedByEitherOfTheTwoIsHot() {
    String hard = WELL.replaceFirst("Not Active", "Active");
    assertThat(parser.read(CARDS, exited(0, hard)))
        .containsExactly(CardLook.well(Cards.FIRST, true), CardLook.well(Cards.SECOND, false));
    String soft = WELL.stripTrailing().replaceFirst("Not Active$", "Active");
    assertThat(parser.read(CARDS, exited(0, soft)).get(1).hot()).isTrue();
  }

  /** failure_gpu-lost_stdout.txt and failure_unknown-error_stdout.txt, amid the rows of others. */
  @Test
  void aLostCardIsSaidByALineOrByItsSilence() {
    String rows = WELL.lines().findFirst().orElseThrow() + "\n";
    for (String line :
        List.of(
            "Unable to determine the device handle for GPU 0000:41:00.0: GPU is lost.  Reboot the"
                + " system to recover this GPU\n",
            "Unable to determine the device handle for GPU0000:41:00.0: Unknown Error\n",
            "")) {
      List<CardLook> looks = parser.read(CARDS, exited(15, line + rows));
      assertThat(looks.get(0)).isEqualTo(CardLook.well(Cards.FIRST, false));
      assertThat(looks.get(1).fault()).as(line).contains(CauseKind.LOST);
    }
  }

  /** h100_unknown_query-gpu-requires-reset.csv */
  @Test
  void aCardThatNeedsAResetSaysSoInItsCells() {
    String rows =
        WELL.replace("41, None, Not Active, Not Active", "[GPU requires reset], None, [N/A], [N/A]")
            .replace("39, None", "39, Drain and Reset");
    assertThat(parser.read(CARDS, exited(0, rows)))
        .allSatisfy(look -> assertThat(look.fault()).contains(CauseKind.NEEDS_RESET));
    String na = WELL.replace("None", "[N/A]");
    assertThat(parser.read(CARDS, exited(0, na)))
        .allSatisfy(look -> assertThat(look.fault()).isEmpty());
  }

  @Test
  void aCardWithAnErrorForATemperatureFails() {
    String rows = WELL.replace(" 39,", " [Unknown Error],");
    assertThat(parser.read(CARDS, exited(0, rows)).get(1).fault()).contains(CauseKind.FAILING);
    String none = WELL.replace(" 39,", " [N/A],");
    assertThat(parser.read(CARDS, exited(0, none)).get(1).fault()).isEmpty();
  }

  @Test
  void aToolThatHangsFailsOrIsNotThereSaysSoOfAllCards() {
    assertThat(parser.read(CARDS, ending(Ending.TIMED_OUT)))
        .allSatisfy(look -> assertThat(look.fault()).contains(CauseKind.HANGING));
    assertThat(parser.read(CARDS, ending(Ending.NOT_FOUND)))
        .allSatisfy(look -> assertThat(look.asked()).isEqualTo(CardLook.Asked.NO));
    String mismatch = "Failed to initialize NVML: Driver/library version mismatch\n";
    assertThat(parser.read(CARDS, exited(18, mismatch)))
        .allSatisfy(look -> assertThat(look.fault()).contains(CauseKind.FAILING))
        .allSatisfy(look -> assertThat(look.detail()).contains("version mismatch"));
    assertThat(NvidiaHealthParser.withoutColumns(CARDS, exited(18, mismatch)))
        .allSatisfy(look -> assertThat(look.fault()).contains(CauseKind.FAILING));
    assertThat(NvidiaHealthParser.withoutColumns(CARDS, exited(0, "\"uuid\"\n")))
        .allSatisfy(look -> assertThat(look.asked()).isEqualTo(CardLook.Asked.NO));
  }

  @Test
  void survivesDamagedAnswersWithOneLookACard() {
    Mutations.survives(
        List.of(
            WELL,
            "Unable to determine the device handle for GPU 0000:41:00.0: GPU is lost.\n" + WELL,
            WELL.replace("41, None", "[GPU requires reset], [GPU requires reset]")),
        mutated ->
            assertThat(parser.read(CARDS, exited(0, mutated)))
                .extracting(CardLook::card)
                .containsExactlyElementsOf(CARDS));
  }

  private static ToolResult exited(int status, String stdout) {
    return new ToolResult(
        List.of("nvidia-smi"), Ending.EXITED, OptionalInt.of(status), stdout, "", Duration.ZERO);
  }

  private static ToolResult ending(Ending ending) {
    return new ToolResult(
        List.of("nvidia-smi"), ending, OptionalInt.empty(), "", "", Duration.ofSeconds(10));
  }

  /** Of the recordings of node-hardware, whose provenance stands beside them. */
  private static String recorded(String name) throws IOException {
    return Files.readString(
        Path.of("../node-hardware/src/test/resources/recordings/nvidia").resolve(name));
  }
}
