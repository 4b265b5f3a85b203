/** What the hooks write is read back, and what they did not write is refused by name. */
@NullMarked
package org.sobre.slurm.job;

import org.jspecify.annotations.NullMarked;
