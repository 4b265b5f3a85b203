package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;

class NvidiaSmiXmlTest {

  private static final String A5000 = "rtx-a5000-x2_590.44.01_q-x.xml";
  private static final String RTX3080 = "rtx3080_595.58.03_q-x.xml";

  static List<String> recordings() throws IOException, URISyntaxException {
    return Recordings.allXml().stream().filter(name -> !name.contains("lost")).toList();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void readsEveryRecordingOfHealthyCards(String recording) throws NvidiaSmiFormatException {
    NvidiaSmiLog log = NvidiaSmiXml.parse(Recordings.read(recording));
    assertThat(log.gpus()).isNotEmpty();
    assertThat(log.messages()).allMatch(line -> line.startsWith("the driver counts "));
    assertThat(log.gpus())
        .allSatisfy(
            gpu -> {
              assertThat(gpu.state()).isEqualTo(GpuState.OK);
              assertThat(gpu.model()).isPresent();
              assertThat(gpu.uuid().orElse("")).startsWith("GPU-");
              assertThat(gpu.memoryTotal().measured()).isPresent();
            });
  }

  /** Expectations written by hand from the files; an empty cell is an absent value. */
  @ParameterizedTest
  @CsvSource({
    "rtx2080-x2_590.44.01_q-x.xml,0,590.44.01,NVIDIA GeForce RTX 2080,0000:01:00.0,0,8192,7786,turing",
    "rtx2080-x2_590.44.01_q-x.xml,1,590.44.01,NVIDIA GeForce RTX 2080,0000:02:00.0,1,8192,7786,turing",
    "rtx-a5000-x2_590.44.01_q-x.xml,0,590.44.01,NVIDIA RTX A5000,0000:81:00.0,1,24564,1678,ampere",
    "rtx-a5000-x2_590.44.01_q-x.xml,1,590.44.01,NVIDIA RTX A5000,0000:c1:00.0,0,24564,6862,ampere",
    "a100-sxm4-80gb_535.54.03_q-x-mig-1of4.xml,0,535.54.03,NVIDIA A100-SXM4-80GB,0000:01:00.0,1,81920,80999,ampere",
    "gt1030_470.74_q-x.xml,0,470.74,NVIDIA GeForce GT 1030,0000:2d:00.0,0,1998,1123,",
    "quadro-p400_418.43_q-x.xml,0,418.43,Quadro P400,0000:43:00.0,0,1998,1998,",
    "gtx1660ti_418.43_q-x.xml,0,418.43,Graphics Device,0000:43:00.0,0,5912,5912,",
    "grid-p4-1q_513.46-vgpu-guest_q-x.xml,0,513.46,GRID P4-1Q,0000:00:0b.0,,1024,106,pascal",
    "rtx3080_536.40-windows_q-x.xml,0,536.40,NVIDIA GeForce RTX 3080,0000:04:00.0,,10240,8938,ampere",
    "rtx-pro6000-maxq_590.44.01_q-x.xml,0,590.44.01,NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition,0000:61:00.0,0,97887,31531,blackwell",
    "gtx1070ti_unknown-v10_xml.xml,0,,GeForce GTX 1070 Ti,0000:01:00.0,,4096,4054,",
    "tesla-t4_515.105.01_q-x.xml,0,515.105.01,Tesla T4,0000:00:1e.0,0,15360,13939,turing",
    "rtx4000-sff-ada_595.84_q-x.xml,0,595.84,NVIDIA RTX 4000 SFF Ada Generation,0000:06:00.0,0,20475,16482,ada",
  })
  void readsTheFacts(
      String recording,
      int position,
      @org.jspecify.annotations.Nullable String driver,
      String model,
      String pciAddress,
      @org.jspecify.annotations.Nullable Integer minor,
      long totalMiB,
      long freeMiB,
      @org.jspecify.annotations.Nullable String architecture)
      throws NvidiaSmiFormatException {
    NvidiaSmiLog log = NvidiaSmiXml.parse(Recordings.read(recording));
    NvidiaSmiGpu gpu = log.gpus().get(position);
    assertThat(log.driver().orElse(null)).isEqualTo(driver);
    assertThat(gpu.model()).contains(model);
    assertThat(gpu.pciAddress()).hasToString(pciAddress);
    assertThat(gpu.minor()).isEqualTo(minor == null ? OptionalInt.empty() : OptionalInt.of(minor));
    assertThat(gpu.memoryTotal()).isEqualTo(Reading.of(MemorySize.ofMebibytes(totalMiB)));
    assertThat(gpu.memoryFree()).isEqualTo(Reading.of(MemorySize.ofMebibytes(freeMiB)));
    assertThat(gpu.architecture().orElse(null)).isEqualTo(architecture);
    assertThat(gpu.migEnabled()).isEqualTo(model.contains("A100"));
  }

  @Test
  void keepsTheLinesAroundTheXml() throws NvidiaSmiFormatException {
    String lost = "Unable to determine the device handle for GPU 0000:05:00.0: GPU is lost.";
    String corrupt = "WARNING: infoROM is corrupted at gpu 0000:0B:00.0";
    NvidiaSmiLog log =
        NvidiaSmiXml.parse(lost + "\n" + Recordings.read(RTX3080) + "\n" + corrupt + "\n");
    assertThat(log.gpus()).hasSize(1);
    assertThat(log.messages()).containsExactly(lost, corrupt);
  }

  @ParameterizedTest
  @CsvSource({
    "<gpu_recovery_action>None</gpu_recovery_action>,<gpu_recovery_action>Reset</gpu_recovery_action>",
    "<gpu_recovery_action>None</gpu_recovery_action>,<gpu_recovery_action>Drain and Reset</gpu_recovery_action>",
    "<gpu_recovery_action>None</gpu_recovery_action>,<gpu_recovery_action>Reboot</gpu_recovery_action>",
    "<gpu_recovery_action>None</gpu_recovery_action>,<ecc>[GPU requires reset]</ecc>",
  })
  void seesACardThatNeedsAReset(String from, String to) throws NvidiaSmiFormatException {
    NvidiaSmiGpu gpu = changed(from, to);
    assertThat(gpu.state()).isEqualTo(GpuState.NEEDS_RESET);
    assertThat(gpu.stateDetail()).isPresent();
  }

  @Test
  void seesTheResetFlagOfOlderDrivers() throws NvidiaSmiFormatException {
    String xml =
        Recordings.read("rtx3080_536.40-windows_q-x.xml")
            .replace("<reset_required>No<", "<reset_required>Yes<");
    assertThat(NvidiaSmiXml.parse(xml).gpus().get(0).state()).isEqualTo(GpuState.NEEDS_RESET);
  }

  @ParameterizedTest
  @CsvSource({
    "<minor_number>0<,<minor_number>[Unknown Error]<,UNREADABLE",
    "<total>10240 MiB<,<total>ERR!<,UNREADABLE",
    "<product_name>NVIDIA GeForce RTX 3080<,<product_name>Unknown Error<,UNREADABLE",
    "<product_name>NVIDIA GeForce RTX 3080<,<product_name>GPU is lost<,LOST",
    "<fan_speed>0 %<,<fan_speed>[Unknown Error]<,OK",
  })
  void faultsInVitalFieldsOnlyAreTheCards(String from, String to, GpuState state)
      throws NvidiaSmiFormatException {
    assertThat(changed(from, to).state()).isEqualTo(state);
  }

  @Test
  void aDrainOfPeerToPeerIsNoReset() throws NvidiaSmiFormatException {
    NvidiaSmiGpu gpu =
        changed(
            "<gpu_recovery_action>None</gpu_recovery_action>",
            "<gpu_recovery_action>Drain P2P</gpu_recovery_action>");
    assertThat(gpu.state()).isEqualTo(GpuState.OK);
  }

  @Test
  void dropsTheDeprecationBehindTheDriverVersion() throws NvidiaSmiFormatException {
    String xml =
        Recordings.read(RTX3080)
            .replace("595.58.03<", "610.57.04 [Deprecated; will be removed in CUDA 14.0.]<");
    assertThat(NvidiaSmiXml.parse(xml).driver()).contains("610.57.04");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.3, 0.5, 0.9, 0.999})
  void saysThatTheXmlIsCutOff(double kept) {
    String whole = Recordings.read(A5000).strip();
    String cut = whole.substring(0, (int) (whole.length() * kept));
    assertThatThrownBy(() -> NvidiaSmiXml.parse(cut))
        .isInstanceOf(NvidiaSmiFormatException.class)
        .hasMessageStartingWith("the XML is cut off: expected </nvidia_smi_log> at its end");
  }

  @Test
  void saysWhereTheXmlBreaks() {
    String broken = Recordings.read(RTX3080).replace("</fb_memory_usage>", "");
    assertThatThrownBy(() -> NvidiaSmiXml.parse(broken))
        .isInstanceOf(NvidiaSmiFormatException.class)
        .hasMessageMatching("not well-formed XML at line \\d+: .+");
  }

  @Test
  void refusesAnInternalSubset() {
    String bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE nvidia_smi_log [<!ENTITY a \"b\">]>"
            + "<nvidia_smi_log><driver_version>&a;</driver_version></nvidia_smi_log>";
    assertThatThrownBy(() -> NvidiaSmiXml.parse(bomb))
        .isInstanceOf(NvidiaSmiFormatException.class)
        .hasMessageContaining("internal subset")
        .hasMessageContaining("refused");
  }

  @Test
  void neverResolvesTheDoctype(@TempDir Path directory) throws IOException {
    Path dtd = Files.writeString(directory.resolve("x.dtd"), "<!ENTITY model \"resolved\">");
    String xml =
        "<?xml version=\"1.0\"?><!DOCTYPE nvidia_smi_log SYSTEM \""
            + dtd.toUri()
            + "\"><nvidia_smi_log><gpu id=\"00000000:01:00.0\">"
            + "<product_name>&model;</product_name></gpu></nvidia_smi_log>";
    assertThatThrownBy(() -> NvidiaSmiXml.parse(xml))
        .isInstanceOf(NvidiaSmiFormatException.class)
        .hasMessageContaining("model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "No devices were found\n", "{}", "<html></html>"})
  void saysThatThereIsNoXml(String printed) {
    assertThatThrownBy(() -> NvidiaSmiXml.parse(printed))
        .isInstanceOf(NvidiaSmiFormatException.class)
        .hasMessageContaining("found no XML");
  }

  @Test
  void reliesOnNoneOfTwoCardsAtOneAddress() throws NvidiaSmiFormatException {
    String twice = Recordings.read(A5000).replace("00000000:C1:00.0", "00000000:81:00.0");
    assertThat(NvidiaSmiXml.parse(twice).gpus())
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.state()).isEqualTo(GpuState.UNREADABLE))
        .satisfies(gpu -> assertThat(gpu.stateDetail().orElse("")).contains("two cards"));
  }

  @Test
  void refusesWhatIsTooDeep() {
    String deep =
        "<nvidia_smi_log>" + "<a>".repeat(100_000) + "</a>".repeat(100_000) + "</nvidia_smi_log>";
    assertThatThrownBy(() -> NvidiaSmiXml.parse(deep))
        .isInstanceOf(NvidiaSmiFormatException.class)
        .hasMessageContaining("deep");
  }

  @Test
  void refusesWhatIsTooLong() {
    String flood = " ".repeat(org.sobre.hardware.probe.ToolText.LONGEST_ANSWER + 1);
    assertThatThrownBy(() -> NvidiaSmiXml.parse(flood))
        .isInstanceOf(NvidiaSmiFormatException.class)
        .hasMessageContaining("at most");
  }

  private static NvidiaSmiGpu changed(String from, String to) throws NvidiaSmiFormatException {
    String xml = Recordings.read(RTX3080);
    assertThat(xml).contains(from);
    return NvidiaSmiXml.parse(xml.replace(from, to)).gpus().get(0);
  }
}
