package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.units.PciAddress;

/** xGMI links as the tools print them; the values are made up, the forms are named at each. */
class AmdLinksTest {

  /** rocm_smi_lib's showtopo prints numbers; the addresses come from the same text. */
  @Test
  void linksOfATextAreBetweenItsCards() {
    List<Gpu> gpus =
        read(
            """
            GPU[0]		: PCI Bus: 0000:C1:00.0
            GPU[1]		: PCI Bus: 0000:C9:00.0
            GPU[2]		: PCI Bus: 0000:D1:00.0
            ================================ Link Type between two GPUs ================================
                   GPU0         GPU1         GPU2
            GPU0   0            XGMI         PCIE
            GPU1   XGMI         0            PCIE
            GPU2   PCIE         PCIE         0
            """);
    PciAddress second = PciAddress.parse("0000:c9:00.0").orElseThrow();
    assertThat(gpus.get(0).links()).containsOnlyKeys(second);
    assertThat(gpus.get(1).links()).containsOnlyKeys(gpus.get(0).pciAddress());
    assertThat(gpus.get(2).links()).isEmpty();
  }

  /** AMD's changelog, elided there: two lanes to a neighbour, none to a card two hops away. */
  @Test
  void aLinkHasAsManyLanesAsItsBandwidthSays() {
    Gpu gpu =
        read("""
                [{"gpu": 0, "bdf": "0000:01:00.0", "links": [
                  {"gpu": 0, "bdf": "0000:01:00.0", "link_type": "SELF", "num_hops": 0},
                  {"gpu": 1, "bdf": "0001:01:00.0", "link_type": "XGMI", "num_hops": 1,
                   "bandwidth": "50000-100000"},
                  {"gpu": 2, "bdf": "0002:01:00.0", "link_type": "XGMI", "num_hops": 2,
                   "bandwidth": "N/A"}]}]
                """)
            .get(0);
    assertThat(gpu.links())
        .containsExactly(Map.entry(PciAddress.parse("0001:01:00.0").orElseThrow(), 2));
  }

  @Test
  void theTablesOfTopologyTellHopsAndLanes() {
    String table =
        """
        HOPS TABLE:
                     0000:0c:00.0 0000:22:00.0 0000:38:00.0
        0000:0c:00.0 0            1            2
        0000:22:00.0 1            0            1
        0000:38:00.0 2            1            0

        LINK TYPE TABLE:
                     0000:0c:00.0 0000:22:00.0 0000:38:00.0
        0000:0c:00.0 SELF         XGMI         XGMI
        0000:22:00.0 XGMI         SELF         XGMI
        0000:38:00.0 XGMI         XGMI         SELF

        NUMA BW TABLE:
                     0000:0c:00.0 0000:22:00.0 0000:38:00.0
        0000:0c:00.0 N/A          50000-200000 N/A
        0000:22:00.0 50000-200000 N/A          50000-50000
        0000:38:00.0 N/A          50000-50000  N/A
        """;
    assertThat(read(table))
        .extracting(gpu -> gpu.links().toString())
        .containsExactly(
            "{0000:22:00.0=4}", "{0000:0c:00.0=4, 0000:38:00.0=1}", "{0000:22:00.0=1}");
  }

  /** mi100's JSON of ROCm 4 and 5 with {@code --showtopo}: each pair once. */
  @Test
  void linksOfTheJsonAreInBothDirections() {
    List<Gpu> gpus =
        read(
            """
            {"card0": {"PCI Bus": "0000:C1:00.0"}, "card1": {"PCI Bus": "0000:C9:00.0"},
             "system": {"(Topology) Link type between DRM devices 0 and 1": "XGMI"}}
            """);
    assertThat(gpus).allMatch(gpu -> gpu.links().size() == 1);
  }

  private static List<Gpu> read(String text) {
    return AmdRecorded.read(text).orElseThrow();
  }
}
