package org.sobre.hardware.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** Catalogues from a text, and cards that tell little of themselves. */
final class Catalogs {

  private Catalogs() {}

  /** Of a text without a problem. */
  static GpuCatalog read(String yaml) {
    Problems problems = new Problems();
    GpuCatalog catalog =
        GpuCatalogReader.from(
            YamlDocument.parse("gpu-catalog.yaml", yaml, problems), GpuCatalog.EMPTY);
    assertThat(problems.all()).isEmpty();
    return catalog;
  }

  static Gpu nvidia(String model) {
    return gpu(
        GpuVendor.NVIDIA, model, Reading.unavailable(Reason.NOT_SUPPORTED, "no tool was asked"));
  }

  static Gpu nvidia(String model, long mebibytes) {
    return gpu(GpuVendor.NVIDIA, model, mebibytes);
  }

  static Gpu gpu(GpuVendor vendor, String model, long mebibytes) {
    return gpu(vendor, model, Reading.of(MemorySize.ofMebibytes(mebibytes)));
  }

  private static Gpu gpu(GpuVendor vendor, String model, Reading<MemorySize> memory) {
    return new Gpu(
        0,
        vendor,
        model,
        Optional.empty(),
        PciAddress.parse("0000:01:00.0").orElseThrow(),
        Optional.empty(),
        memory,
        memory,
        GpuState.OK,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
