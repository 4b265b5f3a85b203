package org.sobre.slurm.job.cgroup;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a control group names its job; never with the restart count. Exactly one of the two is there.
 *
 * @param id Slurm's job id, from 1: {@code job_12345}, as all releases have it under cgroup v1, and
 *     up to 25.05, or with {@code CgroupJobIdPaths=yes} in cgroup.conf, under cgroup v2
 * @param sluid Slurm's lexicographically sortable id of 14 characters, {@code sEKNKTV3WPV500}, as
 *     releases from 25.11 have it under cgroup v2 (Slurm's src/plugins/cgroup/v2/cgroup_v2.c,
 *     cgroup_p_step_create; its form: src/common/sluid.c)
 */
public record JobName(OptionalLong id, Optional<String> sluid) {

  private static final Pattern BY_ID = Pattern.compile("job_([1-9]\\d{0,9})");

  /** Crockford's digits of base 32: neither I nor L, O or U. */
  private static final Pattern SLUID = Pattern.compile("s[0-9A-HJKMNP-TV-Z]{13}");

  public JobName {
    requireNonNull(id, "id");
    requireNonNull(sluid, "sluid");
    if (id.isPresent() == sluid.isPresent()) {
      throw new IllegalArgumentException("expected an id or a SLUID, found " + id + ", " + sluid);
    }
  }

  public static JobName ofId(long id) {
    return new JobName(OptionalLong.of(id), Optional.empty());
  }

  public static JobName ofSluid(String sluid) {
    return new JobName(OptionalLong.empty(), Optional.of(sluid));
  }

  /** Empty for a directory that is no job's. */
  static Optional<JobName> ofDirectory(String name) {
    Matcher byId = BY_ID.matcher(name);
    if (byId.matches()) {
      return Optional.of(ofId(Long.parseLong(byId.group(1))));
    }
    return SLUID.matcher(name).matches() ? Optional.of(ofSluid(name)) : Optional.empty();
  }
}
