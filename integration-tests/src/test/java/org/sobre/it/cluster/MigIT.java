package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.OtherCards;
import org.sobre.it.lab.RealCluster;

/**
 * From Slurm's position to the bill: two jobs at once on two MIG partitions of one board, which are
 * not of one size, and one of which shares its memory with a third.
 */
@RealCluster
@Order(21) // after what needs the first boot of cpu1
class MigIT {

  private static final String NODE = "cpu1";
  private static final String CARDS = "h200-mig_590.48.01_q-x.xml";
  private static final Path RECORDINGS = Path.of("lab/recordings");
  private static final String SLICE = "1c.3g.71gb";
  private static final String SMALLER = "2g.35gb";

  /** Each partition is a gres of its own. */
  private static final String GRES =
      "gpu:nvidia_h200_1c.3g.71gb:1,gpu:nvidia_h200_2c.3g.71gb:1,gpu:nvidia_h200_2g.35gb:1,"
          + "gpu:nvidia_h200_1g.18gb:2";

  private final Lab lab;
  private final OtherCards cards;

  MigIT(Lab lab) {
    this.lab = lab;
    this.cards = new OtherCards(lab, NODE);
  }

  @AfterEach
  void bootWithoutCards() {
    cards.boot("(null)");
  }

  @Test
  void jobsOnTwoPartitionsPayEachForItsPartOfTheBoard() throws IOException {
    MigBoard board =
        MigBoard.read(RECORDINGS.resolve(CARDS), RECORDINGS.resolve("h200-mig_590.48.01_L.txt"));
    cards.boot(GRES, CARDS);
    String slice = submit("alice", SLICE, "sleep 35");
    String smaller = submit("carol", SMALLER, "exec sobre run -- sleep 35");
    PartOfGpuJobs jobs = PartOfGpuJobs.await(lab, NODE, slice, smaller);

    assertHeld(jobs.first(), board, SLICE, lab.output("alice", slice));
    assertHeld(jobs.second(), board, SMALLER, lab.output("carol", smaller));
    jobs.assertJoules(
        CARDS,
        slice
            + "="
            + board.part(board.device(SLICE))
            + ","
            + smaller
            + "="
            + board.part(board.device(SMALLER)));
    jobs.assertNothingIsLost(CARDS);
    assertTheRestIsThePlatforms(board);
    assertThat(jobs.reportedGpuHours(type(SLICE), type(SMALLER)))
        .isCloseTo(jobs.ownHours(), within(1e-5))
        .isLessThanOrEqualTo(jobs.boardHours());
  }

  private String submit(String user, String profile, String script) {
    return lab.sbatch(
        user,
        "echo $CUDA_VISIBLE_DEVICES; " + script,
        "-w",
        NODE,
        "--gres=gpu:" + type(profile) + ":1");
  }

  private static String type(String profile) {
    return "nvidia_h200_" + profile;
  }

  /** The part that was asked for, and the program was told that very one. */
  private static void assertHeld(
      Map<String, Object> line, MigBoard board, String profile, String output) {
    assertThat(PartOfGpuJobs.gpu(line))
        .containsEntry("device", board.id())
        .containsEntry("type", type(profile))
        .containsEntry("partition", profile);
    assertThat(PartOfGpuJobs.fraction(line))
        .isEqualByComparingTo(board.part(board.device(profile)));
    assertThat(output.lines().findFirst()).contains(board.device(profile).id());
  }

  /** What no job held: idle partitions, and what no partition covers. */
  private void assertTheRestIsThePlatforms(MigBoard board) {
    double held =
        board.part(board.device(SLICE)).add(board.part(board.device(SMALLER))).doubleValue();
    List<Map<String, Object>> meters =
        lab.ledger(NODE, "balance").stream()
            .flatMap(line -> LedgerLines.objects(line, "meters").stream())
            .filter(meter -> board.id().equals(meter.get("device")))
            .toList();
    assertThat(meters).isNotEmpty();
    long total = 0;
    long platform = 0;
    for (Map<String, Object> meter : meters) {
      assertThat(LedgerLines.objects(meter, "outsideSlurm")).isEmpty();
      assertThat(LedgerLines.object(meter, "unknownMicrojoules")).isEmpty();
      total += sampled(meter, "microjoules");
      platform += sampled(meter, "platformMicrojoules");
    }
    assertThat(platform / (double) total).isGreaterThan(1 - held).isLessThan(1);
  }

  private static long sampled(Map<String, Object> meter, String key) {
    return LedgerLines.number(LedgerLines.object(meter, key), "sampled");
  }
}
