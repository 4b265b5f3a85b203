package org.sobre.daemon;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.daemon.metrics.NodeFigures;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.accrual.PendingLine;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.slurm.job.JobKey;

/** The loop: each second read the meters and the runs, attribute, put the state down. */
final class Monitor implements JobAnswers.State {

  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);

  /** Of the time that a service manager gives to stop; a share that hangs is not waited for. */
  private static final Duration LONGEST_LAST_LOOK = Duration.ofSeconds(2);

  private static final Duration ANSWER = Duration.ofMillis(100);

  private static final Duration FAREWELL = Duration.ofSeconds(15);

  private final UptimeClock clock;
  private final ClockWatch clockWatch;
  private final Accrual accrual;
  private final NodeInventory node;
  private final JobSources jobs;
  private final NodeMeters meters;
  private final LedgerWriter writer;
  private final CheckpointFile local;
  private final StateChange localState = new StateChange(LOG, "local checkpoint");

  private final Declarations declarations = new Declarations();
  private final LastRuns lastRuns = new LastRuns();
  private final AtomicLong turns = new AtomicLong();
  private final LastLook lastLook;

  /**
   * @param name of the node
   * @param local the checkpoint in this machine's memory
   */
  Monitor(
      String name,
      UptimeClock clock,
      WallClockTrust trust,
      Accrual accrual,
      NodeInventory node,
      JobSources jobs,
      NodeMeters meters,
      LedgerWriter writer,
      CheckpointFile local) {
    this.clock = clock;
    this.clockWatch = new ClockWatch(trust, clock);
    this.accrual = accrual;
    this.node = node;
    this.jobs = jobs;
    this.meters = meters;
    this.writer = writer;
    this.local = local;
    this.lastLook = new LastLook(name);
    jobs.station().resume(accrual);
  }

  /**
   * Runs until asked to stop, a tick each interval; a tick that was late is not made up for.
   * Between two ticks the meters are read where a job begins or ends.
   *
   * @param idleEnd ends also when nobody has had a run for so long; absent for the node's daemon
   * @param ending told when it is decided, before the last lines are put down
   */
  void run(Duration interval, Pause pause, Optional<Duration> idleEnd, Runnable ending) {
    try {
      long next = System.nanoTime();
      long busyAt = next;
      boolean stopped = false;
      while (!stopped) {
        tick();
        turns.incrementAndGet();
        long now = System.nanoTime();
        busyAt = accrual.running().stream().allMatch(RunningJob::ended) ? busyAt : now;
        next = Math.max(next + interval.toNanos(), now);
        stopped =
            pause.until(next, () -> meters.readMeters(accrual)) || isIdle(now - busyAt, idleEnd);
      }
      ending.run();
      farewell(interval);
    } catch (InterruptedException e) {
      farewell(interval);
    } finally {
      meters.close();
    }
  }

  /** How often the loop has turned, for whoever watches that it does. */
  long turns() {
    return turns.get();
  }

  private boolean isIdle(long idleNanos, Optional<Duration> idleEnd) {
    return idleEnd.filter(longest -> idleNanos >= longest.toNanos()).isPresent()
        && !clockWatch.ledgerWaits()
        && jobs.station().closeIfIdle();
  }

  @Override
  public Map<JobKey, JobView> jobs() {
    return lastLook.jobs();
  }

  @Override
  public List<LastRuns.Ended> ended(long id) {
    return lastRuns.of(id);
  }

  @Override
  public NodeView node() {
    return lastLook.node();
  }

  /** For a monitoring system, at most a second old; empty before the first look. */
  Optional<NodeFigures> figures() {
    return lastLook.figures();
  }

  @Override
  public Optional<String> ledgerTrouble() {
    return writer.trouble();
  }

  @Override
  public OptionalInt newcomer(JobKey job) {
    return jobs.owner(job);
  }

  /** From any thread, of a job that is here; taken over at the next tick. */
  @Override
  public void declare(JobAnswers.Declaration declaration) {
    declarations.add(declaration);
  }

  void tick() {
    refreshNode();
    meters.readMeters(accrual);
    clockWatch.look();
    long now = clock.nanosSinceBoot();
    Instant wall = clock.wall();
    accrual.clock(now, wall, clockWatch.isUnset());
    jobs.read(accrual, node, now, wall);
    meters.readProcesses(accrual, jobs, now);
    declarations.give(accrual, jobs);
    takeOverFromWriter();
    accrual.advance(now, wall);
    lastRuns.take(accrual.pending());
    Checkpoint checkpoint = accrual.checkpoint();
    refreshViews(checkpoint, now);
    save(checkpoint);
  }

  private void refreshViews(Checkpoint checkpoint, long now) {
    if (lastLook.isDue(now)) {
      NodeView node = meters.view(lastLook.node().node(), accrual.running(), now);
      NodeFigures figures =
          new FigureSheet(node, meters.figures(now), meters.gpus(), accrual.running())
              .of(writer.figures(checkpoint, now), turns.get(), clockWatch.isUnset(), now);
      lastLook.take(accrual.views(checkpoint, now), node, figures, now);
    }
  }

  private void refreshNode() {
    if (node.refresh()) {
      node.cpus().ifPresent(accrual::nodeCpus);
      node.gpus().ifPresent(meters::gpus);
    }
  }

  /** Spool files go before the state forgets their job, or it would begin a second time. */
  private void takeOverFromWriter() {
    writer.seqBase().ifPresent(accrual::seqBase);
    long written = writer.writtenOrdinal();
    for (PendingLine line : accrual.pending()) {
      if (line.ordinal() <= written) {
        line.closes().ifPresent(jobs::remove);
        line.closes().ifPresent(job -> LOG.info("job {} is in the ledger", job));
      }
    }
    accrual.written(written);
  }

  /**
   * In this machine's memory first, then on the share: the writer appends nothing of which no
   * checkpoint knows. Each tick, some kilobytes: a kill then costs the time until the next start.
   */
  private void save(Checkpoint checkpoint) {
    try {
      local.writeOrRemove(checkpoint);
      localState.fine();
    } catch (IOException e) {
      localState.trouble("cannot be written, a crash would lose more: " + e);
    }
    writer.offer(checkpoint, clockWatch.ledgerWaits());
  }

  /**
   * Sampled power of the last second comes with the next row: it is waited for, once. A ledger that
   * waits for the time gets the state, for the next daemon or the next boot to write.
   */
  private void farewell(Duration interval) {
    LOG.info("stopping");
    long now = clock.nanosSinceBoot();
    Instant wall = clock.wall();
    Duration nextRow = interval.plus(interval.dividedBy(5));
    LockSupport.parkNanos(Math.min(nextRow.toNanos(), LONGEST_LAST_LOOK.toNanos()));
    meters.readMeters(accrual);
    // what is asked in another thread has its answer by then
    LockSupport.parkNanos(ANSWER.toNanos());
    meters.readMeters(accrual);
    jobs.read(accrual, node, clock.nanosSinceBoot(), clock.wall());
    meters.readProcesses(accrual, jobs, clock.nanosSinceBoot());
    declarations.give(accrual, jobs);
    accrual.close(now, wall);
    long until = System.nanoTime() + FAREWELL.toNanos();
    do {
      takeOverFromWriter();
      save(accrual.checkpoint());
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    } while (!accrual.pending().isEmpty()
        && !clockWatch.ledgerWaits()
        && System.nanoTime() < until);
    writer.finish(Duration.ofNanos(Math.max(1_000_000, until - System.nanoTime())));
    takeOverFromWriter();
    save(accrual.checkpoint());
  }
}
