package org.sobre.daemon;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.daemon.metrics.NodeFigures;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.accrual.JobViews;
import org.sobre.slurm.job.JobKey;

/**
 * What the loop saw last, for who asks: written by its thread, read from any. New once a second
 * whatever the meters' interval: see {@link JobAnswers}.
 */
final class LastLook {

  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private volatile Optional<JobViews> jobs = Optional.empty();
  private volatile NodeView node;
  private volatile Optional<NodeFigures> figures = Optional.empty();
  private OptionalLong takenAtNanos = OptionalLong.empty();

  /**
   * @param name of the node
   */
  LastLook(String name) {
    this.node = NodeView.empty(name);
  }

  boolean isDue(long nowNanos) {
    return takenAtNanos.isEmpty() || nowNanos - takenAtNanos.getAsLong() >= EVERY_NANOS;
  }

  void take(JobViews ofJobs, NodeView ofNode, NodeFigures ofMetrics, long nowNanos) {
    jobs = Optional.of(ofJobs);
    node = ofNode;
    figures = Optional.of(ofMetrics);
    takenAtNanos = OptionalLong.of(nowNanos);
  }

  Map<JobKey, JobView> jobs() {
    return jobs.map(JobViews::all).orElse(Map.of());
  }

  NodeView node() {
    return node;
  }

  /** Empty before the first look. */
  Optional<NodeFigures> figures() {
    return figures;
  }
}
