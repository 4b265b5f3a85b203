package org.sobre.jobs.oom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.jobs.oom.OomVerdict.Kind;

/** On what programs wrote: recordings/oom. */
class OomDiagnosisTest {

  private static final Path RECORDINGS = Path.of("src/test/resources/recordings/oom");
  private static final int KEPT = 8_192;

  record Ending(Kind kind, String name, int status, String text) {
    @Override
    public String toString() {
      return kind + "/" + name;
    }
  }

  static List<Ending> endings() throws IOException {
    List<Ending> endings = new ArrayList<>();
    for (String row : Files.readAllLines(RECORDINGS.resolve("endings.csv"))) {
      String[] cells = row.split(",", -1);
      if (!cells[0].equals("kind")) {
        Path file = RECORDINGS.resolve(cells[0]).resolve(cells[1] + ".txt");
        Kind kind = Kind.valueOf(cells[0].toUpperCase(Locale.ROOT));
        endings.add(new Ending(kind, cells[1], Integer.parseInt(cells[2]), Files.readString(file)));
      }
    }
    return endings;
  }

  @ParameterizedTest
  @MethodSource("endings")
  void everyRecordingIsWhatItIs(Ending ending) {
    OomVerdict verdict = OomDiagnosis.of(ending.status(), ending.text(), OptionalLong.empty());
    assertThat(verdict.kind()).isEqualTo(ending.kind());
    assertThat(verdict.words().isPresent()).isEqualTo(ending.kind() != Kind.NONE);
  }

  @ParameterizedTest
  @MethodSource("endings")
  void whateverTheCaseAndWhateverIsAround(Ending ending) {
    String around = "step 7 loss 0.5\r" + "x".repeat(2000) + "\n";
    String text = around + ending.text() + "[rank1]: frame #12\n";
    assertThat(OomDiagnosis.of(ending.status(), text, OptionalLong.empty()).kind())
        .isEqualTo(ending.kind());
    if (ending.kind() == Kind.DEVICE) {
      String lower = text.toLowerCase(Locale.ROOT);
      assertThat(OomDiagnosis.of(ending.status(), lower, OptionalLong.empty()).isOfTheBatch())
          .isTrue();
    }
  }

  /** Before the batch is blamed there must be no other to blame. */
  @ParameterizedTest
  @MethodSource("endings")
  void whatTheKernelKilledWasShortOfMainMemory(Ending ending) {
    Kind kind = OomDiagnosis.of(ending.status(), ending.text(), OptionalLong.of(1)).kind();
    boolean wanted = List.of(0, 143, 152).contains(ending.status());
    assertThat(kind).isEqualTo(wanted ? Kind.NONE : Kind.HOST);
  }

  @Test
  void aThousandTailsCutAnywhereNeverBlameTheBatchForAnothersFault() throws IOException {
    Random random = new Random(8192);
    List<Ending> endings = endings();
    int blamed = 0;
    for (int i = 0; i < 1_000; i++) {
      Ending ending = endings.get(random.nextInt(endings.size()));
      Kind kind =
          OomDiagnosis.of(ending.status(), tail(ending.text(), random), OptionalLong.empty())
              .kind();
      boolean ofTheBatch = kind == Kind.DEVICE || kind == Kind.FRAGMENTED;
      if (ofTheBatch) {
        blamed++;
        assertThat(ending.kind()).as("%s, number %d", ending, i).isIn(Kind.DEVICE, Kind.FRAGMENTED);
      }
    }
    assertThat(blamed).isGreaterThan(100);
  }

  /** The last 8 KiB, which begin anywhere in it, in the middle of a character, too. */
  private static String tail(String text, Random random) {
    byte[] before = "é".repeat(random.nextInt(KEPT)).getBytes(StandardCharsets.UTF_8);
    byte[] after = new byte[random.nextInt(3) == 0 ? random.nextInt(KEPT) : random.nextInt(64)];
    Arrays.fill(after, (byte) '.');
    byte[] all =
        Stream.of(before, text.getBytes(StandardCharsets.UTF_8), after)
            .reduce(new byte[0], OomDiagnosisTest::joined);
    byte[] last = Arrays.copyOfRange(all, Math.max(0, all.length - KEPT), all.length);
    int cut = random.nextInt(2) == 0 ? random.nextInt(last.length) : 0;
    return new String(last, cut, last.length - cut, StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  @Test
  void arbitraryBytesAreTakenInGoodTimeAndMeanNothing() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[KEPT];
      random.nextBytes(bytes);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      assertThat(OomDiagnosis.of(1, text, OptionalLong.empty())).isEqualTo(OomVerdict.NONE);
    }
    String line = "ggml CUDA0 resource_exhausted: ".repeat(KEPT / 31);
    assertThat(OomDiagnosis.of(1, line, OptionalLong.empty())).isEqualTo(OomVerdict.NONE);
  }

  /** Who counts and saw the kernel kill nothing knows that somebody else did. */
  @Test
  void whatSomebodyKilledWasShortOfNothing() {
    assertThat(OomDiagnosis.of(137, "", OptionalLong.of(0))).isEqualTo(OomVerdict.NONE);
    assertThat(OomDiagnosis.of(137, "CUDA out of memory", OptionalLong.of(0)))
        .isEqualTo(OomVerdict.NONE);
    assertThat(OomDiagnosis.of(137, "", OptionalLong.empty()).kind()).isEqualTo(Kind.HOST);
    assertThat(OomDiagnosis.of(1, "CUDA out of memory", OptionalLong.of(0)).kind())
        .isEqualTo(Kind.DEVICE);
  }

  @Test
  void theWordsAreNoLongerThanALine() {
    String text = "ggml_x: " + "y".repeat(500) + " failed to allocate CUDA0 buffer\n";
    assertThat(OomDiagnosis.of(1, text, OptionalLong.empty()).words().orElseThrow())
        .hasSizeLessThan(100);
  }
}
