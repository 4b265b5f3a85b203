package org.sobre.daemon;

import java.nio.file.Path;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.energy.occupancy.StepDaemons;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.cgroup.JobCgroups;

/** The steps of a machine, as files of /proc and /sys under a directory: none, where none are. */
final class WrittenSteps {

  private WrittenSteps() {}

  static JobSteps in(Path root) {
    SysRoot machine = new SysRoot(root);
    return new JobSteps(
        new StepDaemons(machine, new ProcessTable(machine), StepDaemons.ROOT_ONLY),
        new JobCgroups(machine, "n1"));
  }
}
