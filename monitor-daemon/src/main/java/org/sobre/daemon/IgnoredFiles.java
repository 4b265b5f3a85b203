package org.sobre.daemon;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.slurm.job.SpoolDirectory.Ignored;

/** Says which spool files are not used, and why. */
final class IgnoredFiles {

  /** In the journal the spool has one name. */
  private static final Logger LOG = LoggerFactory.getLogger(JobSpool.class);

  private final Set<Ignored> said = new HashSet<>();
  private Set<Ignored> before = Set.of();

  /** Once a file, and not of one that is just being written: that is a record at the next look. */
  void say(List<Ignored> ignored) {
    Set<Ignored> now = Set.copyOf(ignored);
    for (Ignored one : now) {
      if (before.contains(one) && said.add(one)) {
        LOG.warn("spool file {} is not used: {}", one.file(), one.why());
      }
    }
    said.retainAll(now);
    before = now;
  }
}
