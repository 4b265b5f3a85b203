package org.sobre.daemon;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.accrual.PendingLine;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.node.PublishedGpu;

/** The loop: each second read the meters and the spool, attribute, put the state down. */
final class Monitor {

  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);

  /** Of the time that a service manager gives to stop; a share that hangs is not waited for. */
  private static final Duration LONGEST_LAST_LOOK = Duration.ofSeconds(2);

  private static final Duration FAREWELL = Duration.ofSeconds(15);

  /** Declarations of a second; a job that says more than this is not heard. */
  private static final int MOST_DECLARATIONS = 1_000;

  private static final long VIEW_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final UptimeClock clock;
  private final Accrual accrual;
  private final PublishedNode node;
  private final JobSpool spool;
  private final LedgerWriter writer;
  private final CheckpointFile local;
  private final List<Meter> meters;
  private final Function<List<PublishedGpu>, List<Meter>> metersOfGpus;
  private final StateChange localState = new StateChange(LOG, "local checkpoint");
  private final Queue<JobAnswers.Declaration> declarations = new ConcurrentLinkedQueue<>();
  private List<Meter> gpuMeters = List.of();
  private List<PublishedGpu> gpus = List.of();
  private volatile Map<JobKey, JobView> views = Map.of();
  private OptionalLong viewedAtNanos = OptionalLong.empty();

  /**
   * @param meters that every node has
   * @param metersOfGpus makes the meters of the GPUs that the node has published
   */
  Monitor(
      UptimeClock clock,
      Accrual accrual,
      PublishedNode node,
      JobSpool spool,
      LedgerWriter writer,
      CheckpointFile local,
      List<Meter> meters,
      Function<List<PublishedGpu>, List<Meter>> metersOfGpus) {
    this.clock = clock;
    this.accrual = accrual;
    this.node = node;
    this.spool = spool;
    this.writer = writer;
    this.local = local;
    this.meters = List.copyOf(meters);
    this.metersOfGpus = metersOfGpus;
  }

  /** Runs until asked to stop, a tick each interval; a tick that was late is not made up for. */
  void run(Duration interval, CountDownLatch stop) {
    try {
      long next = System.nanoTime();
      boolean stopped = false;
      while (!stopped) {
        tick();
        next = Math.max(next + interval.toNanos(), System.nanoTime());
        stopped = stop.await(next - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      farewell(interval);
    } catch (InterruptedException e) {
      farewell(interval);
    } finally {
      meters.forEach(Meter::close);
      gpuMeters.forEach(Meter::close);
    }
  }

  /** As the jobs stand, at most a second and a tick old. For any thread. */
  Map<JobKey, JobView> views() {
    return views;
  }

  /** From any thread; taken over at the next tick. */
  void declare(JobAnswers.Declaration declaration) {
    if (declarations.size() < MOST_DECLARATIONS) {
      declarations.add(declaration);
    }
  }

  void tick() {
    refreshNode();
    observe();
    long now = clock.nanosSinceBoot();
    Instant wall = clock.wall();
    spool.read(accrual, now, wall);
    takeDeclarations();
    takeOverFromWriter();
    accrual.advance(now, wall);
    refreshViews(now);
    save();
  }

  /** Once a second whatever the meters' interval: see {@link JobAnswers}. */
  private void refreshViews(long now) {
    if (viewedAtNanos.isEmpty() || now - viewedAtNanos.getAsLong() >= VIEW_EVERY_NANOS) {
      views = Map.copyOf(accrual.views(now));
      viewedAtNanos = OptionalLong.of(now);
    }
  }

  private void refreshNode() {
    if (!node.refresh()) {
      return;
    }
    node.document().ifPresent(document -> accrual.nodeCpus(document.cpu().threads()));
    List<PublishedGpu> published = node.gpus();
    LOG.info("the node is published, its GPUs: {}", published);
    if (!published.equals(gpus)) {
      gpuMeters.forEach(Meter::close);
      gpuMeters = List.copyOf(metersOfGpus.apply(published));
      gpus = published;
    }
  }

  private void observe() {
    List<Meter> all = new ArrayList<>(meters);
    all.addAll(gpuMeters);
    for (Meter meter : all) {
      List<MeteredInterval> intervals = meter.poll();
      accrual.observe(meter.meters(), intervals);
    }
  }

  private void takeDeclarations() {
    for (JobAnswers.Declaration words = declarations.poll();
        words != null;
        words = declarations.poll()) {
      accrual.declare(words.job(), words.words());
    }
  }

  /** Spool files go before the state forgets their job, or it would begin a second time. */
  private void takeOverFromWriter() {
    writer.seqBase().ifPresent(accrual::seqBase);
    long written = writer.writtenOrdinal();
    for (PendingLine line : accrual.pending()) {
      if (line.ordinal() <= written) {
        line.closes().ifPresent(spool::remove);
        line.closes().ifPresent(job -> LOG.info("job {} is in the ledger", job));
      }
    }
    accrual.written(written);
  }

  /**
   * In this machine's memory first, then on the share: the writer appends nothing of which no
   * checkpoint knows. Each tick, some kilobytes: a kill then costs the time until the next start.
   */
  private void save() {
    Checkpoint checkpoint = accrual.checkpoint();
    try {
      local.writeOrRemove(checkpoint);
      localState.fine();
    } catch (IOException e) {
      localState.trouble("cannot be written, a crash would lose more: " + e);
    }
    writer.offer(checkpoint);
  }

  /** Sampled power of the last second comes with the next row: it is waited for, once. */
  private void farewell(Duration interval) {
    LOG.info("stopping");
    long now = clock.nanosSinceBoot();
    Instant wall = clock.wall();
    Duration nextRow = interval.plus(interval.dividedBy(5));
    LockSupport.parkNanos(Math.min(nextRow.toNanos(), LONGEST_LAST_LOOK.toNanos()));
    observe();
    spool.read(accrual, clock.nanosSinceBoot(), clock.wall());
    takeDeclarations();
    accrual.close(now, wall);
    long until = System.nanoTime() + FAREWELL.toNanos();
    do {
      takeOverFromWriter();
      save();
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    } while (!accrual.pending().isEmpty() && System.nanoTime() < until);
    writer.finish(Duration.ofNanos(Math.max(1_000_000, until - System.nanoTime())));
    takeOverFromWriter();
    save();
  }
}
