package org.sobre.slurm.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents beside the ledger, good and bad. */
class PublishedNodesTest {

  private static final Path FROZEN =
      Path.of("../integration-tests/src/test/resources/frozen/v1/node/gpu1/node.json");

  @TempDir private Path ledger;

  @Test
  void readsWhatANodeSaysOfItself() throws IOException {
    Files.copy(FROZEN, Files.createDirectories(ledger.resolve("gpu1")).resolve("node.json"));
    assertThat(new PublishedNodes(ledger).find("gpu1"))
        .hasValueSatisfying(document -> assertThat(document.gres()).isNotEmpty());
  }

  @Test
  void whatIsAnothersBrokenALinkOrAWayOutIsNotRead() throws IOException {
    Path others = Files.createDirectories(ledger.resolve("gpu2"));
    Files.copy(FROZEN, others.resolve("node.json"));
    Path broken = Files.createDirectories(ledger.resolve("gpu3"));
    Files.writeString(broken.resolve("node.json"), "{");
    Path link = Files.createDirectories(ledger.resolve("gpu1"));
    Files.createSymbolicLink(link.resolve("node.json"), FROZEN.toAbsolutePath());
    PublishedNodes nodes = new PublishedNodes(ledger);
    for (String node :
        new String[] {"gpu1", "gpu2", "gpu3", "gpu4", "../" + ledger.getFileName()}) {
      assertThat(nodes.find(node)).as(node).isEmpty();
    }
  }
}
