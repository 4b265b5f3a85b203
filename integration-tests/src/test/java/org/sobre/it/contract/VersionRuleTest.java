package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.accounting.ingest.IngestResult;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.node.NodeDocumentCodec;

/** The rule of docs/contracts/README.md, on files of a real run with what a later version adds. */
class VersionRuleTest {

  static List<String> ledgerLines() {
    return Frozen.ledgerLines().toList();
  }

  @ParameterizedTest
  @MethodSource("ledgerLines")
  void keysThatALaterVersionAddsAreIgnoredEverywhere(String line) throws LedgerFormatException {
    JsonNode later = withAKeyMoreInEachObject(Contract.parse(line), energyByQuality());
    assertThat(LedgerCodec.decode(later.toString())).isEqualTo(LedgerCodec.decode(line));
    assertThat(Contract.of("ledger-line").asRead(later)).isEmpty();
    assertThat(Contract.of("ledger-line").asWritten(later)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("ledgerLines")
  void aHigherVersionIsRefusedWithWhatToDo(String line) {
    String later = line.replaceFirst("\"v\":1", "\"v\":2");
    assertThatThrownBy(() -> LedgerCodec.decode(later))
        .isInstanceOf(LedgerFormatException.class)
        .hasMessageContaining("v: expected 1, found 2")
        .hasMessageContaining("upgrade");
    assertThat(Contract.of("ledger-line").asRead(Contract.parse(later))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"beginFrom", "endFrom"})
  void aWordThatALaterVersionAddsCostsNothingButTheWord(String key) throws LedgerFormatException {
    for (String line : ledgerLines()) {
      ObjectNode later = (ObjectNode) Contract.parse(line);
      if (!later.has(key)) {
        continue;
      }
      later.put(key, "telepathy");
      JobLine read = (JobLine) LedgerCodec.decode(later.toString());
      JobLine then = (JobLine) LedgerCodec.decode(line);
      assertThat(read.energy()).isEqualTo(then.energy());
      assertThat(read.beginFrom() == JobLine.BeginFrom.OTHER).isEqualTo(key.equals("beginFrom"));
      assertThat(read.endFrom() == JobLine.EndFrom.OTHER).isEqualTo(key.equals("endFrom"));
      assertThat(Contract.of("ledger-line").asRead(later)).isEmpty();
      assertThat(Contract.of("ledger-line").asWritten(later)).isNotEmpty();
    }
  }

  /** A line of a later version waits in quarantine, with its whole text, and harms no other. */
  @Test
  void ingestKeepsALaterVersionAsideAndTakesItAfterTheUpgrade(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("ledger/cpu1/2026-11.5e5df626.jsonl");
    Files.createDirectories(file.getParent());
    String then = Frozen.text("ledger/cpu1/2026-11.5e5df626.jsonl");
    List<String> lines = then.lines().toList();
    String later = lines.get(2).replaceFirst("\"v\":1", "\"v\":2");
    Files.writeString(file, then.replace(lines.get(2), later));
    LedgerDirectory ledger = new LedgerDirectory(directory.resolve("ledger"));
    try (AccountingStore store = AccountingStore.open("jdbc:sqlite:" + directory.resolve("db"))) {
      IngestResult before = new LedgerIngest(ledger, store, (done, all) -> {}).run();
      assertThat(before.newLines()).isEqualTo(4);
      assertThat(before.quarantined())
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.reason()).contains("upgrade");
                assertThat(line.content()).isEqualTo(later);
              });
      // what an upgraded reader sees: the same line, which it now knows
      Files.writeString(file, then);
      IngestResult after = new LedgerIngest(ledger, store, (done, all) -> {}).run();
      assertThat(after.quarantined()).isEmpty();
      assertThat(after.newLines()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu1", "cpu1"})
  void aNodeDocumentOfALaterVersionIsReadOrRefusedByTheSameRule(String name)
      throws JsonShapeException {
    String text = Frozen.text("node/" + name + "/node.json");
    JsonNode later = withAKeyMoreInEachObject(Contract.parse(text), Stream.of());
    assertThat(NodeDocumentCodec.read(later.toString())).isEqualTo(NodeDocumentCodec.read(text));
    assertThat(Contract.of("node").asRead(later)).isEmpty();
    assertThat(Contract.of("node").asWritten(later)).isNotEmpty();
    assertThatThrownBy(() -> NodeDocumentCodec.read(text.replace("\"v\" : 1", "\"v\" : 2")))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageContaining("v: expected version 1, found 2");
  }

  /** Their keys are the qualities, which are fixed: a reader must know what it adds up. */
  private static Stream<String> energyByQuality() {
    return Stream.of("microjoules", "platformMicrojoules", "unknownMicrojoules");
  }

  private static JsonNode withAKeyMoreInEachObject(JsonNode document, Stream<String> except) {
    JsonNode copy = document.deepCopy();
    List<String> fixed = except.toList();
    addKey(copy, fixed);
    return copy;
  }

  private static void addKey(JsonNode node, List<String> except) {
    for (var key : node.properties()) {
      if (!except.contains(key.getKey())) {
        addKey(key.getValue(), except);
      }
    }
    if (node.isArray()) {
      node.forEach(item -> addKey(item, except));
    }
    if (node instanceof ObjectNode object) {
      object.put("addedLaterMs", 7);
      object.putObject("addedLaterToo").putArray("values").add("x");
    }
  }
}
