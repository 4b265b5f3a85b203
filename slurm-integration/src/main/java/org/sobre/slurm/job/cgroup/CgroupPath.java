package org.sobre.slurm.job.cgroup;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where Slurm puts a job, below the mount point of a hierarchy:
 *
 * <ul>
 *   <li>cgroup v2: {@code SLICE/NODE_slurmstepd.scope/JOB/…}, without the node's name where Slurm
 *       was built without {@code --enable-multiple-slurmd}; the slice is {@code system.slice}
 *       unless cgroup.conf has {@code CgroupSlice} (src/plugins/cgroup/v2/cgroup_v2.c,
 *       _set_int_cg_ns);
 *   <li>cgroup v1: {@code slurm_NODE/uid_U/job_J/…}, likewise {@code slurm} (cgroup.c's
 *       CgroupPrepend, src/plugins/cgroup/v1/xcgroup.c).
 * </ul>
 *
 * What belongs to another node's slurmd on the same machine is none of ours. Pure.
 *
 * @param job whose it is
 * @param uid of the job's user, where the path has it: cgroup v1
 * @param text the job's own directory, without a slash before it or behind it
 */
public record CgroupPath(JobName job, OptionalInt uid, String text) {

  private static final Pattern USER = Pattern.compile("uid_(\\d{1,10})");
  private static final String SLICE = ".slice";

  /** {@code HIERARCHY:CONTROLLERS:PATH}, cgroups(7). */
  private static final Pattern OF_PROCESS = Pattern.compile("\\d+:[^:]*:/(.*)");

  public CgroupPath {
    requireNonNull(job, "job");
    requireNonNull(uid, "uid");
    requireNonNull(text, "text");
  }

  /** The scopes of cgroup v2 in which this node's jobs can be. */
  static List<String> scopes(String node) {
    return List.of(node + "_slurmstepd.scope", "slurmstepd.scope");
  }

  /** The directories of cgroup v1 in which this node's jobs can be. */
  static List<String> prepends(String node) {
    return List.of("slurm_" + node, "slurm");
  }

  /**
   * @param path of a job's directory or of one anywhere below it, below the mount point; a slash
   *     before it makes no difference
   * @param node as Slurm names this one
   * @return empty for a path that is no job's of this node
   */
  public static Optional<CgroupPath> parse(String path, String node) {
    String[] names = (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
    if (names.length < 3) {
      return Optional.empty();
    }
    if (names[0].endsWith(SLICE) && scopes(node).contains(names[1])) {
      return JobName.ofDirectory(names[2]).map(job -> of(job, OptionalInt.empty(), names));
    }
    Matcher user = USER.matcher(names[1]);
    if (!prepends(node).contains(names[0]) || !user.matches()) {
      return Optional.empty();
    }
    long uid = Long.parseLong(user.group(1));
    return JobName.ofDirectory(names[2])
        .filter(job -> uid <= Integer.MAX_VALUE)
        .map(job -> of(job, OptionalInt.of((int) uid), names));
  }

  private static CgroupPath of(JobName job, OptionalInt uid, String[] names) {
    return new CgroupPath(job, uid, String.join("/", names[0], names[1], names[2]));
  }

  /**
   * In which job's control group a process is.
   *
   * @param text of {@code /proc/PID/cgroup}: a line for each hierarchy
   */
  public static Optional<CgroupPath> ofProcess(String text, String node) {
    return text.lines()
        .map(OF_PROCESS::matcher)
        .filter(Matcher::matches)
        .flatMap(line -> parse(line.group(1), node).stream())
        .findFirst();
  }
}
