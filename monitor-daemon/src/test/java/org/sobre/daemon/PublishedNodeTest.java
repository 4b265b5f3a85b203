package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
}
