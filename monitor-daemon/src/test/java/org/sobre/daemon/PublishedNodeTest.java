package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.slurm.health.HealthCard;

class PublishedNodeTest {

  private static final Path TWO_CARDS =
      Path.of("../integration-tests/src/test/resources/frozen/v1/node/gpu1/node.json");

  @TempDir Path directory;

  @Test
  void theCardsOfWhichTheHealthCountsAreThoseThatSlurmWasGiven() throws IOException {
    Path file = directory.resolve("node.json");
    PublishedNode node = new PublishedNode(file);
    assertThat(node.refresh()).isFalse();
    assertThat(node.cardsOfSlurm()).isEmpty();

    String all = Files.readString(TWO_CARDS);
    Files.writeString(file, all);
    assertThat(node.refresh()).isTrue();
    List<HealthCard> cards = node.cardsOfSlurm().orElseThrow();
    assertThat(cards).hasSize(2).extracting(HealthCard::index).containsExactly(0, 1);

    // the first card is no more in gres: it is listed, and not given to Slurm
    Path other = directory.resolve("other.json");
    String gres = all.substring(0, all.indexOf("\"gpus\""));
    Files.writeString(
        other, gres.replace(cards.get(0).device(), "GPU-another") + all.substring(gres.length()));
    PublishedNode smaller = new PublishedNode(other);
    smaller.refresh();
    assertThat(smaller.cardsOfSlurm().orElseThrow()).containsExactly(cards.get(1));
  }

  @Test
  void isWithoutGpuOnlyWhereTheDocumentSaysSo() throws IOException {
    Path file = directory.resolve("node.json");
    PublishedNode node = new PublishedNode(file);
    node.refresh();
    assertThat(node.isWithoutGpu()).as("not described yet").isFalse();

    Files.writeString(file, SPLIT.replace("\"state\":\"ok\"", "\"state\":\"lost\""));
    node.refresh();
    assertThat(node.isWithoutGpu()).as("with lost ones").isFalse();

    Path other = directory.resolve("other.json");
    Files.writeString(
        other,
        SPLIT
            .replaceAll("(?s)\"gres\":\\[.*?\\],\n \"gpus\"", "\"gres\":[],\n \"gpus\"")
            .replaceAll("(?s)\"gpus\":\\[.*", "\"gpus\":[]}"));
    PublishedNode none = new PublishedNode(other);
    none.refresh();
    assertThat(none.isWithoutGpu()).isTrue();
  }

  /** Two of four partitions of an A100 of 81920 MiB, and a card that is not split. */
  private static final String SPLIT =
      """
      {"v":1,"node":"n1","boot":"b","digest":"d","features":[],"memoryMiB":1000,
       "cpu":{"model":"c","sockets":1,"cores":1,"threads":2},
       "gres":[
        {"position":0,"name":"gpu","type":"nvidia_a100_1g.20gb","file":"/dev/nvidia0","device":"MIG-1",
         "partition":{"board":"GPU-1","profile":"1g.20gb","memoryMiB":19968}},
        {"position":1,"name":"gpu","type":"nvidia_a100_1g.20gb","file":"/dev/nvidia0","device":"MIG-2",
         "partition":{"board":"GPU-1","profile":"1g.20gb","memoryMiB":19968}},
        {"position":2,"name":"gpu","type":"nvidia_l4","file":"/dev/nvidia1","device":"GPU-2"}],
       "gpus":[
        {"vendor":"nvidia","model":"NVIDIA A100","uuid":"GPU-1","pciBusId":"0000:01:00.0","state":"ok",
         "memoryTotalMiB":81920,"partitions":[
          {"id":"MIG-1","profile":"1g.20gb","memoryTotalMiB":19968,"gpuInstance":3,"computeInstance":0},
          {"id":"MIG-2","profile":"1g.20gb","memoryTotalMiB":19968,"gpuInstance":4,"computeInstance":0}]},
        {"vendor":"nvidia","model":"NVIDIA L4","uuid":"GPU-2","pciBusId":"0000:02:00.0","state":"ok",
         "memoryTotalMiB":23034}]}
      """;

  @Test
  void aPartitionIsHeldAsAPartOfItsBoardWhichHasTheMeters() throws IOException {
    Path file = directory.resolve("split.json");
    Files.writeString(file, SPLIT);
    PublishedNode node = new PublishedNode(file);
    assertThat(node.refresh()).isTrue();
    assertThat(node.gpusAt(List.of(1, 2)).orElseThrow())
        .containsExactly(
            new HeldGpu(
                "GPU-1",
                "nvidia_a100_1g.20gb",
                Optional.of("1g.20gb"),
                OptionalLong.empty(),
                new BigDecimal("0.24375")),
            new HeldGpu(
                "GPU-2",
                "nvidia_l4",
                Optional.empty(),
                OptionalLong.empty(),
                BigDecimal.ONE,
                OptionalLong.of(23_034)));
    assertThat(node.gpus().orElseThrow())
        .extracting(gpu -> gpu.device().orElseThrow())
        .containsExactly("GPU-1", "GPU-2");
  }
}
