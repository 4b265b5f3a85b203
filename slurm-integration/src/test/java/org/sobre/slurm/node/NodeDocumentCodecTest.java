package org.sobre.slurm.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

class NodeDocumentCodecTest {

  private static final String TEXT =
      """
      {"v":1,"node":"n042","boot":"5f0c","at":"2026-11-20T14:00:00Z","digest":"ab12","delivery":"dynamic",
       "gres":[{"position":0,"name":"gpu","type":"nvidia_geforce_rtx_4090","file":"/dev/nvidia0",
                "device":"GPU-5c1f"}],
       "features":["vram_ge_24g"],
       "gpus":[{"index":0,"vendor":"nvidia","model":"NVIDIA GeForce RTX 4090","uuid":"GPU-5c1f",
                "pciBusId":"0000:01:00.0","device":"/dev/nvidia0","state":"ok","offered":true},
               {"index":1,"vendor":"amd","model":"AMD GPU 1002:740f","pciBusId":"0000:c3:00.0",
                "state":"unreadable","offered":false},
               {"index":2,"vendor":"later","model":"unheard of","pciBusId":"0000:c4:00.0",
                "state":"ok","offered":true}],
       "cpu":{"model":"x","sockets":2,"cores":16,"threads":32},
       "memoryMiB":64300,"meters":[],"later":{"unknown":true},
       "adminState":{"drainReason":"fan is loud","comment":null,"weight":7},"probes":[]}
      """;

  @Test
  void readsTheSchemasExample() throws JsonShapeException {
    assertThat(NodeDocumentCodec.read(TEXT))
        .isEqualTo(
            new NodeDocument(
                "n042",
                "5f0c",
                "ab12",
                Optional.empty(),
                List.of(
                    new GresEntry(
                        0,
                        "gpu",
                        "nvidia_geforce_rtx_4090",
                        Path.of("/dev/nvidia0"),
                        Optional.empty(),
                        "GPU-5c1f")),
                List.of(
                    new PublishedGpu(
                        GpuVendor.NVIDIA,
                        "NVIDIA GeForce RTX 4090",
                        Optional.of("GPU-5c1f"),
                        new PciAddress(0, 1, 0, 0),
                        true,
                        OptionalLong.empty()),
                    new PublishedGpu(
                        GpuVendor.AMD,
                        "AMD GPU 1002:740f",
                        Optional.empty(),
                        new PciAddress(0, 0xc3, 0, 0),
                        false,
                        OptionalLong.empty())),
                List.of("vram_ge_24g"),
                new CpuTopology("x", 2, 16, 32),
                MemorySize.ofMebibytes(64300)));
  }

  /** Of an old driver's card it is the GPU catalogue's. */
  @Test
  void aCardsComputeCapabilityIsReadWhereTheNodeToldIt() throws JsonShapeException {
    String told =
        TEXT.replace("\"state\":\"ok\"", "\"state\":\"ok\",\"computeCapability\":\"8.9\"");
    assertThat(NodeDocumentCodec.read(told).gpus())
        .extracting(PublishedGpu::computeCapability)
        .containsExactly(Optional.of("8.9"), Optional.empty());
  }

  @Test
  void readsWhatAnAdminHadSaid() throws JsonShapeException {
    assertThat(NodeDocumentCodec.readAdminState(TEXT))
        .isEqualTo(
            new AdminState(Optional.of("fan is loud"), Optional.empty(), OptionalLong.of(7)));
  }

  @Test
  void aGpuOfWhichTheNodeDoesNotKnowWhereItSitsIsNoGpuOfTheBus() throws JsonShapeException {
    assertThat(
            NodeDocumentCodec.read(TEXT.replace("\"pciBusId\":\"0000:c3:00.0\",", ""))
                .gpus()
                .get(1)
                .pciAddress())
        .matches(UnknownPlace::isOne);
    assertThatThrownBy(() -> NodeDocumentCodec.read(TEXT.replace("0000:c3:00.0", "c3")))
        .hasMessageContaining("pciBusId", "c3");
  }

  @Test
  void refusesALaterVersionAndAMissingKeyByName() {
    assertThatThrownBy(() -> NodeDocumentCodec.read(TEXT.replace("\"v\":1", "\"v\":2")))
        .isInstanceOf(JsonShapeException.class)
        .hasMessage("v: expected version 1, found 2");
    assertThatThrownBy(() -> NodeDocumentCodec.read(TEXT.replace("\"cores\":16,", "")))
        .hasMessage("cpu.cores: this key is required and missing");
    assertThatThrownBy(
            () -> NodeDocumentCodec.read(TEXT.replace("\"position\":0", "\"position\":1")))
        .hasMessage("node.json: gres at place 0 says position 1");
  }
}
