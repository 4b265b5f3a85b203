package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.PciAddress;

/** Whatever a tool prints: facts, or a sentence, and never an exception. */
class AmdParsersNeverThrowTest {

  private static final Pattern ADDRESS =
      Pattern.compile("(?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");

  /** What begins a card, and repeats: a key, a block, or a row of a table, with a number. */
  private static final Pattern NUMBERED =
      Pattern.compile("card[0-9]+|GPU: [0-9]+|GPU\\[[0-9]+|(?m)^[ \\t]*(?:GPU)?[0-9]+(?=[\\s,])");

  /** A device's key in JSON: its number may be missing. */
  private static final Pattern KEY = Pattern.compile("\"gpu(?:_id)?\"");

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
              // what is read of an answer cut off is less than the truth, and not other
              assertThat(RocmSmiJson.parse(cut).cards())
                  .allMatch(
                      card -> all.stream().anyMatch(one -> card.completedBy(one).equals(one)));
            });
  }

  @Test
  void everyDamageIsReadOrRefusedInWords() throws IOException, URISyntaxException {
    List<String> originals = AmdRecordings.all().stream().map(AmdRecordings::read).toList();
    Mutations.survives(
        originals,
        text -> {
          both(text);
          AmdRecorded.read(text).ifPresent(gpus -> assertNoneInvented(gpus, text));
        });
  }

  /**
   * A card whose place is told stands at an address of the text; one whose place is not, behind a
   * line or key of its own.
   */
  private static void assertNoneInvented(List<Gpu> gpus, String text) {
    Set<PciAddress> told =
        ADDRESS
            .matcher(text)
            .results()
            .flatMap(m -> PciAddress.parse(m.group()).stream())
            .map(ToldPackages::whole)
            .collect(Collectors.toSet());
    long unplaced = gpus.stream().filter(gpu -> UnknownPlace.isOne(gpu.pciAddress())).count();
    assertThat(unplaced).isLessThanOrEqualTo(marks(text));
    assertThat(gpus)
        .allMatch(
            gpu ->
                UnknownPlace.isOne(gpu.pciAddress())
                    || told.contains(ToldPackages.whole(gpu.pciAddress())));
  }

  private static long marks(String text) {
    return KEY.matcher(text).results().count()
        + NUMBERED.matcher(text).results().map(m -> m.group().strip()).distinct().count();
  }

  @Test
  void whatIsLongerThanAnyAnswerIsRefused() {
    String long16Mi = " ".repeat(ToolText.LONGEST_ANSWER + 1);
    for (Consumer<String> parser :
        List.<Consumer<String>>of(
            AmdRecorded::read,
            AmdSmiJson::parse,
            AmdSmiText::parse,
            AmdCsv::parse,
            AmdLinks::ofTables,
            RocmSmiTable::parse,
            AmdSmiTables::overview,
            AmdSmiMonitor::parse,
            AmdSmiTables::partition,
            RocmSmiJson::parse,
            RocmSmiText::parse)) {
      assertThatThrownBy(() -> parser.accept(long16Mi))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("16 Mi");
    }
  }

  /** Quadratic reading of these would take minutes: a million times a million steps. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "\n",
        " \n",
        "a",
        "{",
        "{\n",
        "[",
        "|",
        "GPU: 1\n",
        "GPU[1]: a: b\n",
        "gpu,",
        "card1/device/uevent:\n",
        "\""
      })
  void megabytesOfTheSameAreReadInTime(String piece) {
    String text = piece.repeat((2 << 20) / piece.length());
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> AmdRecorded.read(text));
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> both(text));
  }

  /** Each card and node of the dump looks for its own files. */
  @Test
  void aDumpOfManyCardsAndFilesIsReadInTime() {
    StringBuilder dump = new StringBuilder();
    for (int i = 0; i < 512; i++) {
      dump.append("card" + i + "/device/uevent:PCI_ID=1002:740F\n");
      dump.append(
          String.format(
              Locale.ROOT,
              "card%d/device/uevent:PCI_SLOT_NAME=0000:%02x:%02x.0%n",
              i,
              i / 32,
              i % 32));
      dump.append("kfd/topology/nodes/" + i + "/gpu_id:5\n");
      dump.append("kfd/topology/nodes/" + i + "/properties:location_id 5\n");
    }
    for (int i = 0; dump.length() < 3 << 20; i++) {
      dump.append(Integer.toHexString(i)).append(":1\n");
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThat(AmdRecorded.read(dump.toString()).orElseThrow()).hasSize(512));
  }

  private static void both(String printed) {
    for (AmdListing listing :
        List.of(
            AmdSmiJson.parse(printed),
            AmdSmiText.parse(printed),
            AmdCsv.parse(printed),
            AmdLinks.ofTables(printed),
            RocmSmiTable.parse(printed),
            AmdSmiTables.overview(printed),
            AmdSmiMonitor.parse(printed),
            AmdSmiTables.partition(printed),
            RocmSmiJson.parse(printed),
            RocmSmiText.parse(printed))) {
      assertThat(listing.problem().orElse("read")).isNotBlank();
      assertThat(listing).matches(l -> !l.cards().isEmpty() || l.problem().isPresent());
    }
  }
}
