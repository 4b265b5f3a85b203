package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.gpu.GpuVendor;

/** The shipped catalogue calls AMD's architectures what discovery calls them. */
class CatalogArchitectureTest {

  @Test
  void everyCardHasTheArchitectureOfItsInstructionSet() throws IOException {
    GpuCatalog catalog =
        GpuCatalogFiles.read(Path.of("../conf/gpu-catalog.yaml"), GpuCatalog.EMPTY, new Problems());
    assertThat(catalog.models().stream().filter(model -> model.vendor() == GpuVendor.AMD).toList())
        .hasSizeGreaterThan(60)
        .allSatisfy(
            model ->
                assertThat(model.gfx().flatMap(AmdArchitecture::of))
                    .as(model.name())
                    .isPresent()
                    .isEqualTo(model.architecture()));
  }
}
