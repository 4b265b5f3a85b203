package org.sobre.daemon;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.accrual.UntoldRuns;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.occupancy.StepDaemon;
import org.sobre.energy.occupancy.StepDaemons;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.cgroup.JobCgroup;
import org.sobre.slurm.job.cgroup.JobCgroups;
import org.sobre.slurm.job.cgroup.JobName;

/**
 * What the steps on this node tell of jobs whose hooks did not. A job whose batch or extern step
 * was seen, and whose steps have all gone, ended when the last was seen, if no epilog tells
 * otherwise. One that only ever showed numbered steps may hold its GPUs between two of them, so
 * that its end is not guessed before another job has one of them. Jobs that no prolog told of:
 * {@link UntoldJobs}.
 */
final class JobSteps {

  /** An epilog runs when the last step has gone; a site's own may take a while before ours. */
  static final Duration EPILOG_PATIENCE = UntoldRuns.LONGEST_DOUBT;

  /**
   * So long a job without a step has another's process on its GPU before that tells of its end:
   * where devices are not constrained, anybody's process may be there for a moment.
   */
  private static final Duration TAKEN_OVER = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(JobSteps.class);

  private final StepDaemons daemons;
  private final JobCgroups cgroups;
  private final UntoldJobs untold;

  /** Since when a run that may go on without a step has none. */
  private final Map<JobKey, Long> quietSince = new HashMap<>();

  JobSteps(StepDaemons daemons, JobCgroups cgroups) {
    this.daemons = daemons;
    this.cgroups = cgroups;
    this.untold = new UntoldJobs(daemons, cgroups);
  }

  /** The jobs that no prolog told of. */
  UntoldJobs untold() {
    return untold;
  }

  /**
   * Looks at the steps. After the spool was read.
   *
   * @param isTold of a job's id: whether a prolog's file of it can be read
   */
  void look(
      Accrual accrual, NodeInventory node, LongPredicate isTold, long nowNanos, Instant wall) {
    Map<Long, List<StepDaemon>> steps =
        daemons.poll(nowNanos).stream().collect(Collectors.groupingBy(one -> one.title().job()));
    if (daemons.canSee()) {
      lookForEnds(accrual, node, steps, nowNanos);
    }
    accrual.ended().remember(accrual.running(), accrual.sealedEnds(), steps.keySet(), nowNanos);
    untold.look(accrual, steps, isTold, nowNanos, wall);
  }

  /**
   * A run of which no step is there.
   *
   * @param atNanos its end, if it has ended
   * @param from how that would be known
   */
  private record Gone(RunningJob run, long atNanos, EndFrom from) {}

  private void lookForEnds(
      Accrual accrual, NodeInventory node, Map<Long, List<StepDaemon>> steps, long nowNanos) {
    List<Gone> gone = new ArrayList<>();
    List<RunningJob> running = accrual.running();
    Map<JobKey, Long> wereQuiet = Map.copyOf(quietSince);
    quietSince.clear();
    for (RunningJob run : running) {
      if (run.ended() || run.wrapper().isPresent()) {
        continue;
      }
      List<StepDaemon> there = steps.getOrDefault(run.facts().key().id(), List.of());
      boolean wasSeen = run.seenNanos().isPresent();
      // A step that a script left behind runs on, and its job with it.
      if (wasSeen ? !there.isEmpty() : isLasting(there)) {
        accrual.untold().seen(run.facts().key(), nowNanos);
      } else if (wasSeen) {
        gone.add(new Gone(run, run.seenNanos().orElseThrow(), EndFrom.CGROUP));
      } else if (there.isEmpty()) {
        JobKey key = run.facts().key();
        quietSince.put(key, wereQuiet.getOrDefault(key, nowNanos));
        OptionalLong next = nextHolder(run, running, node, nowNanos);
        next.ifPresent(begin -> gone.add(new Gone(run, begin, EndFrom.SLURM)));
      }
    }
    accrual
        .untold()
        .doubtSince(gone.isEmpty() ? OptionalLong.empty() : lookAfter(accrual, gone, nowNanos));
  }

  /**
   * When another job began that has a GPU of this run's, which Slurm gives to one at a time; or
   * when one of which no prolog told was there with a process, and this run without a step.
   */
  private OptionalLong nextHolder(
      RunningJob run, List<RunningJob> running, NodeInventory node, long nowNanos) {
    Set<String> own =
        run.gpus().stream()
            .map(HeldGpu::device)
            .filter(node::isForOneJob)
            .collect(Collectors.toSet());
    LongStream began =
        running.stream()
            .filter(other -> other.wrapper().isEmpty() && other.beginNanos() > run.beginNanos())
            .filter(other -> other.gpus().stream().anyMatch(gpu -> own.contains(gpu.device())))
            .mapToLong(RunningJob::beginNanos);
    JobKey key = run.facts().key();
    long quiet = quietSince.getOrDefault(key, nowNanos);
    LongStream came =
        untold.claims().wantedSince(key, own).stream()
            .map(since -> Math.max(since, quiet))
            .filter(since -> nowNanos - since >= TAKEN_OVER.toNanos());
    return LongStream.concat(began, came).min();
  }

  private static boolean isLasting(List<StepDaemon> steps) {
    return steps.stream().anyMatch(step -> step.title().isLasting());
  }

  /**
   * Ends those that have been gone for long.
   *
   * @return since when of another it is not known whether it goes on
   */
  private OptionalLong lookAfter(Accrual accrual, List<Gone> gone, long nowNanos) {
    OptionalLong doubt = OptionalLong.empty();
    List<JobCgroup> alive = cgroups.poll().stream().filter(JobCgroup::alive).toList();
    for (Gone one : gone) {
      JobKey key = one.run().facts().key();
      if (alive.stream().anyMatch(group -> isOf(group.job(), one.run().facts()))) {
        accrual.untold().seen(key, nowNanos);
      } else if (nowNanos - one.atNanos() < EPILOG_PATIENCE.toNanos()) {
        doubt = OptionalLong.of(Math.min(one.atNanos(), doubt.orElse(Long.MAX_VALUE)));
      } else {
        accrual.untold().end(key, one.atNanos(), one.from());
        LOG.warn(
            "job {} has gone and no epilog told of it: it ended when {}",
            key,
            one.from() == EndFrom.SLURM ? "another got its GPU" : "it was last seen");
      }
    }
    return doubt;
  }

  private static boolean isOf(JobName name, JobFacts facts) {
    return name.id().isPresent()
        ? name.id().getAsLong() == facts.key().id()
        : name.sluid().equals(facts.sluid());
  }
}
