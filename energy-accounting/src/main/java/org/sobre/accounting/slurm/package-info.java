/** What Slurm's own accounting knows of jobs and accounts, and a word back into it. */
@NullMarked
package org.sobre.accounting.slurm;

import org.jspecify.annotations.NullMarked;
