package org.sobre.slurm.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.NodeJson;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.job.NodeList;
import org.sobre.slurm.node.GresEntry;

/** Damaged documents and lists: a refusal in words, or lines that Slurm reads as what they say. */
class FleetFuzzTest {

  private static final SlurmNode MIXED = FleetFixtures.node("old7", 24_000, "k80", "k80", "l4");

  private static final Fleet FLEET =
      new Fleet(
          List.of(
              MIXED,
              FleetFixtures.node("gpu02", 64_300, "rtx_4090", "rtx_4090"),
              FleetFixtures.node("gpu01", 64_298, "rtx_4090", "rtx_4090"),
              FleetFixtures.node("cpu1", 24_000)));

  @Test
  void aDamagedDocumentIsRefusedOrGivesLinesThatSayTheSame() {
    List<String> documents =
        List.of(
            FleetFixtures.text(FleetFixtures.document("n1", 64_000, "rtx_4090", "rtx_4090")),
            FleetFixtures.text(FleetFixtures.document("n1", 24_000, "k80", "l4")),
            FleetFixtures.text(FleetFixtures.sharedDocument("n1", 24)),
            FleetFixtures.text(FleetFixtures.document("n1", 8_000)));
    Mutations.survives(documents, FleetFuzzTest::readOrRefused);
  }

  private static void readOrRefused(String text) throws FleetFormatException {
    FleetDocument read;
    try {
      read = FleetDocument.read("n1", text);
    } catch (JsonShapeException e) {
      assertThat(e.getMessage()).hasSizeGreaterThan(5);
      return;
    }
    for (GresEntry entry : read.node().gres().entries()) {
      assertThat(text).contains(entry.type(), entry.device());
    }
    Fleet fleet = new Fleet(List.of(read.node()));
    String lines = FleetRenderer.slurmConf(fleet);
    assertThat(lines.lines().filter(line -> !line.startsWith("#")))
        .as(lines)
        .singleElement()
        .asString()
        .startsWith("NodeName=n1 CPUs=");
    assertThat(FleetListParser.parse(lines)).isEqualTo(FleetInventory.of(fleet));
    assertThat(FleetRenderer.gresConf(fleet).lines().skip(1))
        .allSatisfy(line -> assertThat(line).matches("NodeName=n1 Name=.*|# No node has a GPU\\."));
  }

  @Test
  void aDamagedListIsReadOrRefused() {
    List<String> lists =
        List.of(
            FleetRenderer.slurmConf(FLEET),
            FleetRenderer.gresConf(FLEET),
            NodeJson.render(FleetRenderer.document(FLEET)),
            "nodename=DEFAULT Gres=gpu:a:4\nNodeName=n[1-3,007] \\\n Gres=\"gpu:b:2(S:0-1),gpu\"\n");
    Mutations.survives(
        lists,
        text -> {
          try {
            FleetInventory read = FleetListParser.parse(text);
            assertThat(read.lossesTo(read)).isEmpty();
          } catch (FleetFormatException e) {
            assertThat(e.getMessage()).hasSizeGreaterThan(5);
          }
        });
  }

  @Test
  void aDamagedRangeIsNamesOrNothing() {
    List<String> ranges =
        List.of(
            "gpu[01-12],ctl,r410-[1-3,7,09-11]",
            "r[01-02]n[1-2],a[99-101]b[1]",
            "n[1-999]m[1-999]o[1-9]");
    Mutations.survives(
        ranges,
        text -> {
          List<String> names = NodeList.expand(text);
          assertThat(names).hasSizeLessThanOrEqualTo(NodeList.MOST_NODES);
          Set<String> distinct = new HashSet<>(names);
          if (names.size() < 2000
              && distinct.stream().allMatch(name -> name.matches("[A-Za-z0-9._-]+"))) {
            List<String> again = NodeList.expand(HostRange.compress(distinct));
            assertThat(new HashSet<>(again)).isEqualTo(distinct);
          }
        });
  }
}
