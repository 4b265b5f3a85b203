package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.meter.KernelUptimeClock;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.node.PublishedGpu;

class GpuMetersTest {

  @TempDir Path root;
  private MetersConfig.Nvidia nvidia = MetersConfig.Nvidia.NVIDIA_SMI;

  @Test
  void aNodeOfBothVendorsHasAMeterForEach() throws IOException {
    assertThat(sources(gpu(GpuVendor.NVIDIA, 1), gpu(GpuVendor.AMD, 2), gpu(GpuVendor.AMD, 3)))
        .containsExactly(
            "nvidia-smi of NVIDIA-1", "amdgpu-hwmon of AMD-2", "amdgpu-hwmon of AMD-3");
  }

  @Test
  void nvidiasLibraryIsTriedFirst() throws IOException {
    nvidia = MetersConfig.Nvidia.AUTO;
    assertThat(sources(gpu(GpuVendor.NVIDIA, 1))).containsExactly("nvml-energy of NVIDIA-1");
  }

  @Test
  void noToolIsStartedForAVendorThatIsNotThere() throws IOException {
    assertThat(sources(gpu(GpuVendor.AMD, 2))).containsExactly("amdgpu-hwmon of AMD-2");
    assertThat(sources()).isEmpty();
  }

  private List<String> sources(PublishedGpu... gpus) throws IOException {
    GpuMeters made =
        new GpuMeters(
            new SysRoot(root),
            root.resolve("no-such-tool").toString(),
            new KernelUptimeClock(SysRoot.machine(), Clock.systemUTC()),
            new MetersConfig(Duration.ofSeconds(1), 0.1, nvidia),
            Set.of());
    NodeMeters.OfGpus read = made.read(List.of(gpus));
    List<Meter> meters = read.meters();
    try {
      return meters.stream().flatMap(meter -> meter.meters().stream()).map(this::source).toList();
    } finally {
      read.close();
    }
  }

  private String source(MeterStatus status) {
    return status.source() + " of " + status.meter().device();
  }

  private static PublishedGpu gpu(GpuVendor vendor, int bus) {
    return new PublishedGpu(
        vendor,
        "model",
        Optional.of(vendor + "-" + bus),
        new PciAddress(0, bus, 0, 0),
        true,
        OptionalLong.empty());
  }
}
