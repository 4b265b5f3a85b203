package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;

class AmdSurveyTest {

  private static final String RTX =
      "GPU-aa11, 24210, 24564, 8.9, 535.154.05, NVIDIA GeForce RTX 4090\n";
  private static final String FIRST = "AMD-946d7e1ef9b172dd";

  @TempDir Path directory;
  private final FakeTools tools = new FakeTools();
  private AmdFiles files = new AmdFiles(Path.of("/"));

  @BeforeEach
  void twoCards() {
    files =
        new AmdFiles(directory)
            .card("0000:c3:00.0", "946d7e1ef9b172dd", 65_520, 10)
            .card("0000:c4:00.0", "", 16_368, 2_000);
  }

  private List<Device> held(Devices held, GpuVendor... wanted) throws PlanningException {
    return held(held, Optional.empty(), wanted);
  }

  private List<Device> held(Devices held, Optional<NodeDocument> node, GpuVendor... wanted)
      throws PlanningException {
    return new GpuSurvey(tools, "nvidia-smi", files.root()).held(held, List.of(wanted), node);
  }

  @Test
  void aCardIsKnownByItsIdAndNoToolIsStarted() throws PlanningException {
    assertThat(held(new Devices.Identified(List.of("AMD-0000:c4:00.0", FIRST))))
        .extracting(Device::id, Device::vendor, Device::free, Device::total)
        .containsExactly(
            tuple(
                "AMD-0000:c4:00.0",
                Optional.of(GpuVendor.AMD),
                mebibytes(14_368),
                mebibytes(16_368)),
            tuple(FIRST, Optional.of(GpuVendor.AMD), mebibytes(65_510), mebibytes(65_520)));
    assertThat(tools.asked).isEmpty();
  }

  @Test
  void aJobWithCardsOfBothVendorsHasBothInItsOrder() throws PlanningException {
    tools.exits(0, RTX);
    assertThat(held(new Devices.Identified(List.of(FIRST, "GPU-aa11"))))
        .extracting(Device::id)
        .containsExactly(FIRST, "GPU-aa11");
  }

  @Test
  void aNumberCountsAmdsCards() throws PlanningException {
    assertThat(held(new Devices.Visible(GpuVendor.AMD, List.of(1))))
        .extracting(Device::id)
        .containsExactly("AMD-0000:c4:00.0");
    assertThat(tools.asked).isEmpty();
  }

  /** An old card for the screen: no runtime counts it. */
  @Test
  void aCardOfTheRadeonDriverIsNotCounted() throws Exception {
    files.put("0000:01:00.0", "vendor", "0x1002");
    files.put("0000:01:00.0", "device", "0x68f9");
    files.put("0000:01:00.0", "class", "0x030000");
    Files.createSymbolicLink(
        directory.resolve("sys/bus/pci/devices/0000:01:00.0/driver"),
        Path.of("../../../bus/pci/drivers/radeon"));
    assertThat(held(new Devices.Visible(GpuVendor.AMD, List.of(0))))
        .extracting(Device::id)
        .containsExactly(FIRST);
  }

  @Test
  void whatTheNodePublishedNamesTheCards() throws Exception {
    assertThat(held(new Devices.Identified(List.of("AMD-00000000000000aa")), node()))
        .extracting(Device::model)
        .containsExactly("AMD Instinct MI210");
  }

  @Test
  void aCardThatIsNotThereOrTellsNoMemoryIsNamed() {
    assertThatThrownBy(() -> held(new Devices.Identified(List.of("AMD-77"))))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("AMD-77")
        .hasMessageContaining("2 card(s)");
    files.put("0000:c3:00.0", "mem_info_vram_used", "soon");
    assertThatThrownBy(() -> held(new Devices.Identified(List.of(FIRST))))
        .hasMessageContaining(FIRST)
        .hasMessageContaining("0000:c3:00.0: ");
    assertThatThrownBy(() -> held(new Devices.Visible(GpuVendor.AMD, List.of(1))))
        .as("the numbers of the others are not guessed")
        .isInstanceOf(PlanningException.class);
  }

  @Test
  void onAStationWithoutNvidiaAmdsCardsAreAll() throws PlanningException {
    tools.ends(ToolResult.Ending.NOT_FOUND);
    assertThat(held(new Devices.All()))
        .extracting(Device::vendor)
        .containsOnly(Optional.of(GpuVendor.AMD));
  }

  @Test
  void onAStationOfBothTheProfileDecidesAndNvidiaWhereItDoesNot() throws PlanningException {
    tools.exits(0, RTX).exits(0, RTX).exits(0, RTX);
    assertThat(held(new Devices.All())).extracting(Device::id).containsExactly("GPU-aa11");
    assertThat(held(new Devices.All(), GpuVendor.NVIDIA, GpuVendor.AMD))
        .extracting(Device::id)
        .containsExactly("GPU-aa11");
    assertThat(held(new Devices.All(), GpuVendor.AMD))
        .extracting(Device::id)
        .containsExactly(FIRST, "AMD-0000:c4:00.0");
  }

  /**
   * A desktop's processor may have graphics of its own, beside the card that was bought to work.
   */
  @Test
  void aProcessorsOwnGraphicsIsNoCardToPlanFor() throws PlanningException {
    files.card("0000:0a:00.0", "", 512, 100);
    tools.ends(ToolResult.Ending.NOT_FOUND);
    assertThat(held(new Devices.All()))
        .extracting(Device::id)
        .containsExactly(FIRST, "AMD-0000:c4:00.0");
  }

  private static Optional<NodeDocument> node() throws JsonShapeException {
    return Optional.of(
        NodeDocumentCodec.read(
            """
            {"v":1,"node":"n1","boot":"b","digest":"d","features":[],"gres":[],
             "gpus":[{"index":0,"vendor":"amd","model":"AMD Instinct MI210","state":"ok",
                      "uuid":"AMD-00000000000000aa","pciBusId":"0000:c3:00.0"}],
             "cpu":{"model":"m","sockets":1,"cores":1,"threads":1},"memoryMiB":1}
            """));
  }

  private static MemorySize mebibytes(long count) {
    return MemorySize.ofMebibytes(count);
  }
}
