package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

class NvidiaDiscoveryTest {

  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);
  private static final NvidiaKernel EVERY_FILE =
      new NvidiaKernel(Map.of(), new MigMinors(Map.of()), file -> true);
  private static final PciDisplay AT_81 = display("0000:81:00.0", "nvidia");
  private static final PciDisplay AT_C1 = display("0000:c1:00.0", "nvidia");
  private static final PciDisplay AT_E1 = display("0000:e1:00.0", "nvidia");

  @Test
  void namesTheDeviceFileByTheMinor() throws NvidiaSmiFormatException {
    List<Gpu> gpus = NvidiaDiscovery.reconcile(List.of(AT_81, AT_C1), a5000s(), EVERY_FILE);
    assertThat(gpus)
        .extracting(Gpu::device)
        .containsExactly(
            Optional.of(Path.of("/dev/nvidia1")), Optional.of(Path.of("/dev/nvidia0")));
    assertThat(gpus).allMatch(gpu -> gpu.whyNotOffered(OFFER_FROM).isEmpty());
  }

  @Test
  void aMissingDeviceFileKeepsTheCardFromSlurm() throws NvidiaSmiFormatException {
    Gpu gpu = NvidiaDiscovery.reconcile(List.of(), a5000s(), onlyFile("/dev/nvidia0")).get(0);
    assertThat(gpu.state()).isEqualTo(GpuState.OK);
    assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("no-device-file");
    assertThat(gpu.stateDetail().orElse("")).contains("/dev/nvidia1");
  }

  @Test
  void aCardTheToolIsSilentOnIsLost() throws NvidiaSmiFormatException {
    Gpu gpu = unanswered(a5000s(), AT_E1);
    assertThat(gpu.state()).isEqualTo(GpuState.LOST);
    assertThat(gpu.model()).isEqualTo("NVIDIA GPU 10de:2231");
    assertThat(gpu.memoryTotal().measured()).isEmpty();
  }

  @Test
  void aCardOfAnotherDriverIsNotLost() throws NvidiaSmiFormatException {
    Gpu gpu = unanswered(a5000s(), display("0000:e1:00.0", "vfio-pci"));
    assertThat(gpu.state()).isEqualTo(GpuState.UNREADABLE);
    assertThat(gpu.stateDetail().orElse("")).contains("vfio-pci", "expected nvidia");
  }

  @Test
  void withoutAnAnswerEveryCardIsUnreadable() {
    NvidiaAnswer hung = answer(Optional.empty(), Map.of(), Outcome.TIMED_OUT, "gave no answer");
    List<Gpu> gpus = NvidiaDiscovery.reconcile(List.of(AT_81, AT_C1), hung, EVERY_FILE);
    assertThat(gpus)
        .hasSize(2)
        .allSatisfy(
            gpu -> {
              assertThat(gpu.state()).isEqualTo(GpuState.UNREADABLE);
              assertThat(gpu.stateDetail()).contains("nvidia-smi gave no answer");
              assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("unreadable");
            });
  }

  @Test
  void aCardNamedInAMessageIsLostAndTheOthersUnreadable() {
    CardFault fault = new CardFault(GpuState.LOST, "GPU 0000:C1:00.0: GPU is lost.");
    NvidiaAnswer answer =
        answer(Optional.empty(), Map.of(AT_C1.address(), fault), Outcome.FAILED, "failed");
    assertThat(NvidiaDiscovery.reconcile(List.of(AT_81, AT_C1), answer, EVERY_FILE))
        .extracting(Gpu::state)
        .containsExactly(GpuState.UNREADABLE, GpuState.LOST);
  }

  @Test
  void aNamedCardIsListedEvenWhereTheBusCannotBeRead() {
    CardFault fault = new CardFault(GpuState.LOST, "GPU 0000:C1:00.0: GPU is lost.");
    NvidiaAnswer answer =
        answer(Optional.empty(), Map.of(AT_C1.address(), fault), Outcome.FAILED, "failed");
    assertThat(NvidiaDiscovery.reconcile(List.of(), answer, EVERY_FILE))
        .extracting(gpu -> gpu.pciAddress() + " " + gpu.state())
        .containsExactly("0000:c1:00.0 LOST");
  }

  @Test
  void aMessageOverrulesAPlausibleAnswer() throws NvidiaSmiFormatException {
    CardFault fault = new CardFault(GpuState.LOST, "GPU 0000:81:00.0: GPU is lost.");
    NvidiaAnswer answer =
        answer(a5000s().log(), Map.of(AT_81.address(), fault), Outcome.WARNED, "warned");
    Gpu gpu = NvidiaDiscovery.reconcile(List.of(AT_81, AT_C1), answer, EVERY_FILE).get(0);
    assertThat(gpu.state()).isEqualTo(GpuState.LOST);
  }

  @Test
  void aPartitionedCardIsNotOfferedWhole() throws NvidiaSmiFormatException {
    NvidiaSmiLog log =
        NvidiaSmiXml.parse(Recordings.read("a100-sxm4-80gb_535.54.03_q-x-mig-1of4.xml"));
    NvidiaAnswer answer = answer(Optional.of(log), Map.of(), Outcome.OK, "driver 535.54.03");
    Gpu gpu = NvidiaDiscovery.reconcile(List.of(), answer, EVERY_FILE).get(0);
    assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("partitioned");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<uuid>[^<]*</uuid>", "<minor_number>[^<]*</minor_number>"})
  void cardsThatCannotBeToldApartAreNotOffered(String element) throws NvidiaSmiFormatException {
    String xml = Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml");
    Matcher first = Pattern.compile(element).matcher(xml);
    assertThat(first.find()).isTrue();
    NvidiaSmiLog log = NvidiaSmiXml.parse(xml.replaceAll(element, first.group()));
    NvidiaAnswer answer = answer(Optional.of(log), Map.of(), Outcome.OK, "driver 590.44.01");
    assertThat(NvidiaDiscovery.reconcile(List.of(), answer, EVERY_FILE))
        .hasSize(2)
        .allSatisfy(gpu -> assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("not-unique"))
        .allSatisfy(gpu -> assertThat(gpu.state()).isEqualTo(GpuState.OK));
  }

  /** A Jetson's, or one whose address is a fault: no bus shows it either. */
  @Test
  void aCardWithoutAddressIsListed() throws NvidiaSmiFormatException {
    NvidiaAnswer jetson = answer(Optional.of(withoutAddress()), Map.of(), Outcome.WARNED, "warned");
    assertThat(NvidiaDiscovery.reconcile(List.of(), jetson, EVERY_FILE))
        .extracting(gpu -> UnknownPlace.isOne(gpu.pciAddress()) + " " + gpu.model())
        .containsExactlyInAnyOrder("true NVIDIA RTX A5000", "false NVIDIA RTX A5000");
  }

  @Test
  void aCardWithoutAddressIsTheSilentOneOfTheBus() throws NvidiaSmiFormatException {
    NvidiaAnswer sick = answer(Optional.of(withoutAddress()), Map.of(), Outcome.WARNED, "warned");
    assertThat(NvidiaDiscovery.reconcile(List.of(AT_81, AT_C1), sick, EVERY_FILE))
        .extracting(Gpu::pciAddress)
        .containsExactlyInAnyOrder(AT_81.address(), AT_C1.address());
  }

  @Test
  void cardsThatOnlyTheListTellsOfAreListedAndNeverOffered() throws NvidiaSmiFormatException {
    NvidiaSmiList list = NvidiaSmiList.parse(Recordings.read("h200-mig_590.48.01_list.txt"));
    NvidiaAnswer answer =
        new NvidiaAnswer(
            Optional.empty(), Map.of(), Map.of(), list, TopoMatrix.NONE, hungReports());
    assertThat(NvidiaDiscovery.reconcile(List.of(), answer, EVERY_FILE))
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.uuid()).contains(list.gpus().get(0).uuid()))
        .satisfies(gpu -> assertThat(gpu.partitions()).hasSize(5))
        .satisfies(gpu -> assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("unreadable"));
    assertThat(NvidiaDiscovery.reconcile(List.of(AT_81), answer, EVERY_FILE))
        .extracting(Gpu::pciAddress)
        .containsExactly(AT_81.address());
  }

  private static List<ProbeReport> hungReports() {
    return List.of(
        new ProbeReport(
            "nvidia-smi", Outcome.TIMED_OUT, Duration.ofSeconds(1), Optional.of("gave no answer")));
  }

  private static NvidiaSmiLog withoutAddress() throws NvidiaSmiFormatException {
    return NvidiaSmiXml.parse(
        Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml")
            .replace("<gpu id=\"00000000:81:00.0\">", "<gpu id=\"N/A\">")
            .replace("<pci_bus_id>00000000:81:00.0<", "<pci_bus_id>N/A<"));
  }

  private static NvidiaKernel onlyFile(String name) {
    return new NvidiaKernel(Map.of(), new MigMinors(Map.of()), Path.of(name)::equals);
  }

  private static Gpu unanswered(NvidiaAnswer answer, PciDisplay display) {
    List<Gpu> gpus = NvidiaDiscovery.reconcile(List.of(AT_81, AT_C1, display), answer, EVERY_FILE);
    assertThat(gpus).hasSize(3);
    return gpus.get(2);
  }

  private static NvidiaAnswer a5000s() throws NvidiaSmiFormatException {
    NvidiaSmiLog log = NvidiaSmiXml.parse(Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml"));
    return answer(Optional.of(log), Map.of(), Outcome.OK, "driver 590.44.01");
  }

  private static NvidiaAnswer answer(
      Optional<NvidiaSmiLog> log,
      Map<PciAddress, CardFault> faults,
      Outcome outcome,
      String detail) {
    return new NvidiaAnswer(
        log,
        faults,
        Map.of(),
        NvidiaSmiList.NONE,
        TopoMatrix.NONE,
        List.of(new ProbeReport("nvidia-smi", outcome, Duration.ofMillis(5), Optional.of(detail))));
  }

  private static PciDisplay display(String address, String driver) {
    return new PciDisplay(
        PciAddress.parse(address).orElseThrow(),
        GpuVendor.NVIDIA,
        "10de:2231",
        Optional.of(driver));
  }
}
