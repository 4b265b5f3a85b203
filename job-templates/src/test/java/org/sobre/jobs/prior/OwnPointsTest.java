package org.sobre.jobs.prior;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.slurm.gres.FeatureLadder;

/**
 * The prior against what everybody knows of well-known models, which no constant was fitted on and
 * which is no measurement: whether something runs on a card, and not what it takes.
 */
class OwnPointsTest {

  private static final Logger LOG = LoggerFactory.getLogger(OwnPointsTest.class);

  private static final BatchPlanner PLANNER = new BatchPlanner(FeatureLadder.GIGABYTES);
  private static final List<PublishedPoint> POINTS = PublishedPoint.read("own.csv");

  @Test
  void nothingFitsWhereItIsKnownToFail() {
    List<PublishedPoint> failed = POINTS.stream().filter(PublishedPoint::outOfMemory).toList();
    assertThat(failed).hasSizeGreaterThan(10);
    assertThat(failed.stream().filter(OwnPointsTest::fits)).isEmpty();
  }

  /** What docs/batch-planning.md says of it. */
  @Test
  void whatIsRefusedThoughItRunsIsSaidInTheDocumentation() {
    List<PublishedPoint> ran = POINTS.stream().filter(p -> !p.outOfMemory()).toList();
    List<PublishedPoint> refused = ran.stream().filter(point -> !fits(point)).toList();
    LOG.info("refused: {} of {}: {}", refused.size(), ran.size(), refused);
    assertThat(ran).hasSize(33);
    assertThat(refused)
        .as("all but the largest batches of a card each")
        .allMatch(OwnPointsTest::isBert);
    assertThat(refused).hasSize(9);
  }

  /** A card of three times the need proves nothing: at most one in five of the others. */
  @Test
  void ofThoseThatNearlyFillTheirCardFewAreRefused() {
    List<PublishedPoint> near =
        POINTS.stream()
            .filter(p -> !p.outOfMemory() && !isBert(p))
            .filter(p -> expectedGigabytes(p) * 1.3 > p.cardGigabytes())
            .toList();
    LOG.info("within 1.3 times of the need: {}", near);
    assertThat(near).hasSizeGreaterThan(7);
    assertThat(near.stream().filter(point -> !fits(point)).count() / (double) near.size())
        .isLessThanOrEqualTo(0.2);
  }

  private static double expectedGigabytes(PublishedPoint point) {
    Estimate estimate = MemoryPrior.estimate(point.shape(), point.recipe());
    return (estimate.peakBytes(point.batch()) + estimate.context().bytes()) / 1e9;
  }

  private static boolean isBert(PublishedPoint point) {
    return point.toString().contains(" bert-");
  }

  private static boolean fits(PublishedPoint point) {
    return PLANNER.onEmptyCard(point.priorProfile(), point.cardGigabytes(), true)
            instanceof BatchPlan plan
        && plan.batch() >= point.batch();
  }
}
