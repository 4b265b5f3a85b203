package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.node.NodeJson;
import org.sobre.hardware.node.RecordedGpus;
import org.sobre.hardware.units.MemorySize;

/** {@code sobre discover --from FILE --format json}, of the recordings at hand. */
class RecordedOutputTest {

  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);

  static List<Path> recordings() throws IOException {
    try (Stream<Path> files =
        Files.walk(Path.of("../node-hardware/src/test/resources/recordings"))) {
      return files
          .filter(file -> file.toString().matches(".*[._](?:xml|csv|json|txt)"))
          .filter(file -> !file.getFileName().toString().startsWith("expected"))
          // documentation that leaves out the middle: no JSON, and refused
          .filter(file -> !file.toString().contains("-elided"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void aRecordingsAnswerHasOnlyKnownKeys(Path file) {
    RecordedAnswer answer =
        RecordedGpus.read(Contract.read(file))
            .orElseThrow(() -> new AssertionError(file + " is no output known"));
    JsonNode written =
        Contract.parse(
            NodeJson.render(
                Map.of(
                    "from", file.toString(),
                    "form", answer.form(),
                    "gpus", NodeJson.recorded(answer.gpus(), OFFER_FROM),
                    "messages", answer.messages())));
    assertThat(Contract.of("discover-from").asWritten(written)).isEmpty();
  }
}
