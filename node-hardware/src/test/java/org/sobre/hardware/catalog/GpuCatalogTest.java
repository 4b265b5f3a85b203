package org.sobre.hardware.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciId;

/** Which model a card is, and when nobody can say. */
class GpuCatalogTest {

  private static final GpuCatalog SHIPPED =
      Catalogs.read(
          """
          schema: sobre-gpu-catalog/1
          sources: {cuda: "NVIDIA, CUDA GPU Compute Capability"}
          models:
            - {vendor: nvidia, model: GeForce RTX 2080, pciIds: ["10de:1e82", "10de:1e87"], family: gamer,
               architecture: turing, computeCapability: "7.5", source: cuda}
            - {vendor: nvidia, model: GeForce RTX 3080, pciIds: ["10de:2206"], family: gamer,
               memory: {sizeMiB: 10240, source: cuda}}
            - {vendor: nvidia, model: GeForce RTX 3080 12GB, names: [GeForce RTX 3080], pciIds: ["10de:220a"], family: gamer,
               memory: {sizeMiB: 12288, source: cuda}}
            - {vendor: nvidia, model: Tesla T4, pciIds: ["10de:1eb8"], family: gpgpu}
            - {vendor: nvidia, model: A100-SXM4-80GB, family: gpgpu}
            - {vendor: nvidia, model: A100-SXM4-40GB, family: gpgpu}
            - {vendor: nvidia, model: A100-PCIE-40GB, family: gpgpu}
            - {vendor: nvidia, model: L40, family: gpgpu}
            - {vendor: amd, model: Instinct MI100, pciIds: ["1002:738c"], family: gpgpu, gfx: gfx908, architecture: cdna, source: cuda}
            - {vendor: amd, model: Radeon RX 6700 XT, pciIds: ["1002:73df:c1"], family: gamer}
            - {vendor: amd, model: Radeon RX 6700, pciIds: ["1002:73df:c5"], family: gamer}
          """);

  @ParameterizedTest
  @CsvSource({
    "Tesla T4, Tesla T4",
    "NVIDIA T4, Tesla T4",
    "NVIDIA GeForce RTX 2080, GeForce RTX 2080",
    "GeForce RTX(TM) 2080, GeForce RTX 2080",
    "NVIDIA A100-SXM4-80GB, A100-SXM4-80GB",
    "NVIDIA A100 80GB, A100-SXM4-80GB",
    "NVIDIA L40-PCIE, L40",
  })
  void spellingsOfOneModelAreOne(String printed, String model) {
    assertThat(found(Catalogs.nvidia(printed))).contains(model);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVIDIA GeForce RTX 2080 Laptop GPU",
        "NVIDIA GeForce RTX 2080 with Max-Q Design",
        "NVIDIA GeForce RTX 2080 SUPER",
        "NVIDIA A100 40GB",
        "NVIDIA GeForce RTX 3080",
        "GRID T4-16Q",
        "NVIDIA L40-48C",
        "NVIDIA",
      })
  void whatMayBeAnotherModelIsNone(String printed) {
    assertThat(found(Catalogs.nvidia(printed))).isEmpty();
  }

  @Test
  void theMemoryTellsTwoModelsOfOneNameApart() {
    assertThat(found(Catalogs.nvidia("NVIDIA GeForce RTX 3080", 10240)))
        .contains("GeForce RTX 3080");
    assertThat(found(Catalogs.nvidia("NVIDIA GeForce RTX 3080", 12288)))
        .contains("GeForce RTX 3080 12GB");
    assertThat(found(Catalogs.nvidia("NVIDIA GeForce RTX 3080", 20480))).isEmpty();
  }

  @Test
  void theIdCountsWhateverTheToolCallsTheCard() {
    assertThat(found(Catalogs.nvidia("Graphics Device"), "10de:1e87")).contains("GeForce RTX 2080");
    assertThat(found(Catalogs.nvidia("NVIDIA GeForce RTX 3080", 10240), "10de:220a"))
        .contains("GeForce RTX 3080 12GB");
  }

  @Test
  void aLaptopWithTheDesktopsNameIsNotTheDesktop() {
    assertThat(found(Catalogs.nvidia("NVIDIA GeForce RTX 2080"), "10de:1e90")).isEmpty();
  }

  @Test
  void idAndNameOfDifferentModelsAreNone() {
    Gpu gpu = Catalogs.nvidia("NVIDIA L40");
    assertThat(found(gpu, "10de:1eb8")).isEmpty();
    assertThat(SHIPPED.candidates(gpu, PciId.parse("10de:1eb8")))
        .extracting(GpuModel::name)
        .containsExactly("Tesla T4", "L40");
  }

  @Test
  void theRevisionTellsAmdsProductsApart() {
    Gpu navi = Catalogs.gpu(GpuVendor.AMD, "Navi 22 [Radeon RX 6700/6700 XT / 6800M]", 12272);
    assertThat(found(navi, "1002:73df:c1")).contains("Radeon RX 6700 XT");
    assertThat(found(navi, "1002:73df:c5")).contains("Radeon RX 6700");
    assertThat(found(navi, "1002:73df:c3")).isEmpty();
    assertThat(found(navi)).isEmpty();
    Gpu named = Catalogs.gpu(GpuVendor.AMD, "AMD Radeon RX 6700 XT", 12272);
    assertThat(found(named, "1002:73df:c0")).contains("Radeon RX 6700 XT");
    assertThat(found(named, "1002:73bf:c1")).isEmpty();
  }

  @Test
  void aChipsNameStandsBeforeItsProduct() {
    Gpu chip = Catalogs.gpu(GpuVendor.AMD, "Arcturus GL-XL [Instinct MI100]", 32752);
    assertThat(found(chip, "1002:738c:01")).contains("Instinct MI100");
    assertThat(found(chip)).contains("Instinct MI100");
  }

  @Test
  void onlyWhatTheCardDoesNotTellIsFilledIn() {
    Gpu silent = SHIPPED.complete(Catalogs.nvidia("NVIDIA GeForce RTX 2080"), Optional.empty());
    assertThat(silent.family()).contains("gamer");
    assertThat(silent.architecture()).contains("turing");
    assertThat(silent.computeCapability()).contains("7.5");
    Gpu telling =
        Catalogs.nvidia("NVIDIA GeForce RTX 2080")
            .catalogued(
                Optional.empty(), Optional.of("ampere"), Optional.of("8.6"), OptionalInt.empty());
    assertThat(SHIPPED.complete(telling, Optional.empty()))
        .extracting(Gpu::architecture, Gpu::computeCapability)
        .containsExactly(Optional.of("ampere"), Optional.of("8.6"));
    Gpu unknown = Catalogs.nvidia("NVIDIA GeForce RTX 9999");
    assertThat(SHIPPED.complete(unknown, Optional.empty())).isEqualTo(unknown);
  }

  @Test
  void theSitesWordStandsOverTheShippedOne() {
    GpuCatalog site =
        Catalogs.read(
            """
            models:
              - {vendor: nvidia, model: NVIDIA GeForce RTX 2080, family: confort}
              - {vendor: nvidia, model: GeForce RTX 9999, family: office}
            """);
    GpuCatalog both = site.over(SHIPPED);
    Gpu gpu = both.complete(Catalogs.nvidia("GeForce RTX 2080"), PciId.parse("10de:1e82:a1"));
    assertThat(gpu.family()).contains("confort");
    assertThat(gpu.computeCapability()).contains("7.5");
    assertThat(both.complete(Catalogs.nvidia("GeForce RTX 9999"), Optional.empty()).family())
        .contains("office");
    assertThat(both.models()).hasSize(SHIPPED.models().size() + 1);
  }

  @Test
  void anEmptyCatalogueKnowsNothing() {
    assertThat(GpuCatalog.EMPTY.candidates(Catalogs.nvidia("Tesla T4"), PciId.parse("10de:1eb8")))
        .isEqualTo(List.of());
  }

  private static Optional<String> found(Gpu gpu) {
    return SHIPPED.find(gpu, Optional.empty()).map(GpuModel::name);
  }

  private static Optional<String> found(Gpu gpu, String id) {
    return SHIPPED.find(gpu, PciId.parse(id)).map(GpuModel::name);
  }
}
