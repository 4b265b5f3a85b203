package org.sobre.daemon;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolDirectory;
import org.sobre.slurm.job.SpoolRecord;

/** Follows jobs by what prolog and epilog left. A file stays until its job's line is safe. */
final class JobSpool {

  private static final Logger LOG = LoggerFactory.getLogger(JobSpool.class);

  private final SpoolDirectory directory;
  private final NodeInventory node;
  private final StateChange state = new StateChange(LOG, "spool");
  private final Set<SpoolDirectory.Ignored> said = new HashSet<>();
  private Set<SpoolDirectory.Ignored> ignoredBefore = Set.of();

  /** Closed, with files that could not be removed: they must not begin a run a second time. */
  private final Set<JobKey> left = new HashSet<>();

  JobSpool(SpoolDirectory directory, NodeInventory node) {
    this.directory = directory;
    this.node = node;
  }

  /** Tells the accrual which jobs have begun and ended. */
  void read(Accrual accrual, long nowNanos, Instant wall) {
    SpoolDirectory.Contents contents;
    try {
      contents = directory.read();
      state.fine();
    } catch (IOException e) {
      state.trouble("cannot be read, jobs are not followed: " + e);
      return;
    }
    sayIgnored(contents.ignored());
    Set<JobKey> begun =
        contents.records().stream()
            .filter(SpoolRecord.Begin.class::isInstance)
            .map(SpoolRecord::key)
            .collect(Collectors.toSet());
    for (SpoolRecord record : contents.records()) {
      if (left.contains(record.key())) {
        continue;
      }
      if (record instanceof SpoolRecord.Begin begin) {
        begin(accrual, begin, nowNanos, wall);
      } else if (record instanceof SpoolRecord.End end) {
        end(accrual, end, begun.contains(end.key()), nowNanos);
      }
    }
  }

  /** Whose job it is, by its begin file; empty if there is none that counts. Any thread. */
  OptionalInt owner(JobKey job) {
    return directory
        .begin(job)
        .map(begin -> OptionalInt.of(begin.facts().uid()))
        .orElseGet(OptionalInt::empty);
  }

  /** The job's line is in the ledger. */
  void remove(JobKey job) {
    try {
      directory.remove(job);
    } catch (IOException e) {
      left.add(job);
      LOG.warn("spool files of the finished job {} cannot be removed: {}", job, e.toString());
    }
  }

  /** Once a file, and not of one that is just being written: that is a record at the next look. */
  private void sayIgnored(List<SpoolDirectory.Ignored> ignored) {
    Set<SpoolDirectory.Ignored> now = Set.copyOf(ignored);
    for (SpoolDirectory.Ignored one : now) {
      if (ignoredBefore.contains(one) && said.add(one)) {
        LOG.warn("spool file {} is not used: {}", one.file(), one.why());
      }
    }
    said.retainAll(now);
    ignoredBefore = now;
  }

  private void begin(Accrual accrual, SpoolRecord.Begin begin, long nowNanos, Instant wall) {
    if (accrual.knows(begin.key())) {
      return;
    }
    Optional<List<HeldGpu>> gpus = node.gpusAt(begin.facts().gpuPositions());
    // Its GPUs cannot be told before the node has published itself: asked again next time.
    if (gpus.isPresent()) {
      accrual.begin(begin, gpus.get(), nowNanos, wall);
      LOG.info("job {} of uid {} began", begin.key(), begin.facts().uid());
    }
  }

  private void end(Accrual accrual, SpoolRecord.End end, boolean hasBegin, long nowNanos) {
    if (accrual.knows(end.key())) {
      accrual.end(end, nowNanos);
    } else if (!hasBegin) {
      LOG.warn(
          "job {} ended and its begin was not told in this boot: accounted by the boot in which it"
              + " began, or not at all",
          end.key());
      remove(end.key());
    }
  }
}
