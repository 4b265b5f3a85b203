package org.sobre.slurm.job.cgroup;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.cgroup.JobCgroup.Hierarchy;

/**
 * The control groups of this node's jobs. There is none of a job before its first step, and where
 * Slurm tracks processes by {@code proctrack/linuxproc} and confines nothing there never is one.
 * Costs a directory and a small file for each job.
 */
public final class JobCgroups {

  /** {@code /proc/PID/cgroup} has a line for each hierarchy, and a path has at most 4096 bytes. */
  private static final int MOST_BYTES = 64 * 1024;

  private final Path proc;
  private final Path mounts;
  private final String node;

  /**
   * @param node as Slurm names this one
   */
  public JobCgroups(SysRoot root, String node) {
    this.proc = root.proc();
    this.mounts = root.sys().resolve("fs/cgroup");
    this.node = requireNonNull(node, "node");
  }

  /**
   * One for each job that has any: where there are several, that which knows its CPU time; alive if
   * one of them is.
   */
  public List<JobCgroup> poll() {
    Map<JobName, JobCgroup> found = new LinkedHashMap<>();
    // A machine of both generations has the second below the mount points of the first.
    for (Path root : List.of(mounts, mounts.resolve("unified"))) {
      jobsOfSlices(root).forEach(job -> add(root, Hierarchy.UNIFIED, job, found));
    }
    Path cpuacct = mounts.resolve("cpuacct");
    jobsOfUsers(cpuacct).forEach(job -> add(cpuacct, Hierarchy.CPUACCT, job, found));
    Path freezer = mounts.resolve("freezer");
    jobsOfUsers(freezer).forEach(job -> add(freezer, Hierarchy.FREEZER, job, found));
    return List.copyOf(found.values());
  }

  /**
   * In which job's group a process is: by its name a job is known whose hooks told none.
   *
   * @return empty for a process that is in none of this node's, or is gone
   */
  public Optional<JobName> ofProcess(long pid) {
    Path file = proc.resolve(Long.toString(pid)).resolve("cgroup");
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      return CgroupPath.ofProcess(text, node).map(CgroupPath::job);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The pids in a group and below it. */
  public static List<Long> processes(JobCgroup group) {
    return CgroupFiles.processes(group.path());
  }

  private void add(Path root, Hierarchy hierarchy, Path job, Map<JobName, JobCgroup> found) {
    Optional<CgroupPath> path = CgroupPath.parse(root.relativize(job).toString(), node);
    path.ifPresent(
        at -> {
          boolean alive =
              hierarchy == Hierarchy.UNIFIED
                  ? CgroupFiles.isPopulated(job)
                  : CgroupFiles.hasProcess(job);
          found.merge(
              at.job(),
              new JobCgroup(at.job(), at.uid(), hierarchy, job, alive),
              JobCgroups::first);
        });
  }

  /** In the order of what they know of a job's time. */
  private static JobCgroup first(JobCgroup one, JobCgroup other) {
    return new JobCgroup(
        one.job(),
        one.uid().isPresent() ? one.uid() : other.uid(),
        one.hierarchy(),
        one.path(),
        one.alive() || other.alive());
  }

  private List<Path> jobsOfSlices(Path root) {
    List<Path> jobs = new ArrayList<>();
    for (Path slice : CgroupFiles.directories(root, "*.slice")) {
      for (String scope : CgroupPath.scopes(node)) {
        jobs.addAll(directoriesOf(slice.resolve(scope), "[js]*"));
      }
    }
    return jobs;
  }

  private List<Path> jobsOfUsers(Path root) {
    List<Path> jobs = new ArrayList<>();
    for (String prepend : CgroupPath.prepends(node)) {
      for (Path user : directoriesOf(root.resolve(prepend), "uid_*")) {
        jobs.addAll(CgroupFiles.directories(user, "job_*"));
      }
    }
    return jobs;
  }

  private static List<Path> directoriesOf(Path directory, String glob) {
    return Files.isDirectory(directory) ? CgroupFiles.directories(directory, glob) : List.of();
  }
}
