package org.sobre.jobs.oom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.units.MemorySize;

class TorchReportTest {

  private static final Path RECORDINGS = Path.of("src/test/resources/recordings/oom");

  /** In MiB; an empty cell is what the sentence does not tell. */
  @ParameterizedTest
  @CsvSource({
    "device/torch-1.2-cached, 26, 1024, 24, , 435, 26, ",
    "fragmented/torch-1.x-reserved, 2938, 15114, 19, , 8980, 5058, ",
    "fragmented/torch-1.13-nothing-free, 192, 4096, 0, , 3153, 399, ",
    "fragmented/torch-2.1-process, 3072, 24217, 1699, 21309, 12380, 4956, ",
    "device/torch-2.3-full, 22, 24217, 11, 24166, 23449, 194, ",
    "device/torch-2-others-on-the-card, 115599, 81039, 59996, 9472, 8468, 500, ",
    "fragmented/hip-fraction, 2, 294891, 282480, , 1017, 54, 1075",
  })
  void everyFigureIsReadAndNoneIsInvented(
      String file,
      long asked,
      Long total,
      Long free,
      Long inUse,
      Long allocated,
      Long unallocated,
      Long allowed)
      throws IOException {
    TorchReport report = read(file);
    assertThat(report.asked().mebibytes()).isEqualTo(asked);
    assertThat(mebibytes(report.total())).isEqualTo(total);
    assertThat(mebibytes(report.free())).isEqualTo(free);
    assertThat(mebibytes(report.inUse())).isEqualTo(inUse);
    assertThat(mebibytes(report.allocated())).isEqualTo(allocated);
    assertThat(mebibytes(report.unallocated())).isEqualTo(unallocated);
    assertThat(mebibytes(report.allowed())).isEqualTo(allowed);
  }

  @SuppressWarnings("NullAway") // what is absent is an empty cell here
  private static Long mebibytes(Optional<MemorySize> size) {
    return size.map(MemorySize::mebibytes).orElse(null);
  }

  @Test
  void whatTheProcessWasOfferedIsItsOwnAndWhatWasFree() throws IOException {
    assertThat(read("device/torch-2-others-on-the-card").offered().orElseThrow().mebibytes())
        .isEqualTo(69468);
    assertThat(read("fragmented/hip-fraction").offered())
        .as("its own limit is none of the card's")
        .isEmpty();
    assertThat(read("fragmented/torch-1.x-reserved").offered()).isEmpty();
  }

  @Test
  void theLastOfSeveralCounts() {
    String text =
        "Tried to allocate 1.00 GiB. x\nTried to allocate 2.00 GiB (GPU 0; 3.00 GiB total";
    assertThat(TorchReport.last(text).orElseThrow().asked().mebibytes()).isEqualTo(2048);
    assertThat(TorchReport.last("nothing of the kind")).isEmpty();
  }

  private static TorchReport read(String file) throws IOException {
    return TorchReport.last(Files.readString(RECORDINGS.resolve(file + ".txt"))).orElseThrow();
  }
}
