package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.units.MemorySize;

/** Expectations read from the recordings by hand. */
class RocmSmiJsonTest {

  private static final String NAVI_22 = "Navi 22 [Radeon RX 6700/6700 XT / 6800M]";

  @ParameterizedTest
  @CsvSource({
    "rx6700xt_rocm4.3.0_all.json, 0000:07:00.0, 73df, -, -, 12868124672, 11245395968, -, 6.3.6",
    "rx6700xt_rocm5.7.1_all.json, 0000:07:00.0, 73df, NAVI, -, 12868124672, 11303632896, -, 6.3.6",
    "rx6700xt_rocm6.0.2_all.json, 0000:07:00.0, 73df, NAVI, -, 12868124672, 11295367168, -, 6.3.6",
    "rx6700xt_rocm6.1.2_all.json, 0000:07:00.0, 73df, NAVI, -, 12868124672, 11295379456, gfx1031, 6.3.6",
    "vega10-xt_rocm4_all.json, 0000:04:00.0, 6861, -, 02150e7d042a1124, 17163091968, 17145315328, -, 5.9.25",
    "vega20-wks-gl-xe_rocm4_all.json, 0000:63:00.0, 66a1, Radeon Instinct MI50 32GB, 02f048617326b1ea, 34342961152, 34332110848, -, 5.9.17",
    "mi250_rocm5_a.json, 0000:2f:00.0, 740c, AMD INSTINCT MI250 (MCM) OAM AC MBA, 719d230578348e8c, -, -, -, 6.2.4",
    "rembrandt-680m_rocm6_use-meminfo.json, -, 1681, Rembrandt [Radeon 680M], -, 536870912, 91320320, gfx1035, -",
  })
  void readsEveryGeneration(
      String file,
      String address,
      String device,
      String model,
      String uniqueId,
      String total,
      String free,
      String gfx,
      String driver) {
    AmdListing listing = RocmSmiJson.parse(AmdRecordings.read(file));
    assertThat(listing.problem()).isEmpty();
    AmdToolCard card = listing.cards().get(0);
    assertThat(
            List.of(
                card.address().map(Object::toString).orElse("-"),
                card.deviceId().orElse("-"),
                card.model().map(name -> name.equals(NAVI_22) ? "NAVI" : name).orElse("-"),
                card.uniqueId().orElse("-"),
                card.memoryTotal().map(memory -> "" + memory.bytes()).orElse("-"),
                card.memoryFree().map(memory -> "" + memory.bytes()).orElse("-"),
                card.gfx().orElse("-"),
                card.driver().orElse("-")))
        .containsExactly(address, device, model, uniqueId, total, free, gfx, driver);
    assertThat(card.partitioned()).isFalse();
  }

  @Test
  void readsSixCardsWithoutUniqueId() {
    assertThat(RocmSmiJson.parse(AmdRecordings.read("mi100_rocm5.7.1_all.json")).cards())
        .extracting(card -> card.address().orElseThrow() + " " + card.uniqueId().orElse("-"))
        .containsExactly(
            "0000:1e:00.0 -",
            "0000:22:00.0 -",
            "0000:3f:00.0 -",
            "0000:43:00.0 -",
            "0000:46:00.0 -",
            "0000:49:00.0 -");
  }

  @Test
  void readsFourCardsWithTheirUniqueIds() {
    assertThat(RocmSmiJson.parse(AmdRecordings.read("mi100_rocm6.0.2_all.json")).cards())
        .extracting(card -> card.address().orElseThrow() + " " + card.uniqueId().orElse("-"))
        .containsExactly(
            "0000:83:00.0 79ccd55167a2124a",
            "0000:a3:00.0 04edfb117a17a07d",
            "0000:c3:00.0 d4a9ec48d03d261d",
            "0000:e3:00.0 1b9dd972253c3736");
  }

  @Test
  void keysAreFoundWhateverTheirCaseAndColon() {
    String rocm3 =
        """
        {"card2": {"vram Total Memory (B)": "17163091968", "PCI Bus:": "0000:0B:00.0 ",
          "Card series": "Vega 10", "GFX Version": "gfx9010"}}
        """;
    AmdToolCard card = RocmSmiJson.parse(rocm3).cards().get(0);
    assertThat(card.memoryTotal()).contains(new MemorySize(17_163_091_968L));
    assertThat(card.address().map(Object::toString)).contains("0000:0b:00.0");
    assertThat(card.gfx()).contains("gfx90a");
  }

  @Test
  void aPartitionIsSeen() {
    String printed = "{\"card0\": {\"Compute Partition\": \"CPX\", \"PCI Bus\": \"0000:0C:00.0\"}}";
    assertThat(RocmSmiJson.parse(printed).cards().get(0).partitioned()).isTrue();
  }

  @Test
  void warningsBeforeTheObjectDoNoHarm() {
    String printed = "Exception caught: map::at\n{\"card0\": {\"GPU ID\": \"0x73df\"}}";
    assertThat(RocmSmiJson.parse(printed).cards()).hasSize(1);
    assertThat(RocmSmiJson.parse("Expected integer value {\"card0\": {}}").cards()).hasSize(1);
  }

  @Test
  void anObjectWithoutCardSaysSo() {
    assertThat(RocmSmiJson.parse("{\"system\": {\"Driver version\": \"6.3.6\"}}").problem())
        .contains("expected the key card0 or another card's, found none");
  }

  @Test
  void moreUsedThanThereIsLeavesNothingKnown() {
    String printed =
        "{\"card0\": {\"VRAM Total Memory (B)\": \"10\", \"VRAM Total Used Memory (B)\": \"11\"}}";
    assertThat(RocmSmiJson.parse(printed).cards().get(0).memoryFree()).isEmpty();
  }
}
