package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What today's code writes, by the golden files that the modules' own tests hold it to: nothing
 * that the schema does not list, and everything that version 1 wrote.
 */
class TodaysOutputTest {

  static List<Path> gresDocuments() {
    return goldens("../slurm-integration/src/test/resources/golden");
  }

  static List<Path> discoverDocuments() {
    return goldens("../node-hardware/src/test/resources/golden");
  }

  @ParameterizedTest
  @MethodSource("gresDocuments")
  void gresHasOnlyKnownKeys(Path file) {
    assertThat(Contract.of("gres").asWritten(parse(file))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("discoverDocuments")
  void discoverHasOnlyKnownKeys(Path file) {
    assertThat(Contract.of("discover").asWritten(parse(file))).isEmpty();
  }

  @Test
  void gresHasEveryKeyOfVersion1() {
    assertThat(keys(gresDocuments()))
        .containsAll(JsonDifference.keys(Contract.parse(Frozen.text("node/gpu1/gres.json"))));
  }

  @Test
  void discoverHasEveryKeyOfVersion1() {
    assertThat(keys(discoverDocuments()))
        .containsAll(JsonDifference.keys(Contract.parse(Frozen.text("node/gpu1/discover.json"))));
  }

  private static List<String> keys(List<Path> files) {
    return files.stream().flatMap(file -> JsonDifference.keys(parse(file)).stream()).toList();
  }

  private static JsonNode parse(Path file) {
    return Contract.parse(Contract.read(file));
  }

  private static List<Path> goldens(String directory) {
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
