package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.probe.FakeToolRunner;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.ToolResult.Ending;

class NvidiaSmiProbeTest {

  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final String XML = Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml");

  private static final String QUERY = "--query-gpu=uuid,compute_cap";

  private static final String BASIC_QUERY =
      "--query-gpu=driver_version,pci.bus_id,name,uuid,memory.total,memory.free";

  private final FakeToolRunner runner = new FakeToolRunner();

  @Test
  void asksFourQuestions() {
    runner
        .exits(0, XML, "", "nvidia-smi", "-q", "-x")
        .exits(0, "GPU-12345678-aaaa-bbbb-cccc-0123456789ab, 8.6\n", "", "nvidia-smi", QUERY)
        .exits(0, "", "", "nvidia-smi");
    NvidiaAnswer answer = ask();
    assertThat(answer.log().orElseThrow().gpus()).hasSize(2);
    assertThat(answer.computeCapabilities())
        .containsExactly(java.util.Map.entry("GPU-12345678-aaaa-bbbb-cccc-0123456789ab", "8.6"));
    assertThat(answer.report().outcome()).isEqualTo(Outcome.OK);
    assertThat(answer.report().detail()).contains("driver 590.44.01");
    assertThat(runner.asked())
        .containsExactly(
            List.of("nvidia-smi", "-q", "-x"),
            List.of("nvidia-smi", "-L"),
            List.of("nvidia-smi", "topo", "-m"),
            List.of("nvidia-smi", "--query-gpu=uuid,compute_cap", "--format=csv,noheader"));
  }

  @Test
  void doesWithoutComputeCapabilityWhereTheDriverIsOld() {
    runner
        .exits(0, XML, "", "nvidia-smi", "-q", "-x")
        .exits(2, Recordings.read("failure_invalid-field_stdout.txt"), "", "nvidia-smi");
    NvidiaAnswer answer = ask();
    assertThat(answer.log()).isPresent();
    assertThat(answer.computeCapabilities()).isEmpty();
    assertThat(answer.report().outcome()).isEqualTo(Outcome.OK);
  }

  @Test
  void status14IsUsable() {
    runner.exits(
        14, XML + "WARNING: infoROM is corrupted at gpu 0000:81:00.0\n", "", "nvidia-smi", "-q");
    NvidiaAnswer answer = ask();
    assertThat(answer.log().orElseThrow().gpus()).hasSize(2);
    assertThat(answer.faults()).isEmpty();
    assertThat(answer.report().outcome()).isEqualTo(Outcome.WARNED);
    assertThat(answer.report().detail().orElse("")).contains("infoROM");
  }

  @ParameterizedTest
  @CsvSource({
    "2,refused an argument",
    "3,not available",
    "4,no permission",
    "6,no device found",
    "8,power cables",
    "9,modprobe nvidia",
    "10,interrupt issue",
    "12,NVML library is missing",
    "13,lacks a function",
    "15,fallen off the bus",
    "18,differ in version",
    "255,internal driver error",
  })
  void everyOtherStatusHasASentence(int status, String words) {
    runner.exits(status, "", "some words", "nvidia-smi");
    NvidiaAnswer answer = ask();
    assertThat(answer.log()).isEmpty();
    assertThat(answer.report().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(answer.report().detail().orElse(""))
        .contains("exit status " + status + ": ", words, "it says: some words");
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND,ABSENT,not installed",
    "NOT_STARTED,FAILED,cannot be started",
    "TIMED_OUT,TIMED_OUT,no answer within 10.0 s",
    "TOO_MUCH_OUTPUT,FAILED,printed more",
  })
  void everyOtherEndingHasAnOutcome(Ending ending, Outcome outcome, String words) {
    runner.ends(ending, "nvidia-smi");
    NvidiaAnswer answer = ask();
    assertThat(answer.log()).isEmpty();
    assertThat(answer.report().outcome()).isEqualTo(outcome);
    assertThat(answer.report().detail().orElse("")).contains(words);
  }

  @Test
  void cutOffXmlIsAFailureAndNotRepeated() {
    runner.exits(0, XML.substring(0, XML.length() / 2), "", "nvidia-smi");
    NvidiaAnswer answer = ask();
    assertThat(answer.log()).isEmpty();
    assertThat(answer.report().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(answer.report().detail().orElse("")).contains("cut off").doesNotContain("it says");
  }

  @Test
  void repeatsNoMoreThanALineOfNoise() {
    runner.exits(255, "\u001b[31mno".repeat(100_000), "", "nvidia-smi");
    assertThat(ask().report().detail().orElse("")).hasSizeLessThan(300).doesNotContain("\u001b");
  }

  @Test
  void aCardNamedBehindXmlThatBreaksOffIsStillLost() {
    String gone = "\nUnable to determine the device handle for GPU 0000:81:00.0: GPU is lost.\n";
    runner.exits(15, XML.substring(0, XML.length() / 2) + gone, "", "nvidia-smi");
    assertThat(ask().faults().keySet()).extracting(Object::toString).contains("0000:81:00.0");
  }

  @Test
  void noCardOfXmlThatBreaksOffIsDropped() {
    String second = XML.substring(0, XML.lastIndexOf("<uuid>"));
    runner.exits(0, second, "", "nvidia-smi");
    assertThat(ask().faults())
        .hasSize(2)
        .allSatisfy((address, fault) -> assertThat(fault.state()).isEqualTo(GpuState.UNREADABLE));
  }

  @Test
  void asksWhatEveryDriverKnowsWhereTheToolDoesNotSay() {
    runner
        .exits(
            0,
            Recordings.read("h200_590.48.01_query-gpu-idle.csv"),
            "",
            "nvidia-smi",
            BASIC_QUERY,
            "--format=csv")
        .exits(2, "Invalid combination of input arguments.", "", "nvidia-smi");
    assertThat(ask().log().orElseThrow().gpus()).hasSize(1);
  }

  @Test
  void readsTheTableAtLast() {
    runner
        .exits(2, "Invalid combination of input arguments.", "", "nvidia-smi", "-q")
        .exits(2, "", "", "nvidia-smi", "--help-query-gpu")
        .exits(2, "", "", "nvidia-smi", "-L")
        .exits(2, "", "", "nvidia-smi", "topo")
        .exits(2, "", "", "nvidia-smi", QUERY)
        .exits(2, "", "", "nvidia-smi", BASIC_QUERY)
        .exits(0, Recordings.read("h100-80gb-hbm3-x8_550.90.07_table.txt"), "", "nvidia-smi");
    NvidiaAnswer answer = ask();
    assertThat(answer.log().orElseThrow().gpus()).hasSize(8);
    assertThat(answer.report().detail().orElse("")).endsWith("read from nvidia-smi instead");
  }

  @Test
  void namesTheCardThatIsLost() {
    runner.exits(15, Recordings.read("failure_gpu-lost_stdout.txt"), "", "nvidia-smi");
    assertThat(ask().faults().keySet()).extracting(Object::toString).contains("0000:05:00.0");
  }

  @Test
  void readsTheTextWhereTheXmlBreaksOff() {
    runner
        .exits(0, XML.substring(0, XML.length() / 2), "", "nvidia-smi", "-q", "-x")
        .exits(0, Recordings.read("h100-80gb-hbm3-x8_535.161.08_q.txt"), "", "nvidia-smi", "-q");
    NvidiaAnswer answer = ask();
    assertThat(answer.log().orElseThrow().gpus()).hasSize(8);
    assertThat(answer.log().orElseThrow().driver()).contains("535.161.08");
    assertThat(answer.report().outcome()).isEqualTo(Outcome.WARNED);
    assertThat(answer.report().detail().orElse(""))
        .contains("cut off", "read from nvidia-smi -q instead");
  }

  @Test
  void asksNoFieldThatTheDriverDoesNotKnow() {
    String query = "--query-gpu=driver_version,pci.bus_id,name,uuid,memory.total,memory.free,";
    runner
        .exits(0, "<?xml", "", "nvidia-smi", "-q")
        .exits(
            0,
            Recordings.read("h200_590.48.01_help-query-gpu.txt"),
            "",
            "nvidia-smi",
            "--help-query-gpu")
        .exits(
            0,
            """
            driver_version, pci.bus_id, name, uuid, memory.total [MiB], memory.free [MiB]
            590.48.01, 00000000:81:00.0, NVIDIA H200, GPU-7f, 143771 MiB, 143000 MiB
            """,
            "",
            "nvidia-smi",
            query + "mig.mode.current,compute_cap",
            "--format=csv");
    NvidiaAnswer answer = ask();
    assertThat(answer.log().orElseThrow().gpus())
        .extracting(gpu -> gpu.pciAddress() + " " + gpu.model().orElse("?"))
        .containsExactly("0000:81:00.0 NVIDIA H200");
    assertThat(answer.report().detail().orElse("")).contains("nvidia-smi --query-gpu instead");
  }

  @ParameterizedTest
  @CsvSource({"9,", "12,", "13,", "18,", "6,No devices were found"})
  void asksNoFurtherWhereNoOtherQuestionHelps(int status, String words) {
    runner.exits(status, String.valueOf(words), "", "nvidia-smi");
    assertThat(ask().log()).isEmpty();
    assertThat(runner.asked()).hasSize(4);
  }

  private NvidiaAnswer ask() {
    return new NvidiaSmiProbe(runner, "nvidia-smi", Runnable::run).ask(false, DEADLINE);
  }
}
