/**
 * A job as the node sees it: the spool files of prolog and epilog, and the allocation in the
 * environment of the job itself.
 */
@NullMarked
package org.sobre.slurm.job;

import org.jspecify.annotations.NullMarked;
