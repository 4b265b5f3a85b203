package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.PendingLine;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.energy.occupancy.ProcessFacts;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.slurm.gres.TypeName;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.node.PublishedGpu;

/**
 * The runs of a machine without Slurm. A wrapper asks for one over the socket and is answered at
 * once; the daemon's loop takes it over at its next tick, with the time at which it was asked for.
 * A run ends by its wrapper's word, or with its wrapper.
 */
final class StationRuns {

  private static final Logger LOG = LoggerFactory.getLogger(StationRuns.class);
  private static final String NO_ACCOUNT = "local";

  /** Not yet in the ledger; each is a line there, and some hundred bytes in each checkpoint. */
  private static final int MOST_OF_ONE_USER = 64;

  private static final int MOST = 512;

  private record Begun(
      JobFacts facts, WrapperProcess wrapper, BeginRequest.GpuChoice gpus, long atNanos) {}

  private record Ended(JobKey job, int waitStatus, long atNanos) {}

  private static final class Known {
    final int uid;
    boolean takenOver;
    boolean endTold;

    Known(int uid, boolean takenOver) {
      this.uid = uid;
      this.takenOver = takenOver;
    }
  }

  private final ProcessTable processes;
  private final UptimeClock clock;
  private final Optional<String> whyNone;
  private final Map<JobKey, Known> known = new HashMap<>();
  private final List<Begun> begun = new ArrayList<>();
  private final List<Ended> ended = new ArrayList<>();
  private boolean closed;

  /**
   * @param whyNone why this machine has no such runs; absent on a station
   */
  StationRuns(ProcessTable processes, UptimeClock clock, Optional<String> whyNone) {
    this.processes = requireNonNull(processes, "processes");
    this.clock = requireNonNull(clock, "clock");
    this.whyNone = requireNonNull(whyNone, "whyNone");
  }

  /** The runs that an earlier daemon of this boot left. Before the first request. */
  synchronized void resume(Accrual accrual) {
    for (RunningJob run : accrual.running()) {
      if (run.wrapper().isPresent()) {
        known.put(run.facts().key(), new Known(run.facts().uid(), /* takenOver= */ true));
      }
    }
    for (PendingLine line : accrual.pending()) {
      if (line.line() instanceof JobLine job && job.beginFrom() == BeginFrom.WRAPPER) {
        known.put(job.facts().key(), new Known(job.facts().uid(), /* takenOver= */ true));
      }
    }
  }

  /** Any thread. The run begins now. */
  synchronized JobKey begin(BeginRequest request, Peer peer) throws RefusedException {
    if (whyNone.isPresent()) {
      throw new RefusedException(whyNone.get());
    }
    if (closed) {
      throw new RefusedException("this daemon is ending: begin again with the next one", true);
    }
    ProcessFacts process =
        processes
            .of(request.pid())
            .filter(one -> one.uid() == peer.uid())
            .orElseThrow(
                () ->
                    new RefusedException(
                        "pid " + request.pid() + ": expected a living process of yours"));
    long ofUser = known.values().stream().filter(one -> one.uid == peer.uid()).count();
    if (ofUser >= MOST_OF_ONE_USER || known.size() >= MOST) {
      throw new RefusedException(
          "too many runs: expected at most "
              + MOST_OF_ONE_USER
              + " of one user and "
              + MOST
              + " in all that are not in the ledger yet, found "
              + ofUser
              + " and "
              + known.size());
    }
    JobKey key = freeKey(request.pid());
    known.put(key, new Known(peer.uid(), /* takenOver= */ false));
    JobFacts facts =
        new JobFacts(
            key,
            peer.name(),
            peer.uid(),
            Optional.of(request.account().orElse(NO_ACCOUNT)),
            Optional.empty(),
            List.of(),
            request.cpus());
    WrapperProcess wrapper = new WrapperProcess(process.pid(), process.startTicks());
    begun.add(new Begun(facts, wrapper, request.gpus(), clock.nanosSinceBoot()));
    return key;
  }

  /** Any thread. */
  synchronized void end(JobKey job, int waitStatus, Peer peer) throws RefusedException {
    Known run = known.get(job);
    if (run == null || !peer.mayAskFor(run.uid)) {
      throw new RefusedException("job " + job + " is not running here, or is not yours");
    }
    if (!run.endTold) {
      run.endTold = true;
      ended.add(new Ended(job, waitStatus, clock.nanosSinceBoot()));
    }
  }

  /** Whose run it is; empty for one that is not known, or that Slurm runs. Any thread. */
  synchronized OptionalInt owner(JobKey job) {
    Known run = known.get(job);
    return run == null ? OptionalInt.empty() : OptionalInt.of(run.uid);
  }

  /** Whether nobody has a run; no run begins after that. */
  synchronized boolean closeIfIdle() {
    closed = known.isEmpty();
    return closed;
  }

  /** Tells the accrual which runs have begun and ended. The loop's thread. */
  void read(Accrual accrual, NodeInventory node, long nowNanos, Instant wall) {
    // Who is gone by now may have told its end just before: what was told counts.
    List<RunningJob> gone = gone(accrual);
    synchronized (this) {
      begun.removeIf(run -> begin(accrual, run, node, nowNanos, wall));
      ended.removeIf(end -> end(accrual, end));
      known.entrySet().removeIf(one -> one.getValue().takenOver && !accrual.knows(one.getKey()));
    }
    gone.forEach(run -> accrual.endStationRun(run.facts().key(), nowNanos, OptionalInt.empty()));
  }

  private List<RunningJob> gone(Accrual accrual) {
    return accrual.running().stream()
        .filter(run -> !run.ended())
        .filter(run -> run.wrapper().filter(wrapper -> !processes.isAlive(wrapper)).isPresent())
        .toList();
  }

  /** Whether it is taken over: its GPUs cannot be told before the node is known. */
  private boolean begin(
      Accrual accrual, Begun run, NodeInventory node, long nowNanos, Instant wall) {
    Optional<List<PublishedGpu>> gpus =
        run.gpus() instanceof BeginRequest.GpuChoice.None
            ? Optional.of(List.of())
            : node.gpus().map(run.gpus()::among);
    if (gpus.isEmpty()) {
      return false;
    }
    List<HeldGpu> held = gpus.get().stream().flatMap(gpu -> held(gpu).stream()).toList();
    long at = Math.min(run.atNanos(), nowNanos);
    JobFacts facts = withAtMost(node.cpus(), run.facts());
    accrual.beginStationRun(facts, run.wrapper(), at, held, nowNanos, wall);
    requireNonNull(known.get(run.facts().key())).takenOver = true;
    LOG.info("run {} of uid {} began", run.facts().key(), run.facts().uid());
    return true;
  }

  /** More than the machine has would take from what its neighbours pay. */
  private static JobFacts withAtMost(OptionalInt cpus, JobFacts facts) {
    return cpus.isEmpty() || facts.cpus() <= cpus.getAsInt()
        ? facts
        : facts.withCpus(cpus.getAsInt());
  }

  private static Optional<HeldGpu> held(PublishedGpu gpu) {
    return gpu.device()
        .map(
            device ->
                new HeldGpu(
                    device,
                    TypeName.of(gpu.model()),
                    Optional.empty(),
                    OptionalLong.empty(),
                    BigDecimal.ONE,
                    gpu.memoryTotalMebibytes()));
  }

  private boolean end(Accrual accrual, Ended end) {
    boolean waits = begun.stream().anyMatch(run -> run.facts().key().equals(end.job()));
    if (!waits) {
      accrual.endStationRun(end.job(), end.atNanos(), OptionalInt.of(end.waitStatus()));
    }
    return !waits;
  }

  private JobKey freeKey(long pid) {
    int restart = 0;
    while (known.containsKey(new JobKey(pid, restart))) {
      restart++;
    }
    return new JobKey(pid, restart);
  }
}
