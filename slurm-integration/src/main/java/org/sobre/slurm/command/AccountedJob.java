package org.sobre.slurm.command;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One start of a job as Slurm's accounting has it: a requeue is a record of its own with the same
 * id. sacct of 22.05 does not tell the restart count; a later start has a later {@code submit}.
 *
 * @param id the number that hooks are told, of an array's task and a component's too
 * @param name as sacct shows it and sacctmgr takes it for this one alone: {@code 12345}, {@code
 *     12345_3} of an array, {@code 12345+1} of a heterogeneous job (seen with 22.05.8: {@code
 *     jobid=12345} changes all tasks of an array)
 * @param account absent without associations
 * @param state its first word: {@code COMPLETED}, {@code CANCELLED}, {@code REQUEUED}
 * @param start absent of one that did not start
 * @param end absent of one that has not ended
 * @param elapsed from start to end, or to now
 * @param requestedTres as {@code billing=1,cpu=1,gres/gpu=1,mem=100M,node=1}
 * @param gpus that it had, by AllocTRES; absent where it lists none, which may be that Slurm does
 *     not track them ({@code AccountingStorageTRES})
 * @param nodes how many it had or asked for
 * @param adminComment absent if it is empty
 */
public record AccountedJob(
    String cluster,
    long id,
    String name,
    Optional<String> user,
    int uid,
    Optional<String> account,
    String state,
    Instant submit,
    Optional<Instant> start,
    Optional<Instant> end,
    Duration elapsed,
    String requestedTres,
    OptionalInt gpus,
    int nodes,
    Optional<String> partition,
    Optional<String> adminComment) {

  public AccountedJob {
    requireNonNull(cluster, "cluster");
    requireNonNull(name, "name");
    requireNonNull(state, "state");
    requireNonNull(submit, "submit");
    requireNonNull(requestedTres, "requestedTres");
    if (id < 1 || nodes < 0 || elapsed.isNegative()) {
      throw new IllegalArgumentException(
          "expected a job id from 1, nodes and elapsed time from 0, found "
              + id
              + ", "
              + nodes
              + " and "
              + elapsed);
    }
  }

  /** GPUs that it asked for, by ReqTRES; absent where it asked for none or Slurm tracks none. */
  public OptionalInt requestedGpus() {
    return SacctParser.gpus(requestedTres);
  }

  /**
   * The same on some of its nodes, with their even part of its GPUs, rounded up: sacct tells of a
   * job which nodes it had, not which GPUs each of them gave.
   *
   * @param some 1 to all of them
   */
  public AccountedJob onNodes(int some) {
    if (some < 1 || some > nodes) {
      throw new IllegalArgumentException("expected 1 to " + nodes + " nodes, found " + some);
    }
    OptionalInt all = gpus.isPresent() ? gpus : requestedGpus();
    return new AccountedJob(
        cluster,
        id,
        name,
        user,
        uid,
        account,
        state,
        submit,
        start,
        end,
        elapsed,
        requestedTres,
        all.isPresent()
            ? OptionalInt.of((int) -Math.floorDiv(-(long) all.getAsInt() * some, nodes))
            : all,
        some,
        partition,
        adminComment);
  }

  /** Whether it had nodes for any time, which a meter could have seen. */
  public boolean hasRun() {
    return start.isPresent() && !elapsed.isZero();
  }

  /** Whether it is over: its record will not change any more. */
  public boolean hasEnded() {
    return end.isPresent();
  }
}
