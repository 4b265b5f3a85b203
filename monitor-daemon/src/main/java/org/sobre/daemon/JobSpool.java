package org.sobre.daemon;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolDirectory;
import org.sobre.slurm.job.SpoolRecord;

/**
 * Follows jobs by what prolog and epilog left, and by their steps where those left nothing. A file
 * stays until its job's line is safe.
 */
final class JobSpool {

  private static final Logger LOG = LoggerFactory.getLogger(JobSpool.class);

  /** Thousands may lie there when the ledger is back. */
  private static final int MOST_AT_ONCE = 500;

  private final SpoolDirectory directory;
  private final NodeInventory node;
  private final JobSteps steps;
  private final StateChange state = new StateChange(LOG, "spool");
  private final StateChange room = new StateChange(LOG, "runs");
  private final IgnoredFiles ignored = new IgnoredFiles();
  private final SpoolNames names = new SpoolNames();
  private final SpoolRemoval removal;

  /**
   * @param steps tell what the hooks did not
   */
  JobSpool(SpoolDirectory directory, NodeInventory node, JobSteps steps) {
    this.directory = directory;
    this.removal = new SpoolRemoval(directory);
    this.node = node;
    this.steps = steps;
  }

  /**
   * One reading.
   *
   * @param room for runs that begin
   */
  private record Look(
      Accrual accrual,
      AtomicInteger room,
      Map<JobKey, SpoolRecord.Begin> begins,
      long nowNanos,
      Instant wall) {

    boolean hasRoom() {
      return room.getAndDecrement() > 0;
    }
  }

  /** Tells the accrual which jobs have begun and ended. */
  void read(Accrual accrual, long nowNanos, Instant wall) {
    removal.readAt(nowNanos);
    boolean hasRoom = hasRoom(accrual);
    SpoolDirectory.Contents contents;
    try {
      // What has ended waits for its line alone; there may be thousands while the share is away.
      contents =
          directory.read(
              job ->
                  (accrual.hasEnded(job) && !accrual.untold().has(job))
                      || (!hasRoom && !accrual.knows(job) && !names.isAdopted(job)));
      state.fine();
    } catch (IOException e) {
      state.trouble("cannot be read, jobs are not followed: " + e);
      return;
    }
    ignored.say(contents.ignored());
    Map<JobKey, SpoolRecord.Begin> begins = new HashMap<>();
    List<SpoolRecord> records =
        contents.records().stream().filter(record -> !removal.isLeft(record)).toList();
    for (SpoolRecord record : records) {
      if (record instanceof SpoolRecord.Begin begin) {
        begins.put(begin.key(), begin);
      }
    }
    AtomicInteger room = new AtomicInteger(hasRoom ? MOST_AT_ONCE : 0);
    Look look = new Look(accrual, room, begins, nowNanos, wall);
    for (SpoolRecord record : records) {
      if (record instanceof SpoolRecord.Begin begin) {
        begin(look, begin);
      } else if (record instanceof SpoolRecord.End end) {
        end(look, end);
      }
    }
    Set<Long> told =
        begins.keySet().stream()
            .filter(key -> !accrual.hasEnded(names.run(key)))
            .map(JobKey::id)
            .collect(Collectors.toSet());
    steps.look(accrual, node, told::contains, nowNanos, wall);
  }

  private boolean hasRoom(Accrual accrual) {
    boolean hasRoom = accrual.hasRoom();
    if (hasRoom) {
      room.fine();
    } else {
      room.trouble(
          "as many wait for the ledger as can: what jobs that begin now draw is the platform's,"
              + " their lines will say that it was not observed");
    }
    return hasRoom;
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
    removal.files(job);
    names.adoptedBy(job).forEach(removal::files);
    names.endsOf(job).forEach(removal::end);
    names.forget(job);
  }

  /** Processes that are a job's, of jobs that no prolog told of. */
  Map<WrapperProcess, JobKey> processes() {
    return steps.untold().processes();
  }

  /** Who is on which GPU now. */
  void presences(Accrual accrual, List<Presence> presences) {
    steps.untold().claims().look(accrual, node, presences);
  }

  private void begin(Look look, SpoolRecord.Begin begin) {
    JobKey key = begin.key();
    Optional<JobKey> untold = look.accrual().untold().find(key.id(), begin.uptimeNanos());
    if (untold.isEmpty() && (look.accrual().knows(key) || names.isAdopted(key))) {
      return;
    }
    Optional<List<HeldGpu>> gpus = node.gpusAt(begin.facts().gpuPositions());
    if (gpus.isEmpty()) {
      // Its GPUs cannot be told before the node has published itself: asked again next time.
      return;
    }
    if (untold.isPresent()) {
      if (!untold.get().equals(key)) {
        names.adopt(key, untold.get());
      }
      look.accrual().untold().adopt(untold.get(), begin.facts(), gpus.get());
    } else if (look.hasRoom()) {
      endStartBefore(look, begin);
      look.accrual().begin(begin, gpus.get(), look.nowNanos(), look.wall());
      LOG.info("job {} of uid {} began", key, begin.facts().uid());
    }
  }

  /** A job that is started anew has ended: of that start no epilog told. */
  private static void endStartBefore(Look look, SpoolRecord.Begin begin) {
    for (RunningJob run : look.accrual().running()) {
      JobKey key = run.facts().key();
      boolean isBefore = key.restart() < begin.key().restart() || run.isUntold();
      if (key.id() == begin.key().id() && isBefore && run.wrapper().isEmpty() && !run.ended()) {
        long at = Math.min(begin.uptimeNanos(), look.nowNanos());
        look.accrual().untold().end(key, Math.min(at, run.seenNanos().orElse(at)), EndFrom.SLURM);
        LOG.warn("job {} was started anew and no epilog told of its end", key);
      }
    }
  }

  private void end(Look look, SpoolRecord.End end) {
    JobKey key = end.key();
    SpoolRecord.Begin begin = look.begins().get(key);
    if (begin != null && end.uptimeNanos() < begin.uptimeNanos()) {
      leaveOut(key, "it is of the start before, which is closed");
    } else if (look.accrual().knows(key)) {
      look.accrual().end(end, look.nowNanos());
    } else {
      endUntold(look, end, begin != null);
    }
  }

  private void endUntold(Look look, SpoolRecord.End end, boolean hasBegin) {
    JobKey key = end.key();
    Accrual accrual = look.accrual();
    Optional<JobKey> run =
        names
            .runOfEnd(key)
            .or(() -> runWithoutBegin(accrual, end))
            .or(() -> steps.untold().endOf(accrual, key.id(), look.nowNanos(), look.wall()))
            .filter(accrual::knows);
    if (run.isPresent()) {
      names.endOf(key, run.get());
      SpoolRecord.End ofRun = new SpoolRecord.End(run.get(), end.uptimeNanos(), end.waitStatus());
      accrual.end(ofRun, look.nowNanos());
    } else if (!hasBegin && accrual.ended().has(key.id())) {
      leaveOut(key, "its run is closed");
    } else if (!hasBegin) {
      LOG.warn(
          "job {} ended, its begin was not told in this boot and no step of it was seen: accounted"
              + " by the boot in which it began, or not at all",
          key);
      removal.files(key);
    }
  }

  /** That began before, if one of this job did without a prolog. */
  private static Optional<JobKey> runWithoutBegin(Accrual accrual, SpoolRecord.End end) {
    return accrual.running().stream()
        .filter(run -> run.isUntold() && run.facts().key().id() == end.key().id())
        .filter(run -> run.beginNanos() <= end.uptimeNanos())
        .map(run -> run.facts().key())
        .findFirst();
  }

  private void leaveOut(JobKey end, String why) {
    names.forgetEnd(end);
    if (removal.end(end)) {
      LOG.info("the end of job {} is not used: {}", end, why);
    }
  }
}
