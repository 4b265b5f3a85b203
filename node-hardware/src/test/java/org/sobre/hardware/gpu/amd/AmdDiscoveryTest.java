package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.node.MachineTree;
import org.sobre.hardware.probe.FakeToolRunner;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.units.MemorySize;

/** The tools and the kernel's files together, on small machines. */
class AmdDiscoveryTest {

  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);
  private static final String AT_63 = "0000:63:00.0";
  private static final String AT_C3 = "0000:c3:00.0";
  private static final String MI50 = "vega20-wks-gl-xe_rocm4_all.json";
  private static final String MI210 = "mi210_rocm7_amd-smi-static.json";

  @TempDir Path root;
  private MachineTree machine;
  private AmdTree tree;
  private final FakeToolRunner runner = new FakeToolRunner();

  @BeforeEach
  void emptyMachine() throws IOException {
    machine = new MachineTree(root);
    tree = new AmdTree(machine);
  }

  @ParameterizedTest
  @CsvSource({
    "rx580_sysfs_dump.txt, AMD-0000:09:00.0, 4096, 3584, -, 1002:67df",
    "vega56_sysfs_dump.txt, AMD-0000:0b:00.0, 8176, 8160, -, 1002:687f",
    "rx6900xt_sysfs_dump.txt, AMD-946d7e1ef9b172dd, 16368, 15730, -, 1002:73bf",
    "phoenix_sysfs_dump.txt, AMD-0000:64:00.0, 4096, 2882, rdna3, 1002:15bf",
  })
  void withoutAnyToolTheKernelsFilesAreEnough(
      String dump, String id, long total, long free, String architecture, String device)
      throws IOException {
    tree.dump(dump, 129);
    Gpu gpu = discover().gpus().get(0);
    assertThat(gpu.vendor()).isEqualTo(GpuVendor.AMD);
    assertThat(gpu.uuid()).contains(id);
    assertThat(gpu.memoryTotal().measured().map(MemorySize::mebibytes)).contains(total);
    assertThat(gpu.memoryFree().measured().map(MemorySize::mebibytes)).contains(free);
    assertThat(gpu.architecture().orElse("-")).isEqualTo(architecture);
    assertThat(gpu.model()).isEqualTo("AMD GPU " + device);
    assertThat(gpu.device()).contains(Path.of("/dev/dri/renderD129"));
    assertThat(gpu.whyNotOffered(OFFER_FROM)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rx6600_sysfs_dump.txt", "rx7800xt_sysfs_dump.txt", "rx7900xtx_sysfs_dump.txt"})
  void aDriverThatTellsNoMemoryIsNotGuessedFor(String dump) throws IOException {
    tree.dump(dump, 128);
    Gpu gpu = discover().gpus().get(0);
    assertThat(gpu.state()).isEqualTo(GpuState.OK);
    assertThat(gpu.memoryTotal().measured()).isEmpty();
    assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("memory-unknown");
  }

  @Test
  void theSameCardHasTheSameIdAndMemoryWhicheverToolIsThere() throws IOException {
    mi50();
    Gpu bySysfs = discover().gpus().get(0);
    runner.exits(0, AmdRecordings.read(MI50), "", "rocm-smi");
    Gpu byRocm = discover().gpus().get(0);
    Gpu byAmd =
        discover(
                new FakeToolRunner()
                    .exits(
                        0,
                        "[{\"gpu\": 0, \"asic\": {\"asic_serial\": \"0x2f048617326b1ea\"},"
                            + " \"bus\": {\"bdf\": \"0000:63:00.0\"}}]",
                        "",
                        "amd-smi"))
            .gpus()
            .get(0);
    assertThat(List.of(bySysfs, byRocm, byAmd))
        .allSatisfy(
            gpu -> {
              assertThat(gpu.uuid()).contains("AMD-02f048617326b1ea");
              assertThat(gpu.memoryTotal().measured()).contains(new MemorySize(34_342_961_152L));
              assertThat(gpu.device()).contains(Path.of("/dev/dri/renderD128"));
            });
    assertThat(byRocm.model()).isEqualTo("Radeon Instinct MI50 32GB");
    assertThat(byRocm.driver()).contains("5.9.17");
  }

  @Test
  void theDistributionsNameIsTheSameWithAndWithoutTool() throws IOException {
    mi50();
    machine.file("usr/share/libdrm/amdgpu.ids", "66A1,\t06,\tAMD Radeon Pro VII\n");
    tree.file(AT_63, "revision", "0x06\n");
    assertThat(discover().gpus().get(0).model()).isEqualTo("AMD Radeon Pro VII");
    runner.exits(0, AmdRecordings.read(MI50), "", "rocm-smi");
    assertThat(discover().gpus().get(0).model()).isEqualTo("AMD Radeon Pro VII");
  }

  @Test
  void pciIdsNamesACardThatNothingElseNames() throws IOException {
    mi50();
    machine.file("usr/share/misc/pci.ids", "1002  AMD\n\t66a1  Vega 20 [Radeon Instinct MI50]\n");
    assertThat(discover().gpus().get(0).model()).isEqualTo("Vega 20 [Radeon Instinct MI50]");
  }

  @Test
  void oneCardOfItsKindIsKnownWithoutItsAddress() throws IOException {
    tree.card(AT_C3, "740f", 128).card(AT_63, "66a1", 129);
    runner.exits(0, AmdRecordings.read(MI210), "", "amd-smi", "static", "--json");
    List<Gpu> gpus = discover().gpus();
    assertThat(gpus).extracting(Gpu::state).containsOnly(GpuState.OK);
    assertThat(gpus.get(1).model()).isEqualTo("AMD Instinct MI210");
    assertThat(gpus.get(1).architecture()).contains("cdna2");
    assertThat(gpus.get(1).memoryTotal().measured()).contains(new MemorySize(68_702_699_520L));
    assertThat(runner.asked()).last().isEqualTo(List.of("amd-smi", "list", "--json"));
  }

  @Test
  void twoCardsOfAKindAreToldApartByTheList() throws IOException {
    tree.card(AT_C3, "740f", 128).card(AT_63, "740f", 129);
    String one = "{\"gpu\": 0, \"asic\": {\"device_id\": \"0x740f\", \"market_name\": \"A\"}}";
    String two = one.replace("0,", "1,").replace("\"A\"", "\"B\"");
    runner
        .exits(0, "[" + one + "," + two + "]", "", "amd-smi", "static")
        .exits(
            0,
            "[{\"gpu\": 0, \"bdf\": \"0000:C3:00.0\"}, {\"gpu\": 1, \"bdf\": \"0000:63:00.0\"}]",
            "",
            "amd-smi",
            "list");
    assertThat(discover().gpus()).extracting(Gpu::model).containsExactly("B", "A");
  }

  @ParameterizedTest
  @CsvSource({
    "0, '', 'ERROR:root:Driver not initialized (amdgpu not found in modules)'",
    "0, '', 'WARNING: No JSON data to report'",
    "2, 'usage: rocm-smi [-h]', 'rocm-smi: error: unrecognized arguments: --showbus'",
  })
  void aToolThatSaysNothingLeavesTheKernelsWord(int status, String stdout, String stderr)
      throws IOException {
    mi50();
    runner
        .exits(255, "", AmdRecordings.read("failure_amd-smi-no-driver_rocm7_stderr.txt"), "amd-smi")
        .exits(status, stdout, stderr, "rocm-smi");
    GpuInventory inventory = discover();
    assertThat(inventory.gpus()).extracting(Gpu::state).containsExactly(GpuState.OK);
    assertThat(inventory.probes())
        .extracting(report -> report.name() + " " + report.outcome().jsonName())
        .containsExactly("amd-smi failed", "rocm-smi failed");
    assertThat(inventory.probes())
        .extracting(report -> report.detail().orElse(""))
        .satisfiesExactly(
            amd -> assertThat(amd).contains("exit status 255", "Drivers not loaded"),
            rocm -> assertThat(rocm).contains("exit status " + status, stderr));
  }

  @Test
  void aCardThatTheToolIsSilentOnIsLost() throws IOException {
    mi50();
    tree.card(AT_C3, "66a1", 129);
    runner.exits(0, AmdRecordings.read(MI50), "", "rocm-smi");
    List<Gpu> gpus = discover().gpus();
    assertThat(gpus).extracting(Gpu::state).containsExactly(GpuState.OK, GpuState.LOST);
    assertThat(gpus.get(1).stateDetail())
        .contains("the PCI bus shows it, rocm-smi answers for others and not for it");
  }

  @Test
  void aToolThatHangsLeavesNoCardToRelyOn() throws IOException {
    mi50();
    runner.ends(Ending.TIMED_OUT, "amd-smi");
    Gpu gpu = discover().gpus().get(0);
    assertThat(gpu.state()).isEqualTo(GpuState.UNREADABLE);
    assertThat(gpu.stateDetail().orElse("")).startsWith("amd-smi gave no answer within 6.");
  }

  @Test
  void oneToolThatHangsIsMadeUpForByTheOther() throws IOException {
    mi50();
    runner.ends(Ending.TIMED_OUT, "amd-smi").exits(0, AmdRecordings.read(MI50), "", "rocm-smi");
    assertThat(discover().gpus()).extracting(Gpu::state).containsExactly(GpuState.OK);
  }

  /** The JSON form fails by itself at times, as with a type that its writer does not know. */
  @Test
  void whereTheJsonFailsTheTextIsRead() throws IOException {
    tree.card("0000:01:00.0", "74a0", 128);
    String text = AmdRecordings.read("mi300a-x4_rocm6.3_amd-smi-static_docs-example.txt");
    runner
        .exits(1, "", "TypeError: Object is not JSON serializable", "amd-smi", "static", "--json")
        .exits(0, text, "", "amd-smi", "static");
    GpuInventory inventory = discover();
    assertThat(inventory.gpus().get(0).model()).isEqualTo("MI300A");
    assertThat(inventory.gpus().get(0).driver()).contains("6.9.0-rc5+");
    assertThat(inventory.probes().get(0).outcome()).isEqualTo(ProbeReport.Outcome.WARNED);
    assertThat(inventory.probes().get(0).detail().orElse(""))
        .contains("TypeError", "read instead: amd-smi static");
  }

  @Test
  void aCardThatTheToolCannotReadIsNotReliedOn() throws IOException {
    tree.card(AT_63, "740f", 128).card(AT_C3, "740f", 129);
    runner.exits(
        0,
        "[{\"gpu\": 0, \"bdf\": \"0000:63:00.0\", \"error\": \"GPU reset in progress\", \"code\": -3},"
            + " {\"gpu\": 1, \"bdf\": \"0000:c3:00.0\"}]",
        "",
        "amd-smi");
    assertThat(discover().gpus())
        .extracting(Gpu::state)
        .containsExactly(GpuState.NEEDS_RESET, GpuState.OK);
  }

  @Test
  void aSleepingCardIsNotWoken() throws IOException {
    mi50();
    tree.file(AT_63, "power/runtime_status", "suspended\n").card(AT_C3, "740f", 129);
    GpuInventory inventory = discover();
    assertThat(runner.asked()).isEmpty();
    assertThat(inventory.probes())
        .extracting(report -> report.outcome() + " " + report.detail().orElse(""))
        .containsExactly("OK not asked: it would wake 0000:63:00.0, which is suspended");
    assertThat(inventory.gpus().get(0).uuid()).contains("AMD-02f048617326b1ea");
    assertThat(inventory.gpus().get(0).whyNotOffered(OFFER_FROM)).isEmpty();
  }

  @Test
  void aToolThatFailsWhereTheBusHasNoCardIsAbsent() {
    runner
        .exits(255, "", AmdRecordings.read("failure_amd-smi-no-driver_rocm7_stderr.txt"), "amd-smi")
        .exits(0, "", AmdRecordings.read("failure_rocm-smi-no-driver_stderr.txt"), "rocm-smi");
    assertThat(discover().gpus()).isEmpty();
    assertThat(discover().probes())
        .extracting(report -> report.name() + " " + report.outcome())
        .containsExactly("amd-smi ABSENT", "rocm-smi ABSENT");
    assertThat(discover().probes())
        .allMatch(report -> report.detail().orElse("").startsWith("no AMD card on the bus; "));
  }

  /** As a container or another machine's answer played back: the tool is not called a liar. */
  @Test
  void whatAToolListsBesideAnEmptyBusIsListed() {
    runner.exits(0, AmdRecordings.read("mi100_rocm5.7.1_all.json"), "", "rocm-smi");
    assertThat(discover().gpus())
        .hasSize(6)
        .allMatch(gpu -> gpu.state() == GpuState.OK)
        .allMatch(gpu -> gpu.whyNotOffered(OFFER_FROM).equals(Optional.of("no-device-file")));
  }

  @Test
  void aCardWithoutAnAddressBesideAnEmptyBusIsListedWithoutOne() {
    runner.exits(0, AmdRecordings.read("rembrandt-680m_rocm6_use-meminfo.json"), "", "rocm-smi");
    assertThat(discover().gpus())
        .hasSize(1)
        .allMatch(gpu -> UnknownPlace.isOne(gpu.pciAddress()))
        .allMatch(gpu -> gpu.memoryTotal().measured().isPresent());
  }

  /** Whatever form the tool of that version has, and whichever of its options it refuses. */
  @ParameterizedTest
  @CsvSource({
    "amd-smi, strix-halo-gfx1151_rocm7.1.1_amd-smi-table.txt",
    "amd-smi, docs_amd-smi-list_1.txt",
    "rocm-smi, rx9070xt_rocm6.4_table-lowpower.txt",
    "rocm-smi, strix-halo-gfx1151_rocm7.1.1_rocm-smi-table.txt",
    "rocm-smi, mi300x-x4_rocm6_a.txt"
  })
  void aLiveAnswerIsReadInEveryFormThatARecordedOneIs(String tool, String name) {
    runner.exits(0, AmdRecordings.read(name), "", tool);
    assertThat(discover().gpus())
        .extracting(Gpu::model, Gpu::memoryTotal, Gpu::pciAddress)
        .isEqualTo(
            AmdRecorded.read(AmdRecordings.read(name)).orElseThrow().stream()
                .map(gpu -> tuple(gpu.model(), gpu.memoryTotal(), gpu.pciAddress()))
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-a", ""})
  void anOptionThatRocmSmiRefusesIsDoneWithout(String known) {
    String usage = "usage: rocm-smi [-h] [-V]\nrocm-smi: error: unrecognized arguments";
    FakeToolRunner old = new FakeToolRunner();
    String answer = AmdRecordings.read("vega10-xt_rocm4_all.json");
    if (known.isEmpty()) {
      old.exits(2, "", usage, "rocm-smi", "-a")
          .exits(2, "", usage, "rocm-smi", "--showproductname");
      old.exits(0, answer, "", "rocm-smi");
    } else {
      old.exits(2, "", usage, "rocm-smi", "--showproductname")
          .exits(0, answer, "", "rocm-smi", known);
    }
    GpuInventory inventory = discover(old);
    assertThat(inventory.gpus()).hasSize(1);
    assertThat(inventory.probes().get(1).detail().orElse(""))
        .contains("--showmeminfo", "read instead: rocm-smi");
  }

  @Test
  void whereTheBusCannotBeReadTheToolsWordIsTaken() throws IOException {
    Files.delete(root.resolve("sys/bus/pci/devices"));
    runner.exits(0, AmdRecordings.read(MI50), "", "rocm-smi");
    Gpu gpu = discover().gpus().get(0);
    assertThat(gpu.uuid()).contains("AMD-02f048617326b1ea");
    assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("no-device-file");
  }

  private void mi50() throws IOException {
    tree.card(AT_63, "66a1", 128)
        .file(AT_63, "mem_info_vram_total", "34342961152\n")
        .file(AT_63, "mem_info_vram_used", "10850304\n")
        .file(AT_63, "unique_id", "02f048617326b1ea\n");
  }

  private GpuInventory discover() {
    return discover(runner);
  }

  private GpuInventory discover(FakeToolRunner tools) {
    PciScan bus = PciScan.of(machine.sysRoot());
    return new AmdDiscovery(tools, "amd-smi", "rocm-smi", machine.sysRoot())
        .discover(
            bus.of(GpuVendor.AMD),
            bus.report().outcome() == ProbeReport.Outcome.OK,
            Duration.ofSeconds(10));
  }
}
