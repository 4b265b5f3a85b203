/** The words given to Slurm, against golden files and against what slurmd is known to die of. */
@NullMarked
package org.sobre.slurm.gres;

import org.jspecify.annotations.NullMarked;
