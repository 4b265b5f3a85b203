package org.sobre.hardware.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;

/** What is wrong with a catalogue is said all at once, each with its place. */
class GpuCatalogReaderTest {

  @Test
  void readsEveryKey() {
    GpuModel model =
        Catalogs.read(
                """
                schema: sobre-gpu-catalog/1
                sources: {a: "Document A"}
                models:
                  - vendor: nvidia
                    model: NVIDIA H100 80GB HBM3
                    names: [H100 SXM]
                    pciIds: ["10de:2330"]
                    family: gpgpu
                    architecture: hopper
                    computeCapability: "9.0"
                    source: [a, "Document B of 2024"]
                    tdpWatts: {value: 700, source: a}
                    memory: {sizeMiB: 81920, type: HBM3, bandwidthGBs: 3350, source: a}
                    launchPrice: {amount: 30000, currency: EUR, date: 2023-05, source: a}
                    embodied: {kgCO2e: 164.5, uncertaintyPercent: 30, scope: card, source: a}
                    cloudPrice: {amountPerHour: 2.5, currency: EUR, date: 2026, provider: P, source: a}
                """)
            .models()
            .get(0);
    assertThat(model.otherNames()).containsExactly("H100 SXM");
    assertThat(model.family()).contains(GpuFamily.GPGPU);
    assertThat(model.computeCapability()).contains("9.0");
    assertThat(model.sources()).containsExactly("Document A", "Document B of 2024");
    assertThat(model.tdpWatts()).contains(new Cited<>(700, List.of("Document A")));
    assertThat(model.memory().orElseThrow().value().bandwidthGigabytesPerSecond()).hasValue(3350);
    assertThat(model.launchPrice().orElseThrow().value().date()).isEqualTo("2023-05");
    EmbodiedCarbon embodied = model.embodied().orElseThrow().value();
    assertThat(embodied.kilogramsCo2e()).isEqualTo(new BigDecimal("164.5"));
    assertThat(embodied.uncertaintyPercent()).contains(new BigDecimal("30.0"));
    assertThat(model.cloudPrice().orElseThrow().value().provider()).contains("P");
  }

  @Test
  void saysEverythingThatIsWrong() {
    assertThat(
            problems(
                """
                schema: sobre-gpu-catalog/2
                sources: {cuda: "NVIDIA"}
                models:
                  - {vendor: nvidai, model: X1}
                  - {vendor: nvidia, family: gammer, tdpwatts: 3}
                  - {vendor: amd, model: X2, computeCapability: "8.0", pciIds: ["10de:2204", "1002:73DF"]}
                  - {vendor: nvidia, model: X3, tdpWatts: {value: 0}}
                  - {vendor: nvidia, model: X4, tdpWatts: {value: 300, source: cudda}}
                  - {vendor: nvidia, model: GeForce X4}
                  - {vendor: nvidia, model: NVIDIA}
                colour: green
                """))
        .extracting(problem -> problem.line() + " " + problem.message())
        .satisfiesExactly(
            text -> assertThat(text).startsWith("1 schema: ").contains("sobre-gpu-catalog/1"),
            text -> assertThat(text).startsWith("4 models[0].vendor: ").contains("\"nvidia\"?"),
            text -> assertThat(text).startsWith("5 models[1].model: "),
            text -> assertThat(text).startsWith("5 models[1].family: ").contains("\"gamer\"?"),
            text -> assertThat(text).startsWith("5 models[1].tdpwatts: ").contains("\"tdpWatts\"?"),
            text -> assertThat(text).startsWith("6 models[2].source: "),
            text -> assertThat(text).startsWith("6 models[2].computeCapability: "),
            text -> assertThat(text).startsWith("6 models[2].pciIds: ").contains("10de:2204"),
            text -> assertThat(text).startsWith("7 models[3].tdpWatts.source: "),
            text -> assertThat(text).startsWith("7 models[3].tdpWatts.value: "),
            text ->
                assertThat(text).startsWith("8 models[4].tdpWatts.source: ").contains("\"cuda\"?"),
            text -> assertThat(text).startsWith("9 models[5].model: ").contains("X4"),
            text -> assertThat(text).startsWith("10 models[6].model: "),
            text -> assertThat(text).startsWith("11 colour: "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "computeCapability: \"8.6\"",
        "tdpWatts: {value: 300}",
        "memory: {sizeMiB: 24576}",
        "launchPrice: {amount: 1, currency: EUR, date: 2024}",
        "embodied: {kgCO2e: 150}",
        "cloudPrice: {amountPerHour: 1, currency: EUR, date: 2024, provider: P}",
      })
  void aNumberWithoutSourceIsAProblem(String value) {
    String item = "models: [{vendor: nvidia, model: X, " + value + "%s}]\n";
    assertThat(problems(item.formatted("")))
        .singleElement()
        .satisfies(problem -> assertThat(problem.key()).endsWith("source"));
    String sourced = value.endsWith("}") ? value.replace("}", ", source: a b}") : value;
    String outside = value.endsWith("}") ? "" : ", source: a b";
    assertThat(problems("models: [{vendor: nvidia, model: X, " + sourced + outside + "}]\n"))
        .isEmpty();
  }

  @Test
  void aSiteMayNameTheShippedSources() {
    GpuCatalog below = Catalogs.read("sources: {a: \"Document A\"}\n");
    Problems problems = new Problems();
    GpuCatalog site =
        GpuCatalogReader.from(
            YamlDocument.parse(
                "site.yaml",
                "models: [{vendor: amd, model: X, tdpWatts: {value: 9, source: a}}]\n",
                problems),
            below);
    assertThat(problems.isEmpty()).isTrue();
    assertThat(site.models().get(0).tdpWatts().orElseThrow().sources())
        .containsExactly("Document A");
  }

  private static List<Problem> problems(String yaml) {
    Problems problems = new Problems();
    GpuCatalogReader.from(YamlDocument.parse("gpu-catalog.yaml", yaml, problems), GpuCatalog.EMPTY);
    return problems.all();
  }
}
