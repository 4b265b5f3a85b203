/** The batch files that are shipped: what each asks Slurm for, and where they are found. */
@NullMarked
package org.sobre.jobs.template;

import org.jspecify.annotations.NullMarked;
