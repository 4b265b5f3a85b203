package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.gpu.Locality;
import org.sobre.hardware.gpu.nvidia.TopoMatrix.Row;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.CpuList;

class TopoMatrixTest {

  /** The shape of an eight-card V100 machine of driver 470, shortened to four, with its NICs. */
  private static final String WITH_NICS =
      """
      \tGPU0\tGPU1\tGPU2\tGPU3\tmlx5_0\tmlx5_1\tCPU Affinity\tNUMA Affinity
      GPU0\t X \tNV1\tNV2\tSYS\tNODE\tSYS\t0-23,48-71\t0
      GPU1\tNV1\t X \tSYS\tNV2\tNODE\tSYS\t0-23,48-71\t0
      GPU2\tNV2\tSYS\t X \tNV1\tPIX\tSYS\t24-47,72-95\t1
      GPU3\tSYS\tNV2\tNV1\t X \tPIX\tSYS\t24-47,72-95\t1
      mlx5_0\tNODE\tNODE\tPIX\tPIX\t X \tSYS\t\t
      mlx5_1\tSYS\tSYS\tSYS\tSYS\tSYS\t X \t\t

      Legend:

        X    = Self
      """;

  /** Before driver 450: neither NUMA column. */
  private static final String WITHOUT_NUMA =
      """
      \tGPU0\tGPU1\tCPU Affinity
      GPU0\t X \tSYS\t0-31
      GPU1\tSYS\t X \t
      """;

  @Test
  void readsEightCardsCopiedFromATerminal() throws NvidiaSmiFormatException {
    TopoMatrix topo = TopoMatrix.parse(Recordings.read("a100-sxm4-x8-p4d_unknown_topo-m.txt"));
    assertThat(topo.rows()).hasSize(8);
    topo.rows()
        .forEach(
            (index, row) -> {
              assertThat(row.lanes()).hasSize(7).doesNotContainKey(index).containsValue(12);
              assertThat(row.locality())
                  .isEqualTo(index < 4 ? at(0, "0-23,48-71") : at(1, "24-47,72-95"));
            });
  }

  @ParameterizedTest
  @CsvSource({
    "h200-mig_590.48.01_topo-m.txt,0-23",
    "l40s_595.80_topo-m.txt,0-7",
    "rtx4080super_595.71.05_topo-m.txt,0-15",
  })
  void readsASingleCard(String recording, String cpus) throws NvidiaSmiFormatException {
    assertThat(TopoMatrix.parse(Recordings.read(recording)).rows())
        .isEqualTo(Map.of(0, new Row(Map.of(), at(0, cpus))));
  }

  @Test
  void emptyCellsAreNotKnown() throws NvidiaSmiFormatException {
    assertThat(TopoMatrix.parse(Recordings.read("rtx2080super_610.62-windows_topo-m.txt")).rows())
        .isEqualTo(Map.of(0, new Row(Map.of(), Locality.UNKNOWN)));
    assertThat(TopoMatrix.parse(WITHOUT_NUMA).rows().get(1))
        .isEqualTo(new Row(Map.of(), Locality.UNKNOWN));
  }

  @Test
  void aToolThatDoesNotKnowTheQuestionTellsNothing() throws NvidiaSmiFormatException {
    String refusal = Recordings.read("rtx2080super_591.86-windows_topo-m.txt");
    assertThat(TopoMatrix.parse(refusal).rows()).isEmpty();
  }

  @Test
  void networkCardsAreNoPeers() throws NvidiaSmiFormatException {
    TopoMatrix topo = TopoMatrix.parse(WITH_NICS);
    assertThat(topo.rows())
        .containsOnly(
            Map.entry(0, new Row(Map.of(1, 1, 2, 2), at(0, "0-23,48-71"))),
            Map.entry(1, new Row(Map.of(0, 1, 3, 2), at(0, "0-23,48-71"))),
            Map.entry(2, new Row(Map.of(0, 2, 3, 1), at(1, "24-47,72-95"))),
            Map.entry(3, new Row(Map.of(1, 2, 2, 1), at(1, "24-47,72-95"))));
    assertThat(TopoMatrix.parse(WITH_NICS.replace('\t', ' ')).rows()).isEqualTo(topo.rows());
  }

  @Test
  void aLinkThatOneEndDeniesIsNone() throws NvidiaSmiFormatException {
    TopoMatrix topo = TopoMatrix.parse(WITH_NICS.replace("GPU3\tSYS\tNV2", "GPU3\tSYS\tPIX"));
    assertThat(topo.rows().get(1)).isEqualTo(new Row(Map.of(0, 1), at(0, "0-23,48-71")));
  }

  @Test
  void aTextOfTooManyCharactersIsRefused() {
    assertThatThrownBy(() -> TopoMatrix.parse(WITH_NICS + " ".repeat(ToolText.LONGEST_ANSWER)))
        .isInstanceOf(NvidiaSmiFormatException.class)
        .hasMessageContaining("expected at most 16777216 characters");
  }

  @Test
  void inventsNoRow() {
    List<String> texts =
        List.of(
            Recordings.read("a100-sxm4-x8-p4d_unknown_topo-m.txt"),
            Recordings.read("h200-mig_590.48.01_topo-m.txt"),
            Recordings.read("rtx2080super_610.62-windows_topo-m.txt"),
            WITH_NICS,
            WITHOUT_NUMA);
    Mutations.survives(
        texts,
        text -> {
          Map<Integer, Row> rows = TopoMatrix.parse(text).rows();
          rows.forEach(
              (index, row) -> {
                assertThat(text).contains("GPU" + index);
                assertThat(rows.keySet()).containsAll(row.lanes().keySet());
                assertThat(row.lanes().values()).allMatch(lanes -> lanes >= 1);
              });
        });
  }

  private static Locality at(int numaNode, String cpus) {
    return new Locality(OptionalInt.of(numaNode), Optional.of(CpuList.parse(cpus).orElseThrow()));
  }
}
