package org.sobre.slurm.job.cgroup;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A job's control group on this node, as it is now.
 *
 * @param uid of the job's user, where the path has it: cgroup v1
 * @param hierarchy in which it is
 * @param path of the job's own directory
 * @param alive whether a process is in it or below it; directories stay after an unclean stop
 */
public record JobCgroup(
    JobName job, OptionalInt uid, Hierarchy hierarchy, Path path, boolean alive) {

  /** What a job's directory can tell depends on it. */
  public enum Hierarchy {
    /** One for all: {@code cpu.stat} has the CPU time of everything that ever was below it. */
    UNIFIED,
    /** Of cgroup v1; {@code cpuacct.usage} has that time. */
    CPUACCT,
    /** Of cgroup v1: knows processes, not their time. */
    FREEZER
  }

  public JobCgroup {
    requireNonNull(job, "job");
    requireNonNull(uid, "uid");
    requireNonNull(hierarchy, "hierarchy");
    requireNonNull(path, "path");
  }
}
