package org.sobre.slurm.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.slurm.fleet.FleetInventory.Loss;
import org.sobre.slurm.fleet.FleetInventory.Stock;

/** A site's own lists, as they stand in slurm.conf and gres.conf. */
class FleetListParserTest {

  @Test
  void aSitesSlurmConfIsRead() throws FleetFormatException {
    assertThat(
            nodes(
                """
                ClusterName=old   # NodeName=no[1-9] Gres=gpu:8
                GresTypes=gpu
                nodename=DEFAULT Gres=gpu:gtx_1080:4 State=UNKNOWN
                NodeName=n[1-2] CPUs=8
                NodeName=big1 \\
                   gres="gpu:a100:2(S:0-1),gpu:l4,shard:16" CPUs=64
                NodeName=untyped Gres=gpu:1k
                NodeName=plain Gres=lustre:1
                PartitionName=p Nodes=ALL
                """))
        .isEqualTo(
            Map.of(
                "n1", stock(0, "gtx_1080", 4),
                "n2", stock(0, "gtx_1080", 4),
                "big1", stock(16, "a100", 2, "l4", 1),
                "untyped", stock(0, "", 1024),
                "plain", stock(0)));
  }

  @Test
  void aSitesGresConfIsRead() throws FleetFormatException {
    assertThat(
            nodes(
                """
                AutoDetect=off
                NodeName=n[1-2] Name=gpu Type=a100 File=/dev/nvidia[0-3] Cores=0-7
                NodeName=n1 Name=gpu Type=l4 File=/dev/nvidia4
                NodeName=mig1 Name=gpu Type=a100_3g MultipleFiles=/dev/nvidia0,/dev/nvidia-caps/a
                NodeName=n[1-2] Name=shard Count=8
                NodeName=n2 Name=shard Count=24 File=/dev/nvidia3
                NodeName=n1 Name=mps Count=100
                """))
        .isEqualTo(
            Map.of(
                "n1", stock(8, "a100", 4, "l4", 1),
                "n2", stock(32, "a100", 4),
                "mig1", stock(0, "a100_3g", 1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NodeName=n[1- Gres=gpu:1          | line 1: expected names as n[1-3,7], found \"n[1-\"",
        "NodeName=n1,n[2- Gres=gpu:1       | line 1: expected names as n[1-3,7], found \"n1,n[2-\"",
        "NodeName=n1,n[2-3,9-7] Gres=gpu:1 | line 1: expected names as n[1-3,7]",
        "NodeName=n1,n2] Gres=gpu:1        | line 1: expected names as n[1-3,7]",
        "NodeName=n1 Gres=gpu:a:b:c        | line 1: Gres: expected gpu:TYPE:COUNT",
        "NodeName=n1 Gres=shard:a:b:c      | line 1: Gres: expected shard:TYPE:COUNT",
        "Name=shard Count=8                | line 1: expected NodeName= on a shard line",
        "Name=gpu File=/dev/nvidia0        | line 1: expected NodeName= on a gpu line",
        "NodeName=n1 Name=gpu Count=many   | line 1: Count: expected a number",
        "{\"groups\":[{\"names\":[\"a\"],\"gpus\":[{}]}]} | groups[0].gpus[0].count: this key is required",
        "{\"groups\":[{\"names\":[\"a\"],\"shards\":-1}]} | expected a number of GPUs or shards, found -1",
        "{}                                | expected nodes, as NodeName= lines or \"groups\", found none",
        "AutoDetect=off                    | expected nodes, as NodeName= lines",
        "''                                | expected nodes, as NodeName= lines",
      })
  void whatCannotBeComparedWithIsNamed(String text, String said) {
    assertThatThrownBy(() -> FleetListParser.parse(text))
        .isInstanceOf(FleetFormatException.class)
        .hasMessageStartingWith(said);
  }

  @Test
  void lossesAreNodesGpusAndTypes() throws FleetFormatException {
    FleetInventory before =
        FleetListParser.parse(
            """
            NodeName=same,more Gres=gpu:a:2
            NodeName=fewer Gres=gpu:a:2
            NodeName=other Gres=gpu:a:2
            NodeName=none Gres=gpu:a:2
            NodeName=untyped Gres=gpu:2
            NodeName=gone Gres=gpu:a:2
            NodeName=bare
            NodeName=shared Gres=gpu:a:1,shard:24
            NodeName=huge Gres=gpu:a:999999k,gpu:b:999999k,gpu:c:999999k
            """);
    FleetInventory after =
        FleetListParser.parse(
            """
            NodeName=same Gres=gpu:a:2
            NodeName=more Gres=gpu:a:2,gpu:b:1
            NodeName=fewer Gres=gpu:a:1
            NodeName=other Gres=gpu:b:3
            NodeName=none
            NodeName=untyped Gres=gpu:b:2
            NodeName=new Gres=gpu:a:1
            NodeName=shared Gres=gpu:a:1
            NodeName=huge Gres=gpu:a:999999k,gpu:b:999999k,gpu:c:999999k
            """);
    assertThat(before.lossesTo(after))
        .containsExactly(
            new Loss("bare", "", "", true),
            new Loss("fewer", "gpu:a:2", "gpu:a:1", false),
            new Loss("gone", "gpu:a:2", "", true),
            new Loss("none", "gpu:a:2", "", false),
            new Loss("other", "gpu:a:2", "gpu:b:3", false),
            new Loss("shared", "gpu:a:1,shard:24", "gpu:a:1", false));
    assertThat(after.lossesTo(after)).isEmpty();
  }

  /** The guard that the admin asked for would look on at nothing. */
  @Test
  void aListOfIncludesSaysSo() {
    String text =
        "ClusterName=c\n  include nodes.conf # NodeName=a\nInclude /etc/slurm/more.conf\n";
    assertThat(FleetListParser.includes(text))
        .containsExactly("nodes.conf", "/etc/slurm/more.conf");
    assertThatThrownBy(() -> FleetListParser.parse(text))
        .isInstanceOf(FleetFormatException.class)
        .hasMessageEndingWith("found none; Include is not followed: name that file");
  }

  /** Some tenths of a second; where it grew with the length's square, minutes. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "a=\"", "Gres=((((", "(gpu:", "NodeName=a Gres=gpu:((", "Include "})
  void theTimeGrowsWithTheLengthAlone(String part) {
    String line = "NodeName=n1 " + part.repeat(800_000 / part.length());
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try {
            FleetListParser.parse(line);
          } catch (FleetFormatException e) {
            assertThat(e.getMessage()).startsWith("line 1: ");
          }
          FleetListParser.includes(line);
        });
  }

  @Test
  void soDoesThatOfManyNodesOnOneLine() {
    String line = "NodeName=n[1-100000] Gres=" + "gpu:1,".repeat(100_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThat(FleetListParser.parse(line).nodes().get("n7"))
                .isEqualTo(stock(0, "", 100_000)));
  }

  private static Stock stock(long shards, Object... countsByType) {
    SortedMap<String, Long> gpus = new TreeMap<>();
    for (int i = 0; i < countsByType.length; i += 2) {
      gpus.put((String) countsByType[i], ((Integer) countsByType[i + 1]).longValue());
    }
    return new Stock(gpus, shards);
  }

  private static SortedMap<String, Stock> nodes(String text) throws FleetFormatException {
    return FleetListParser.parse(text).nodes();
  }
}
