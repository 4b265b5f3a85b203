@NullMarked
package org.sobre.slurm.job.cgroup;

import org.jspecify.annotations.NullMarked;
