package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.energy.attribution.Presence;
import org.sobre.slurm.job.JobKey;

/**
 * Where runs come from.
 *
 * @param spool of Slurm's hooks; absent for a daemon of a user's own
 * @param station asked for over the socket
 */
record JobSources(Optional<JobSpool> spool, StationRuns station) {

  JobSources {
    requireNonNull(spool, "spool");
    requireNonNull(station, "station");
  }

  void read(Accrual accrual, NodeInventory node, long nowNanos, Instant wall) {
    spool.ifPresent(jobs -> jobs.read(accrual, nowNanos, wall));
    station.read(accrual, node, nowNanos, wall);
  }

  /** Processes that are a job's, of jobs of Slurm that no prolog told of. */
  Map<WrapperProcess, JobKey> processes() {
    return spool.map(JobSpool::processes).orElse(Map.of());
  }

  /** Who is on which GPU now. */
  void presences(Accrual accrual, List<Presence> presences) {
    spool.ifPresent(jobs -> jobs.presences(accrual, presences));
  }

  /** The job's line is in the ledger. */
  void remove(JobKey job) {
    spool.ifPresent(jobs -> jobs.remove(job));
  }

  /** Whose job it is, of one that was not read yet. Any thread. */
  OptionalInt owner(JobKey job) {
    OptionalInt ofStation = station.owner(job);
    return ofStation.isPresent() || spool.isEmpty() ? ofStation : spool.get().owner(job);
  }
}
