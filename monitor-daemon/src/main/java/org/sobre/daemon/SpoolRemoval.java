package org.sobre.daemon;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolDirectory;
import org.sobre.slurm.job.SpoolRecord;

/** Removes spool files that are of no use any more, and knows those that could not be. */
final class SpoolRemoval {

  /** In the journal the spool has one name. */
  private static final Logger LOG = LoggerFactory.getLogger(JobSpool.class);

  private final SpoolDirectory directory;

  /**
   * Closed, with files that could not be removed, and until when those were left: they must not
   * begin a run a second time. A later start may have the name anew, where Slurm lost its state.
   */
  private final Map<JobKey, Long> left = new HashMap<>();

  /** Whose ends are not used and could not be removed: said once, tried each time. */
  private final Set<JobKey> endsLeft = new HashSet<>();

  private long readAtNanos;

  SpoolRemoval(SpoolDirectory directory) {
    this.directory = directory;
  }

  /** The directory is read now: what cannot be removed was there by then. */
  void readAt(long nowNanos) {
    readAtNanos = nowNanos;
  }

  /** Whether it is of a run that is closed. */
  boolean isLeft(SpoolRecord record) {
    Long until = left.get(record.key());
    return until != null && record.uptimeNanos() <= until;
  }

  /** Begin and end. */
  void files(JobKey job) {
    try {
      directory.remove(job);
    } catch (IOException e) {
      left.put(job, readAtNanos);
      LOG.warn("spool files of the finished job {} cannot be removed: {}", job, e.toString());
    }
  }

  /** The end alone; whether it is gone. */
  boolean end(JobKey job) {
    try {
      directory.removeEnd(job);
      endsLeft.remove(job);
      return true;
    } catch (IOException e) {
      if (endsLeft.add(job)) {
        LOG.warn("the end of job {} is of no use any more and stays: {}", job, e.toString());
      }
      return false;
    }
  }
}
