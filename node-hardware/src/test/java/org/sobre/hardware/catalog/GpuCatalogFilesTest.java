package org.sobre.hardware.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;

/** A catalogue that is wrong or absent takes nothing from anybody. */
class GpuCatalogFilesTest {

  private static final String SHIPPED =
      "models: [{vendor: nvidia, model: Tesla T4, family: gpgpu}]\n";

  @TempDir Path root;

  @Test
  void noneIsNormal() {
    GpuCatalogFiles.Loaded loaded = load();
    assertThat(loaded.catalog().isEmpty()).isTrue();
    assertThat(loaded.report().outcome()).isEqualTo(Outcome.ABSENT);
  }

  @Test
  void theSitesStandsOverTheShippedOne() throws IOException {
    write("usr/share/sobre/gpu-catalog.yaml", SHIPPED);
    write("etc/sobre/gpu-catalog.yaml", "models: [{vendor: nvidia, model: T4, family: office}]\n");
    GpuCatalogFiles.Loaded loaded = load();
    assertThat(loaded.report().outcome()).isEqualTo(Outcome.OK);
    assertThat(family(loaded)).contains("office");
  }

  @Test
  void aSitesThatIsWrongLeavesTheShippedOne() throws IOException {
    write("usr/share/sobre/gpu-catalog.yaml", SHIPPED);
    write("etc/sobre/gpu-catalog.yaml", "models: [{vendor: nvidia, model: T4, family: offise}]\n");
    GpuCatalogFiles.Loaded loaded = load();
    assertThat(family(loaded)).contains("gpgpu");
    assertThat(loaded.report().outcome()).isEqualTo(Outcome.WARNED);
    assertThat(loaded.report().detail().orElse(""))
        .contains("gpu-catalog.yaml:1:", "offise", "sobre config check");
  }

  @Test
  void aSitesThatCannotBeReadLeavesTheShippedOne() throws IOException {
    write("usr/share/sobre/gpu-catalog.yaml", SHIPPED);
    Files.createDirectories(root.resolve("etc/sobre/gpu-catalog.yaml"));
    GpuCatalogFiles.Loaded loaded = load();
    assertThat(family(loaded)).contains("gpgpu");
    assertThat(loaded.report().outcome()).isEqualTo(Outcome.WARNED);
  }

  private GpuCatalogFiles.Loaded load() {
    return GpuCatalogFiles.of(new SysRoot(root)).load();
  }

  private static Optional<String> family(GpuCatalogFiles.Loaded loaded) {
    return loaded.catalog().complete(Catalogs.nvidia("NVIDIA T4"), Optional.empty()).family();
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
