package org.sobre.daemon;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.EndedRuns;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.occupancy.StepDaemon;
import org.sobre.energy.occupancy.StepDaemons;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.cgroup.JobCgroups;
import org.sobre.slurm.job.cgroup.JobName;

/**
 * Jobs whose steps run here and that no prolog told of: each begins with the first of its steps
 * that was seen, and holds the GPUs on which its processes are. Nothing but a prolog tells the
 * account, which is absent then, the processors (0), and the restart count (0, or the next after a
 * run that is not in the ledger yet).
 */
final class UntoldJobs {

  /** A prolog's file is there before the first step; it may be unreadable for a moment. */
  static final Duration PROLOG_PATIENCE = Duration.ofSeconds(5);

  /** Between two searches for a job's user, each of which looks at every process there is. */
  private static final Duration OFTEN = Duration.ofSeconds(2);

  /**
   * Likewise, where {@link #NEW_FOR} was not enough: a job may have an extern step alone for days.
   */
  private static final Duration SELDOM = Duration.ofSeconds(30);

  private static final Duration NEW_FOR = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(UntoldJobs.class);

  /** A job that no hook told of, or not yet. */
  private static final class Untold {
    final JobKey key;
    final long firstSeenNanos;
    final boolean isOlderThanDaemon;
    List<StepDaemon> steps = List.of();
    long startNanos;
    boolean lasting;
    long newestStepNanos = Long.MIN_VALUE;
    long soughtSinceNanos;
    long nextSearchNanos;
    OptionalInt uid = OptionalInt.empty();
    Optional<String> sluid = Optional.empty();
    boolean hasIdInGroup;

    Untold(JobKey key, long firstSeenNanos, boolean isOlderThanDaemon) {
      this.key = key;
      this.firstSeenNanos = firstSeenNanos;
      this.isOlderThanDaemon = isOlderThanDaemon;
      this.startNanos = firstSeenNanos;
    }

    /** A new step may have a process of the user's. */
    void see(List<StepDaemon> now, long nowNanos) {
      steps = now;
      for (StepDaemon step : now) {
        if (step.startNanos() > newestStepNanos) {
          newestStepNanos = step.startNanos();
          soughtSinceNanos = nowNanos;
          nextSearchNanos = nowNanos;
        }
        startNanos = Math.min(startNanos, step.startNanos());
        lasting |= step.title().isLasting();
      }
    }
  }

  private final StepDaemons daemons;
  private final JobCgroups cgroups;
  private final Map<Long, Untold> untold = new HashMap<>();
  private final GpuClaims claims = new GpuClaims(this::isUntold);
  private boolean hasLooked;

  /**
   * @param cgroups tell the SLUID of a job whose groups are named by it
   */
  UntoldJobs(StepDaemons daemons, JobCgroups cgroups) {
    this.daemons = daemons;
    this.cgroups = cgroups;
  }

  /**
   * Takes up those that are there, and begins the runs of those that have waited long enough.
   *
   * @param steps of each job, by its id
   * @param isTold of a job's id: whether a prolog told of it
   */
  void look(
      Accrual accrual,
      Map<Long, List<StepDaemon>> steps,
      LongPredicate isTold,
      long nowNanos,
      Instant wall) {
    EndedRuns left = accrual.ended();
    forget(isTold, left, nowNanos);
    untold.values().forEach(job -> job.steps = List.of());
    steps.forEach(
        (id, all) -> {
          List<StepDaemon> now =
              all.stream().filter(step -> !left.isLeft(id, step.startNanos())).toList();
          if (!isTold.test(id) && !now.isEmpty()) {
            forgetStartBefore(id, now);
            untold
                .computeIfAbsent(id, any -> new Untold(freeKey(accrual, id), nowNanos, !hasLooked))
                .see(now, nowNanos);
          }
        });
    hasLooked = true;
    untold.values().forEach(this::lookForSluid);
    lookForUsers(nowNanos);
    for (Untold job : untold.values()) {
      if (!job.steps.isEmpty() && nowNanos - job.firstSeenNanos >= PROLOG_PATIENCE.toNanos()) {
        begin(accrual, job, nowNanos, wall);
      }
    }
  }

  /** All that have none yet at once, as soon as it is time for one of them. */
  private void lookForUsers(long nowNanos) {
    List<Untold> nameless =
        untold.values().stream().filter(job -> job.uid.isEmpty() && !job.steps.isEmpty()).toList();
    if (nameless.stream().anyMatch(job -> nowNanos >= job.nextSearchNanos)) {
      Map<Long, Integer> users =
          daemons.usersBelow(nameless.stream().flatMap(job -> job.steps.stream()).toList());
      for (Untold job : nameless) {
        Optional.ofNullable(users.get(job.key.id()))
            .ifPresent(uid -> job.uid = OptionalInt.of(uid));
        boolean isNew = nowNanos - job.soughtSinceNanos < NEW_FOR.toNanos();
        job.nextSearchNanos = nowNanos + (isNew ? OFTEN : SELDOM).toNanos();
      }
    }
  }

  /** A step's own daemon is in its job's group, from soon after its start on. */
  private void lookForSluid(Untold job) {
    if (job.sluid.isEmpty() && !job.hasIdInGroup) {
      for (StepDaemon step : job.steps) {
        Optional<JobName> name = cgroups.ofProcess(step.process().pid());
        job.hasIdInGroup |= name.map(one -> one.id().isPresent()).orElse(false);
        job.sluid = job.sluid.or(() -> name.flatMap(JobName::sluid));
      }
    }
  }

  /** What an epilog may tell of soon is kept for a while. */
  private void forget(LongPredicate isTold, EndedRuns left, long nowNanos) {
    untold
        .entrySet()
        .removeIf(
            one -> {
              Untold job = one.getValue();
              boolean isOld = nowNanos - job.firstSeenNanos > EndedRuns.REMEMBERED.toNanos();
              return left.isLeft(one.getKey(), job.startNanos)
                  || (job.steps.isEmpty() && (isOld || isTold.test(one.getKey())));
            });
  }

  /** One whose lasting step has gone has ended: what begins later is the job's next start. */
  private void forgetStartBefore(long id, List<StepDaemon> now) {
    Untold before = untold.get(id);
    if (before != null
        && before.lasting
        && now.stream().allMatch(step -> step.startNanos() > before.newestStepNanos)) {
      untold.remove(id);
    }
  }

  /** A run of this job that goes on, or the next of those that are known. */
  private static JobKey freeKey(Accrual accrual, long id) {
    Optional<JobKey> running =
        accrual.running().stream()
            .filter(run -> !run.ended())
            .map(run -> run.facts().key())
            .filter(key -> key.id() == id)
            .findFirst();
    JobKey key = running.orElse(new JobKey(id, 0));
    while (running.isEmpty() && accrual.knows(key)) {
      key = new JobKey(id, key.restart() + 1);
    }
    return key;
  }

  private void begin(Accrual accrual, Untold job, long nowNanos, Instant wall) {
    if (job.uid.isEmpty() || accrual.knows(job.key)) {
      return;
    }
    int uid = job.uid.getAsInt();
    JobFacts facts =
        new JobFacts(
            job.key,
            Integer.toString(uid),
            uid,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            /* cpus= */ 0,
            job.sluid);
    boolean mayBeOlder = job.isOlderThanDaemon && !job.lasting;
    BeginFrom from = mayBeOlder ? BeginFrom.DAEMON_START : BeginFrom.CGROUP;
    accrual.untold().begin(facts, from, Math.min(job.startNanos, nowNanos), nowNanos, wall);
    LOG.warn(
        "job {} of uid {} runs and no prolog told of it: it began with the first step that was"
            + " seen",
        job.key,
        uid);
  }

  /**
   * An epilog told of a job that no prolog told of.
   *
   * @return the run that it ends, begun now if its steps were seen; empty if nothing was
   */
  Optional<JobKey> endOf(Accrual accrual, long id, long nowNanos, Instant wall) {
    Optional<Untold> seen = Optional.ofNullable(untold.get(id));
    seen.ifPresent(job -> begin(accrual, job, nowNanos, wall));
    return seen.map(job -> job.key);
  }

  /** Whose processes are an untold job's: all below its slurmstepds. */
  Map<WrapperProcess, JobKey> processes() {
    Map<WrapperProcess, JobKey> all = new HashMap<>();
    untold.values().forEach(job -> job.steps.forEach(step -> all.put(step.process(), job.key)));
    return all;
  }

  /** The GPUs on which their processes are. */
  GpuClaims claims() {
    return claims;
  }

  private boolean isUntold(JobKey job) {
    Untold one = untold.get(job.id());
    return one != null && one.key.equals(job);
  }
}
