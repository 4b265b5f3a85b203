package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/** Holds the contract of {@code sobre discover --format json} to the letter. */
class NodeJsonTest {

  private static final String GOLDEN = "golden/discover.json";

  @Test
  void printsTheContract() throws IOException {
    String json = NodeJson.render(NodeJson.document(node(), MemorySize.ofMebibytes(4096)));
    if (Boolean.getBoolean("golden.update")) {
      Path file = Path.of("src/test/resources", GOLDEN);
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.writeString(file, json);
    }
    assertThat(json).isEqualTo(golden());
  }

  private static String golden() throws IOException {
    try (InputStream in = NodeJsonTest.class.getResourceAsStream("/" + GOLDEN)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static NodeDescription node() {
    return new NodeDescription(
        "n042",
        "5f0c1c1e",
        Instant.parse("2026-11-20T14:00:00Z"),
        Optional.of("Supermicro H12DSi"),
        new CpuTopology("AMD EPYC 7302 16-Core Processor", 2, 32, 64),
        MemorySize.ofMebibytes(128_000),
        List.of(good(), lost()),
        List.of(
            new MeterDescription("cpu-package", "0", "powercap", OptionalLong.of(65532610987L)),
            new MeterDescription("gpu", "GPU-5c1f", "nvidia-smi", OptionalLong.empty())),
        List.of(
            new ProbeReport(
                "nvidia-smi",
                Outcome.TIMED_OUT,
                Duration.ofMillis(10_012),
                Optional.of("gave no answer"))));
  }

  private static Gpu good() {
    return new Gpu(
        0,
        GpuVendor.NVIDIA,
        "NVIDIA GeForce RTX 4090",
        Optional.of("GPU-5c1f"),
        new PciAddress(0, 1, 0, 0),
        Optional.of(Path.of("/dev/nvidia0")),
        Reading.of(MemorySize.ofMebibytes(24564)),
        Reading.of(MemorySize.ofMebibytes(24100)),
        GpuState.OK,
        Optional.empty(),
        Optional.of("ada"),
        Optional.of("8.9"),
        Optional.of("590.44.01"),
        false);
  }

  private static Gpu lost() {
    return new Gpu(
        1,
        GpuVendor.NVIDIA,
        "NVIDIA GPU 10de:2684",
        Optional.empty(),
        new PciAddress(0, 0x41, 0, 0),
        Optional.empty(),
        Reading.unavailable(Reading.Reason.FAILED, "silent"),
        Reading.unavailable(Reading.Reason.FAILED, "silent"),
        GpuState.LOST,
        Optional.of("silent"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
