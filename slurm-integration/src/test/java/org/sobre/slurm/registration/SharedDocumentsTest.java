package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.slurm.gres.Nodes;

class SharedDocumentsTest {

  @TempDir private Path root;
  @TempDir private Path ledger;
  private String ofBootOne = "";

  @BeforeEach
  void aNodeHasRun() throws IOException, JsonShapeException {
    TestNode node = new TestNode(root, new SimulatedSlurm());
    node.boots(Nodes.card(0, "NVIDIA L4", 23034, 0));
    ofBootOne = node.read("node.json");
    Files.createDirectories(ledger.resolve("n1"));
  }

  @Test
  void givesTheNewestDocumentOfAnotherBoot() throws IOException {
    write("node.json", ofBootOne);
    assertThat(shared().before("n1", "boot-2")).contains(ofBootOne);
    assertThat(shared().before("n1", "boot-1")).isEmpty();
    write("node.previous.json", ofBootOne.replace("boot-1", "boot-0"));
    assertThat(shared().before("n1", "boot-1")).get().asString().contains("boot-0");
  }

  @Test
  void aDocumentOfAnotherNodeOrNoDocumentCountsForNothing() throws IOException {
    assertThat(shared().before("n1", "boot-2")).isEmpty();
    write("node.json", ofBootOne.replace("\"n1\"", "\"n2\""));
    assertThat(shared().before("n1", "boot-2")).isEmpty();
    write("node.json", "half a docu");
    assertThat(shared().before("n1", "boot-2")).isEmpty();
    write("node.previous.json", ofBootOne);
    assertThat(shared().before("n1", "boot-2")).as("hides no older one").contains(ofBootOne);
    write("node.json", ofBootOne.replace("\"missing\" : [ ]", "\"missing\" : [ { } ]"));
    assertThat(shared().before("n1", "boot-2")).as("nor does a damaged one").contains(ofBootOne);
  }

  @Test
  void aShareThatHangsIsAskedOnceAndAsTheDaemonsUserByRoot() {
    List<List<String>> asked = new ArrayList<>();
    SharedDocuments shared =
        new SharedDocuments(
            (command, environment, deadline) -> hang(command, deadline, asked), ledger, true);
    assertThat(shared.before("n1", "boot-2")).isEmpty();
    assertThat(asked)
        .singleElement()
        .satisfies(one -> assertThat(one).startsWith("setpriv", "--reuid", "sobre"));
  }

  private static ToolResult hang(
      List<String> command, Duration deadline, List<List<String>> asked) {
    asked.add(command);
    assertThat(deadline).isEqualTo(SharedDocuments.DEADLINE);
    return new ToolResult(command, Ending.TIMED_OUT, OptionalInt.empty(), "", "", deadline);
  }

  private SharedDocuments shared() {
    return new SharedDocuments(new CommonsExecToolRunner(), ledger, false);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(ledger.resolve("n1").resolve(name), text);
  }
}
