package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

class AmdSmiJsonTest {

  private static final String TWO =
      """
      [{"gpu": 0, "bdf": "0000:23:00.0", "uuid": "c4ff740f-0000-1000-8011-000000000001"},
       {"gpu": 1, "bdf": "0000:26:00.0", "uuid": "c4ff740f-0000-1000-8011-000000000002"}]
      """;

  @Test
  void readsTheMi210OfRocm7() {
    AmdListing listing = AmdSmiJson.parse(AmdRecordings.read("mi210_rocm7_amd-smi-static.json"));
    assertThat(listing.problem()).isEmpty();
    assertThat(listing.cards())
        .containsExactly(
            new AmdToolCard(
                OptionalLong.of(0),
                Optional.empty(), // this answer leaves the bus address out
                Optional.of("740f"),
                Optional.of("AMD Instinct MI210"),
                Optional.empty(),
                Optional.of(new MemorySize(68_702_699_520L)),
                Optional.empty(),
                Optional.of("gfx90a"),
                Optional.of("6.14.0-24-generic"),
                AmdPartition.NONE,
                OptionalInt.of(1),
                Optional.empty(),
                Map.of()));
  }

  @Test
  void readsTheMemoryOfAMetricAnswer() {
    String printed = AmdRecordings.read("semisynthetic-rdna-32gb_rocm7_amd-smi-metric.json");
    AmdToolCard card = AmdSmiJson.parse(printed).cards().get(0);
    assertThat(card.memoryTotal()).contains(MemorySize.ofMebibytes(30576));
    assertThat(card.memoryFree()).contains(MemorySize.ofMebibytes(10126));
    assertThat(card.model()).isEmpty();
  }

  /** The keys of AMD's own example of a MI300A under ROCm 6.3, which it prints as text. */
  @Test
  void readsAddressSerialAndPartition() {
    String printed =
        """
        [{"gpu": 0, "asic": {"market_name": "MI300A", "device_id": "0x74a0",
          "asic_serial": "0x7E8F7E20764E2714"}, "bus": {"bdf": "0000:01:00.0"},
          "driver": {"name": "amdgpu", "version": "6.9.0-rc5+"},
          "partition": {"compute_partition": "CPX", "memory_partition": "NPS1"},
          "vram": {"size": "64289 MB"}}]
        """;
    AmdToolCard card = AmdSmiJson.parse(printed).cards().get(0);
    assertThat(card.address()).isEqualTo(PciAddress.parse("0000:01:00.0"));
    assertThat(card.uniqueId()).contains("7e8f7e20764e2714");
    assertThat(card.driver()).contains("6.9.0-rc5+");
    assertThat(card.memoryTotal()).contains(MemorySize.ofMebibytes(64289));
    assertThat(card.partitioned()).isTrue();
    assertThat(AmdSmiJson.parse(printed.replace("CPX", "SPX")).cards().get(0).partitioned())
        .isFalse();
  }

  /** Found by mutation, seed 6455. */
  @Test
  void aDocumentThatIsNullIsNone() {
    assertThat(AmdSmiJson.parse(TWO + "\nnull\n").cards()).hasSize(2);
  }

  @Test
  void aListAndItsWrapperAreOne() {
    assertThat(AmdSmiJson.parse("{\"gpu_data\": " + TWO + "}")).isEqualTo(AmdSmiJson.parse(TWO));
    assertThat(AmdSmiJson.parse(TWO).cards())
        .extracting(card -> card.address().map(Object::toString).orElse("none"))
        .containsExactly("0000:23:00.0", "0000:26:00.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WARNING: User is missing the following required groups: render\n",
        "[AMD/ATI] amdgpu.ids: No such file or directory\n",
        "{oops\n",
        "\n\n  "
      })
  void wordsBeforeTheAnswerDoNoHarm(String words) {
    assertThat(AmdSmiJson.parse(words + TWO).cards()).isEqualTo(AmdSmiJson.parse(TWO).cards());
  }

  @Test
  void severalDocumentsAndALegendAreReadAsFarAsTheyGo() {
    AmdListing listing =
        AmdSmiJson.parse(
            TWO + "[{\"gpu\": 1, \"asic\": {\"market_name\": \"MI210\"}}]\nLegend:\n * = current");
    assertThat(listing.problem()).isEmpty();
    assertThat(listing.cards())
        .extracting(AmdToolCard::model)
        .containsExactly(Optional.empty(), Optional.of("MI210"));
  }

  @Test
  void anAnswerCutOffSaysSo() {
    AmdListing listing = AmdSmiJson.parse(TWO + TWO.substring(0, 60));
    assertThat(listing.cards()).hasSize(2);
    assertThat(listing.problem()).contains("the JSON ends in its middle");
  }

  @Test
  void anErrorObjectIsAProblem() {
    AmdListing listing = AmdSmiJson.parse("{\"error\": \"Device not found\", \"code\": -3}");
    assertThat(listing.cards()).isEmpty();
    assertThat(listing.problem()).contains("error -3: Device not found");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'expected JSON, found nothing'",
    "'usage: amd-smi [-h]  ...', 'expected JSON, found usage: amd-smi [-h]  ...'"
  })
  void whatIsNoJsonIsShown(String printed, String problem) {
    assertThat(AmdSmiJson.parse(printed))
        .isEqualTo(new AmdListing(List.of(), Optional.of(problem)));
  }

  @Test
  void aValueOfAnotherTypeIsNone() {
    String printed =
        """
        {"gpu_data": [{"gpu": "N/A", "asic": "N/A", "vram": {"size": {"value": "N/A", "unit": "MB"}},
          "bus": [], "driver": {"version": {}}, "partition": {"compute_partition": "N/A"}}, 7, null]}
        """;
    AmdToolCard card = AmdSmiJson.parse(printed).cards().get(0);
    assertThat(card.memoryTotal()).isEmpty();
    assertThat(card.driver()).isEmpty();
    assertThat(card.partitioned()).isFalse();
  }
}
