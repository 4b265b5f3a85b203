/** Tests of what a job's environment and its spool files say. */
@NullMarked
package org.sobre.slurm.job;

import org.jspecify.annotations.NullMarked;
