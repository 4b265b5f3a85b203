package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolFile;
import org.sobre.slurm.job.SpoolFormatException;
import org.sobre.slurm.job.SpoolRecord;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;

/** Today's readers read what a node of version 1 left in /run/sobre to the same facts. */
class FrozenNodeTest {

  @Test
  void aNodeDocumentIsReadWhole() throws JsonShapeException {
    String text = Frozen.text("node/gpu1/node.json");
    NodeDocument node = NodeDocumentCodec.read(text);
    assertThat(node.node()).isEqualTo("gpu1");
    assertThat(node.slurmVersion()).contains("22.05.8");
    assertThat(node.gres())
        .containsExactly(
            new GresEntry(
                0,
                "gpu",
                "nvidia_geforce_rtx_4090",
                Path.of("/dev/nvidia1"),
                Optional.empty(),
                "GPU-a4f36154-6f3f-303f-e098-dec1632fd43f"),
            new GresEntry(
                1,
                "gpu",
                "nvidia_geforce_rtx_4090",
                Path.of("/dev/nvidia0"),
                Optional.empty(),
                "GPU-025f6884-1162-3032-9aab-14e0d5622783"));
    assertThat(node.features()).hasSize(23).contains("vram_ge_24g", "gpu_cc_8_9");
    assertThat(node.memory().mebibytes()).isEqualTo(24105);
    assertThat(NodeDocumentCodec.readAdminState(text)).isEqualTo(AdminState.NONE);
  }

  @Test
  void aNodeWithoutGpusIsReadToo() throws JsonShapeException {
    assertThat(NodeDocumentCodec.read(Frozen.text("node/cpu1/node.json")).gres()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"node,node", "discover,discover", "gres,gres"})
  void whatANodeSaysKeepsItsSchemaInBothStrengths(String file, String schema) {
    Contract contract = Contract.of(schema);
    for (String node : List.of("gpu1", "cpu1")) {
      JsonNode document = Contract.parse(Frozen.text("node/" + node + "/" + file + ".json"));
      assertThat(contract.asRead(document)).as(node).isEmpty();
      assertThat(contract.asWritten(document)).as(node).isEmpty();
    }
  }

  @Test
  void everySpoolFileIsReadToItsFacts() throws IOException, SpoolFormatException {
    for (String name : Frozen.files("spool")) {
      SpoolRecord record = spool(name, Frozen.text(name));
      assertThat(name).contains("/" + record.key() + ".");
      assertThat(record.uptimeNanos()).isPositive();
    }
    SpoolRecord.Begin begin =
        (SpoolRecord.Begin) spool("5.0.begin", Frozen.text("spool/gpu1/5.0.begin"));
    assertThat(begin.facts())
        .isEqualTo(
            new JobFacts(
                new JobKey(5, 0),
                "alice",
                1001,
                Optional.of("lab-vision"),
                Optional.of("main"),
                List.of(0),
                2));
    SpoolRecord.End end = (SpoolRecord.End) spool("5.0.end", Frozen.text("spool/gpu1/5.0.end"));
    assertThat(end.waitStatus()).isEqualTo(OptionalInt.of(0));
    assertThat(end.uptimeNanos()).isEqualTo(40_550_000_000L);
  }

  @Test
  void aSpoolFileMayHaveMoreKeys() throws SpoolFormatException {
    String text = Frozen.text("spool/gpu1/5.0.begin");
    assertThat(spool("5.0.begin", text.replace("complete=1", "colour=green\ncomplete=1")))
        .isEqualTo(spool("5.0.begin", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v=2", "v=0", "v=", "v=1.0"})
  void aSpoolFileOfAnotherVersionIsRefusedAndSaid(String version) {
    String text = Frozen.text("spool/gpu1/5.0.begin").replace("v=1\n", version + "\n");
    assertThatThrownBy(() -> spool("5.0.begin", text))
        .isInstanceOf(SpoolFormatException.class)
        .hasMessageStartingWith("v: ");
  }

  private static SpoolRecord spool(String name, String text) throws SpoolFormatException {
    return SpoolFile.parse(Path.of(name).getFileName().toString(), text);
  }
}
