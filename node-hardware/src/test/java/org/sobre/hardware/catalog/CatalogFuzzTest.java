package org.sobre.hardware.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciId;

/** No text that stands for a catalogue, a model's name or an id breaks the scan of a node. */
class CatalogFuzzTest {

  private static final String SITE =
      """
      schema: sobre-gpu-catalog/1
      sources: {invoice: "our invoice 2019-114"}
      models:
        - {vendor: nvidia, model: "NVIDIA GeForce GTX 1080 Ti", pciIds: ["10de:1b06"], family: gpgpu,
           launchPrice: {amount: 612.50, currency: EUR, date: 2019-03, source: invoice}}
      """;

  @Test
  void aDamagedCatalogueHasProblemsAndNeverThrows() throws IOException {
    List<String> originals = List.of(SITE, shippedWithFewModels());
    Mutations.survives(
        originals,
        text -> {
          Problems problems = new Problems();
          GpuCatalog read =
              GpuCatalogReader.from(
                  YamlDocument.parse("fuzz.yaml", text, problems), GpuCatalog.EMPTY);
          GpuCatalog twice = read.over(read);
          assertThat(twice.models()).hasSameSizeAs(read.models());
          read.models()
              .forEach(
                  model ->
                      assertThat(
                              twice.candidates(
                                  Catalogs.gpu(model.vendor(), model.name(), 8192),
                                  model.pciIds().stream().findFirst()))
                          .isNotEmpty());
          assertThat(problems.all()).allSatisfy(problem -> assertThat(problem.line()).isPositive());
        });
  }

  @Test
  void noNameAndNoIdBreaksTheLookup() throws IOException {
    GpuCatalog catalog = Catalogs.read(shippedWithFewModels());
    List<String> names =
        catalog.models().stream()
            .map(GpuModel::name)
            .collect(Collectors.toCollection(ArrayList::new));
    names.addAll(
        List.of(
            "GRID T4-16Q", "NVIDIA A40-48C", "Arcturus GL-XL [Instinct MI100]", "10de:1b06:a1"));
    Mutations.survives(
        names,
        text -> {
          Optional<PciId> id = PciId.parse(text);
          id.ifPresent(read -> assertThat(PciId.parse(read.toString())).contains(read));
          if (!text.isBlank()) {
            catalog.find(Catalogs.gpu(GpuVendor.AMD, text, 8192), id);
            catalog.find(Catalogs.nvidia(text), id);
          }
        });
  }

  private static String shippedWithFewModels() throws IOException {
    String text = Files.readString(Path.of("../conf/gpu-catalog.yaml"));
    int eighth = -1;
    for (int i = 0; i < 8; i++) {
      eighth = text.indexOf("\n  - vendor", eighth + 1);
    }
    return text.substring(0, eighth + 1);
  }
}
