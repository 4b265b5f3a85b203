package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  static List<Path> fitDocuments() {
    return goldens("../command-line/src/test/resources/golden");
  }

  @ParameterizedTest
  @MethodSource("fitDocuments")
  void fitHasOnlyKnownKeys(Path file) {
    assertThat(Contract.of("fit").asRead(parse(file))).isEmpty();
    assertThat(Contract.of("fit").asWritten(parse(file))).isEmpty();
  }

  /** Every key that the schema knows is written by somebody. */
  @Test
  void fitHasEveryKeyBetweenThem() {
    List<String> keys = new ArrayList<>();
    fitDocuments()
        .forEach(file -> parse(file).forEach(row -> row.fieldNames().forEachRemaining(keys::add)));
    List<String> known = new ArrayList<>();
    Contract.schema("fit").at("/$defs/trial/properties").fieldNames().forEachRemaining(known::add);
    known.removeAll(List.of("freeMiB", "partition"));
    assertThat(keys).containsAll(known);
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
