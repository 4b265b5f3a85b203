package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;

/** What drivers, sick cards, pipes and people do to the XML. */
class NvidiaSmiXmlOdditiesTest {

  private static final String MIG = "a100-sxm4-80gb_535.54.03_q-x-mig-1of4.xml";
  private static final String A5000 = "rtx-a5000-x2_590.44.01_q-x.xml";
  private static final String RTX3080 = "rtx3080_595.58.03_q-x.xml";

  /** By hand from the file: its four are 1g.20gb, in GPU instances 3 to 6. */
  @Test
  void readsTheMigDevicesOfACard() throws NvidiaSmiFormatException {
    NvidiaSmiGpu gpu = NvidiaSmiXml.parse(Recordings.read(MIG)).gpus().get(0);
    assertThat(gpu.migEnabled()).isTrue();
    assertThat(gpu.memoryTotal()).isEqualTo(Reading.of(MemorySize.ofMebibytes(81920)));
    assertThat(gpu.migDevices())
        .extracting(MigDevice::index, MigDevice::gpuInstance, MigDevice::computeInstance)
        .containsExactly(
            tuple(0, OptionalInt.of(3), OptionalInt.of(0)),
            tuple(1, OptionalInt.of(4), OptionalInt.of(0)),
            tuple(2, OptionalInt.of(5), OptionalInt.of(0)),
            tuple(3, OptionalInt.of(6), OptionalInt.of(0)));
    assertThat(gpu.migDevices())
        .allSatisfy(
            mig -> {
              assertThat(mig.memoryTotal()).isEqualTo(Reading.of(MemorySize.ofMebibytes(19968)));
              assertThat(mig.memoryFree()).isEqualTo(Reading.of(MemorySize.ofMebibytes(19955)));
            });
  }

  @Test
  void saysWhereTheDriverCountsOtherwise() throws NvidiaSmiFormatException {
    assertThat(NvidiaSmiXml.parse(Recordings.read(MIG)).messages())
        .containsExactly("the driver counts 4 GPUs, the answer tells of 1");
  }

  @Test
  void aCardOutOfMigModeHasNoMigDevice() throws NvidiaSmiFormatException {
    String off = Recordings.read(MIG).replace("<current_mig>Enabled<", "<current_mig>Disabled<");
    assertThat(NvidiaSmiXml.parse(off).gpus().get(0).migDevices()).isEmpty();
  }

  @Test
  void readsTheLastDocumentOfALoop() throws NvidiaSmiFormatException {
    String first = Recordings.read(RTX3080);
    String second = first.replace("<gpu_recovery_action>None<", "<gpu_recovery_action>Reset<");
    NvidiaSmiLog log = NvidiaSmiXml.parse(first + second + first.substring(0, 3000));
    assertThat(log.gpus())
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.state()).isEqualTo(GpuState.NEEDS_RESET));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a&b", "x < y", "C:\\Users\\\u0001\\x.exe"})
  void aProgramsNameHidesNoCard(String name) throws NvidiaSmiFormatException {
    String xml =
        Recordings.read(RTX3080)
            .replaceFirst(
                "(?s)<processes>.*?</processes>",
                java.util.regex.Matcher.quoteReplacement(
                    "<processes><process_info><process_name>"
                        + name
                        + "</process_name></process_info></processes>"));
    assertThat(xml).contains(name);
    assertThat(NvidiaSmiXml.parse(xml).gpus()).hasSize(1);
  }

  @Test
  void keepsALineInTheMiddleOfTheXml() throws NvidiaSmiFormatException {
    String lost = "Unable to determine the device handle for GPU0000:05:00.0: Unknown Error";
    String between = Recordings.read(A5000).replace("</gpu>", "</gpu>\n" + lost + "\n");
    assertThat(NvidiaSmiXml.parse(between).messages()).contains(lost);
    assertThat(NvidiaSmiXml.parse(between).gpus()).hasSize(2);
  }

  @Test
  void aByteOrderMarkAndOtherLineEndsSayNothing() throws NvidiaSmiFormatException {
    String windows = "\ufeff" + Recordings.read(RTX3080).replace("\n", "\r\n");
    NvidiaSmiLog log = NvidiaSmiXml.parse(windows);
    assertThat(log).isEqualTo(NvidiaSmiXml.parse(Recordings.read(RTX3080)));
    assertThat(log.messages()).isEmpty();
  }

  @Test
  void elementsMayBeWrappedOnceMore() throws NvidiaSmiFormatException {
    String plain = Recordings.read(RTX3080);
    String wrapped =
        plain
            .replace("<fb_memory_usage>", "<memory><fb_memory_usage>")
            .replace("</fb_memory_usage>", "</fb_memory_usage></memory>")
            .replace("<gpu id", "<gpus><gpu id")
            .replace("</gpu>", "</gpu></gpus>");
    assertThat(NvidiaSmiXml.parse(wrapped)).isEqualTo(NvidiaSmiXml.parse(plain));
  }

  @Test
  void theFirstMemoryInSightIsNotTheCards() throws NvidiaSmiFormatException {
    String moved =
        Recordings.read(RTX3080)
            .replaceFirst(
                "<product_brand>",
                "<conf><fb_memory_usage><total>1 MiB</total></fb_memory_usage></conf>"
                    + "<product_brand>");
    assertThat(NvidiaSmiXml.parse(moved).gpus().get(0).memoryTotal())
        .isEqualTo(Reading.of(MemorySize.ofMebibytes(10240)));
  }

  @Test
  void aCardWithoutAddressIsSaidAndHidesNoOther() throws NvidiaSmiFormatException {
    String xml =
        Recordings.read(A5000)
            .replaceFirst("<gpu id=\"00000000:81:00.0\">", "<gpu id=\"N/A\">")
            .replaceFirst("<pci_bus_id>00000000:81:00.0<", "<pci_bus_id>N/A<");
    NvidiaSmiLog log = NvidiaSmiXml.parse(xml);
    assertThat(log.gpus()).hasSize(1);
    assertThat(log.messages()).containsExactly("no PCI address is told of GPU NVIDIA RTX A5000");
  }

  /** Whoever runs a program says how it is called. */
  @ParameterizedTest
  @ValueSource(strings = {"/tmp/GPU requires reset", "/tmp/GPU is lost"})
  void theNameOfAProgramIsNoFault(String name) throws NvidiaSmiFormatException {
    String running = "<processes><process_info><process_name>" + name;
    String xml =
        Recordings.read(RTX3080)
            .replace("</gpu>", running + "</process_name></process_info></processes></gpu>");
    assertThat(NvidiaSmiXml.parse(xml).gpus())
        .extracting(NvidiaSmiGpu::state)
        .containsExactly(GpuState.OK);
  }

  /** The fan of a healthy card fails alone; a card that has gone takes several sensors with it. */
  @ParameterizedTest
  @CsvSource({
    "65 %</gpu_util>,[Unknown Error]</gpu_util>,P2</performance_state>,P2</performance_state>,OK",
    "65 %</gpu_util>,ERR!</gpu_util>,P2</performance_state>,ERR!</performance_state>,UNREADABLE",
    "<fan_speed>0 %,<fan_speed>ERR!,draw>142.33 W,draw>[Unknown Error],UNREADABLE",
    "65 %</gpu_util>,GPU is lost</gpu_util>,P2</performance_state>,P2</performance_state>,LOST",
  })
  void severalDeadSensorsAreADeadCard(
      String from, String to, String other, String otherTo, GpuState state)
      throws NvidiaSmiFormatException {
    String xml = Recordings.read(RTX3080);
    assertThat(xml).contains(from).contains(other);
    NvidiaSmiGpu gpu =
        NvidiaSmiXml.parse(xml.replace(from, to).replace(other, otherTo)).gpus().get(0);
    assertThat(gpu.state()).isEqualTo(state);
  }
}
