package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.command.Recorded;
import org.sobre.slurm.command.ScontrolException;
import org.sobre.slurm.gres.Nodes;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.NodeDocumentCodec;

/** Whatever Slurm prints or a share holds: records, or a refusal in words. */
class RegistrationFuzzTest {

  @TempDir private Path root;

  @Test
  void readsOrRefusesWhateverSlurmSaysOfANode() throws IOException {
    List<String> recorded = new ArrayList<>();
    for (String name : List.of("idle", "allocated", "drained-by-admin", "drained-by-us", "numa")) {
      recorded.add(Recorded.text("node-" + name + ".txt"));
    }
    Mutations.survives(recorded, RegistrationFuzzTest::readRecord);
  }

  private static void readRecord(String printed) {
    try {
      NodeRecord record = NodeRecord.parse(printed);
      assertThat(printed).contains(record.name());
      AdminRecord.of(record);
      record.reason().ifPresent(reason -> OwnReason.read(reason, Instant.EPOCH));
      NodeComment.admins(record.comment());
    } catch (ScontrolException e) {
      assertThat(e).hasMessageContaining("scontrol show node: ");
    }
  }

  @Test
  void readsOrRefusesWhateverStandsOnTheShare() throws IOException, JsonShapeException {
    TestNode node = new TestNode(root, new SimulatedSlurm());
    node.boots(Nodes.card(0, "NVIDIA L4", 23034, 0), Nodes.card(1, "NVIDIA L4", 23034, 1));
    String two = node.read("node.json");
    node.boots(Nodes.card(0, "NVIDIA L4", 23034, 0));
    Mutations.survives(List.of(two, node.read("node.json")), RegistrationFuzzTest::readDocument);
  }

  /** No GPU is missed that the text does not name. */
  private static void readDocument(String text) {
    try {
      LastBoot last = LastBoot.read(text);
      NodeDocumentCodec.readAdminState(text);
      for (GresEntry entry : last.document().gres()) {
        assertThat(text).contains(jsonOf(entry.device()));
      }
      for (MissingGpu gpu : MissingGpus.of(Optional.of(last), Nodes.with(), Nodes.OFFER_FROM)) {
        assertThat(text).contains(jsonOf(gpu.model()));
        assertThat(OwnReason.missing(last.document(), List.of(gpu))).contains("missing: ");
      }
    } catch (JsonShapeException e) {
      assertThat(e).hasMessageMatching("(?s).{5,}");
    }
  }

  /** The longest piece of a text that JSON writes as it is. */
  private static String jsonOf(String text) {
    String longest = "";
    for (String piece : text.split("[^A-Za-z0-9 _-]", -1)) {
      longest = piece.length() > longest.length() ? piece : longest;
    }
    return longest;
  }
}
