/** The control groups in which Slurm keeps the processes of jobs: names apart from readings. */
@NullMarked
package org.sobre.slurm.job.cgroup;

import org.jspecify.annotations.NullMarked;
