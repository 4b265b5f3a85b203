package org.sobre.slurm.fleet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.json.JsonShapeException;

/** Nothing of a document reaches the controller's configuration but what Sobre itself writes. */
class FleetDocumentTest {

  @Test
  void whatANodePublishedIsReadBack() throws JsonShapeException {
    FleetDocument read = read(FleetFixtures.document("gpu01", 64_000, "rtx_4090", "rtx_4090"));

    assertThat(read.node().node()).isEqualTo("gpu01");
    assertThat(read.node().gres().countByType()).containsExactly(Map.entry("rtx_4090", 2));
    assertThat(read.node().gres().vendor()).contains(GpuVendor.NVIDIA);
    assertThat(read.at()).isEqualTo(Instant.parse("2026-11-20T14:00:00Z"));
  }

  @Test
  void whoSaysNothingOfARecordOfItsOwnIsListed() throws JsonShapeException {
    Map<String, Object> document = FleetFixtures.document("gpu01", 64_000, "rtx_4090");
    assertThat(read(document).registersItself()).isFalse();
    document.put("registersItself", true);
    assertThat(read(document).registersItself()).isTrue();
    document.put("registersItself", "no");
    assertRefused(document, "registersItself: expected true or false");
  }

  static Stream<Arguments> hostile() {
    return Stream.of(
        Arguments.of("node", "gpu02", "name of its place"),
        Arguments.of("node", "gpu01\nNodeName=evil", "name of its place"),
        Arguments.of("v", 2, "v: expected version 1, found 2"),
        Arguments.of("memoryMiB", 0, "memoryMiB: expected 1 to 2^40"),
        Arguments.of("memoryMiB", -5, "memory"),
        Arguments.of("memoryMiB", Long.MAX_VALUE, "node.json"),
        Arguments.of("features", List.of("a,b"), "features"),
        Arguments.of("features", List.of("a Gres=gpu:x:8"), "features"),
        Arguments.of("features", List.of("a\nNodeName=evil"), "features"),
        Arguments.of("features", List.of(""), "features"),
        Arguments.of("at", "yesterday", "at: expected"),
        Arguments.of("cpu", Map.of("model", "m", "sockets", 2, "cores", 1, "threads", 1), "cpu"),
        Arguments.of(
            "cpu", Map.of("model", "m", "sockets", 1, "cores", 1, "threads", 99_999_999), "cpu"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aValueThatCouldSpoilALineIsRefused(String key, Object value, String said) {
    Map<String, Object> document = FleetFixtures.document("gpu01", 64_000, "rtx_4090");
    document.put(key, value);
    assertRefused(document, said);
  }

  static Stream<Arguments> hostileGres() {
    return Stream.of(
        Arguments.of("type", "rtx\nNodeName=evil", "type"),
        Arguments.of("type", "rtx_4090:64", "type"),
        Arguments.of("type", "4090", "type"),
        Arguments.of("type", "a".repeat(500), "gres[0].type"),
        Arguments.of("name", "mps", "gres[0].name"),
        Arguments.of("file", "/etc/shadow", "gres[0].file"),
        Arguments.of("file", "/dev/../etc/shadow", "gres[0].file"),
        Arguments.of("file", "/dev/nvidia0 Flags=x", "expected a plain path"),
        Arguments.of("file", "/dev/" + "a".repeat(100), "gres[0].file"),
        Arguments.of("file", "/dev", "gres[0].file"),
        Arguments.of("file", "/dev/nul\u0000l", "node.json"),
        Arguments.of("cores", "0-7 Count=8", "gres[0].cores"),
        Arguments.of("cores", "0" + ",0".repeat(100_000), "gres[0].cores"),
        Arguments.of("shards", Integer.MAX_VALUE, "gres[0].shards"),
        Arguments.of("links", List.of(-1, 4, 4), "gres[0].links"),
        Arguments.of("links", List.of(5000), "gres[0].links"),
        Arguments.of("position", 1, "position"),
        Arguments.of("position", 1L << 40, "overflow"));
  }

  @ParameterizedTest
  @MethodSource("hostileGres")
  void aCardThatCouldSpoilALineIsRefused(String key, Object value, String said) {
    Map<String, Object> document = FleetFixtures.document("gpu01", 64_000, "rtx_4090");
    firstCard(document).put(key, value);
    assertRefused(document, said);
  }

  @Test
  void oneFileForTwoCardsIsRefused() {
    Map<String, Object> document = FleetFixtures.document("gpu01", 64_000, "a", "a");
    firstCard(document).put("file", "/dev/nvidia1");
    assertRefused(document, "stands twice");
  }

  @Test
  void moreCardsThanSlurmTakesAreRefused() {
    List<String> types = new ArrayList<>();
    for (int i = 0; i < 1025; i++) {
      types.add("a");
    }
    Map<String, Object> document = FleetFixtures.document("gpu01", 64_000, "a");
    document.put(
        "gres",
        requireNonNull(
            FleetFixtures.document("gpu01", 1, types.toArray(String[]::new)).get("gres")));
    assertRefused(document, "gres: expected at most 1024");
  }

  /** A vendor of a later version: its cards count, and Slurm sets the variables of all vendors. */
  @Test
  void anUnknownVendorsCardsHaveNoFlags() throws JsonShapeException {
    Map<String, Object> document = FleetFixtures.document("gpu01", 64_000, "arc_a770");
    document.put("gpus", List.of());
    FleetDocument read = read(document);
    assertThat(read.node().gres().entries()).hasSize(1);
    assertThat(read.node().gres().vendor()).isEqualTo(Optional.empty());
  }

  @Test
  void anOverlongTextIsRefusedBeforeItIsRead() {
    String text = " ".repeat(FleetDocument.LONGEST + 1);
    assertThatThrownBy(() -> FleetDocument.read("gpu01", text))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageContaining("at most 16777216");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> firstCard(Map<String, Object> document) {
    return ((List<Map<String, Object>>) requireNonNull(document.get("gres"))).get(0);
  }

  private static void assertRefused(Map<String, Object> document, String said) {
    assertThatThrownBy(() -> read(document))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageContaining(said);
  }

  private static FleetDocument read(Map<String, Object> document) throws JsonShapeException {
    return FleetDocument.read("gpu01", FleetFixtures.text(document));
  }
}
