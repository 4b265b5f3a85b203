package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;

/**
 * Every recording and what it says: the form, a line a card (address, model, id, total and free
 * MiB, state, architecture, driver, NUMA node, device file, links, partitions), and the messages.
 * The first version of each file was written by hand from the recording; {@code
 * -Dgolden.update=true} writes them again.
 */
class AmdRecordedGoldenTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/amd");

  static List<String> recordings() throws IOException, URISyntaxException {
    return AmdRecordings.all();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void saysWhatAPersonReadsInIt(String name) throws IOException {
    String facts = facts(AmdRecorded.answer(AmdRecordings.read(name)));
    Path golden = GOLDEN.resolve(name + ".facts");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, facts);
    }
    assertThat(facts).isEqualTo(Files.readString(golden));
  }

  private static String facts(Optional<RecordedAnswer> read) {
    if (read.isEmpty()) {
      return "not read\n";
    }
    return read.get().form()
        + "\n"
        + read.get().gpus().stream().map(AmdRecordedGoldenTest::line).collect(Collectors.joining())
        + read.get().messages().stream().map(m -> m + "\n").collect(Collectors.joining());
  }

  private static String line(Gpu gpu) {
    return String.join(
            " | ",
            gpu.pciAddress().toString(),
            gpu.model(),
            gpu.uuid().orElse("-"),
            mebibytes(gpu.memoryTotal()),
            mebibytes(gpu.memoryFree()),
            gpu.state().jsonName(),
            gpu.architecture().orElse("-"),
            gpu.driver().orElse("-"),
            gpu.locality().numaNode().isPresent() ? "" + gpu.locality().numaNode().getAsInt() : "-",
            gpu.device().map(Path::toString).orElse("-"),
            orDash(
                gpu.links().entrySet().stream()
                    .map(link -> link.getKey() + "*" + link.getValue())
                    .toList()),
            gpu.partitioned()
                ? orDash(gpu.partitions().stream().map(AmdRecordedGoldenTest::part).toList())
                : "-")
        + "\n";
  }

  private static String part(GpuPartition part) {
    return part.profile().orElse("?") + " " + part.id().orElse("-");
  }

  private static String orDash(List<String> words) {
    return words.isEmpty() ? "-" : String.join(" ", words);
  }

  private static String mebibytes(Reading<MemorySize> memory) {
    return memory.measured().map(size -> "" + size.mebibytes()).orElse("-");
  }
}
