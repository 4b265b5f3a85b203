package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.Version;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.PublishedGpu;

class CapabilityLookupTest {

  private static final GpuCatalogFiles SHIPPED =
      new GpuCatalogFiles(Path.of("/nowhere"), Path.of("..", "conf", "gpu-catalog.yaml"));
  private static final GpuCatalogFiles NONE =
      new GpuCatalogFiles(Path.of("/nowhere"), Path.of("/nowhere"));

  /** As nvidia-smi of driver 470 tells of a half of a Tesla K80. */
  private static Device card(GpuVendor vendor, String model, Optional<Version> capability) {
    MemorySize total = MemorySize.ofMebibytes(11_441);
    return new Device(
        "GPU-aa", model, vendor, total, total, capability, Version.parse("470.256.02"));
  }

  private static Optional<NodeDocument> node(String capability) {
    PublishedGpu gpu =
        new PublishedGpu(
            GpuVendor.NVIDIA,
            "Tesla K80",
            Optional.of("GPU-aa"),
            new PciAddress(0, 1, 0, 0),
            true,
            OptionalLong.empty(),
            false,
            List.of(),
            OptionalInt.empty(),
            Optional.of(capability));
    return Optional.of(
        new NodeDocument(
            "n",
            "b",
            "d",
            Optional.empty(),
            List.of(),
            List.of(gpu),
            List.of(),
            new CpuTopology("c", 1, 1, 1),
            MemorySize.ofMebibytes(1)));
  }

  private static Optional<String> capability(CapabilityLookup lookup, Device device) {
    return lookup.complete(List.of(device)).get(0).computeCapability().map(Version::toString);
  }

  @Test
  void whatTheNodeHasPublishedGoesBeforeTheCatalogue() {
    Device untold = card(GpuVendor.NVIDIA, "Tesla K80", Optional.empty());
    assertThat(capability(new CapabilityLookup(node("3.8"), SHIPPED), untold)).contains("3.8");
    assertThat(capability(new CapabilityLookup(Optional.empty(), SHIPPED), untold)).contains("3.7");
    assertThat(capability(new CapabilityLookup(Optional.empty(), NONE), untold)).isEmpty();
  }

  @Test
  void whatTheDriverTellsStays() {
    Device told = card(GpuVendor.NVIDIA, "Tesla K80", Version.parse("3.5"));
    assertThat(capability(new CapabilityLookup(node("3.8"), SHIPPED), told)).contains("3.5");
  }

  @Test
  void whatNobodyKnowsStaysUnknown() {
    Device strange = card(GpuVendor.NVIDIA, "A card of next year", Optional.empty());
    assertThat(capability(new CapabilityLookup(Optional.empty(), SHIPPED), strange)).isEmpty();
    Device amd = card(GpuVendor.AMD, "AMD Instinct MI210", Optional.empty());
    assertThat(capability(new CapabilityLookup(Optional.empty(), SHIPPED), amd)).isEmpty();
  }
}
