package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a tool prints: facts, or a sentence, and never an exception. */
class AmdParsersNeverThrowTest {

  static List<String> recordings() throws IOException, URISyntaxException {
    return AmdRecordings.all();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void everyRecordingIsReadOrRefusedInWords(String name) {
    both(AmdRecordings.read(name));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void everyTruncationIsReadOrRefusedInWords(String name) {
    String whole = AmdRecordings.read(name);
    List<AmdToolCard> all = RocmSmiJson.parse(whole).cards();
    int step = Math.max(1, whole.length() / 211);
    IntStream.iterate(0, length -> length <= whole.length(), length -> length + step)
        .mapToObj(length -> whole.substring(0, length))
        .forEach(
            cut -> {
              both(cut);
              // what is read of an answer cut off is not other than the truth
              assertThat(all).containsAll(RocmSmiJson.parse(cut).cards());
            });
  }

  static Stream<Long> seeds() {
    return Stream.of(1L, 2L, 3L, 20261121L, 987654321L);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyScratchIsReadOrRefusedInWords(long seed) throws IOException, URISyntaxException {
    Random random = new Random(seed);
    String dirt = "{}[]\",:0xN/A\n\t\u0000-9e";
    for (String name : AmdRecordings.all()) {
      if (name.endsWith(".json")) {
        StringBuilder text = new StringBuilder(AmdRecordings.read(name));
        for (int i = 0; i < 20; i++) {
          text.setCharAt(random.nextInt(text.length()), dirt.charAt(random.nextInt(dirt.length())));
          both(text.toString());
        }
      }
    }
  }

  private static void both(String printed) {
    for (AmdListing listing : List.of(AmdSmiJson.parse(printed), RocmSmiJson.parse(printed))) {
      assertThat(listing.problem().orElse("read")).isNotBlank();
      assertThat(listing).matches(l -> !l.cards().isEmpty() || l.problem().isPresent());
    }
  }
}
