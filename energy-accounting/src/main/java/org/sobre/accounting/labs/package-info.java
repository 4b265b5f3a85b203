/** Which lab pays: from Slurm's accounts to labs, and shares of what no job pays. Pure. */
@NullMarked
package org.sobre.accounting.labs;

import org.jspecify.annotations.NullMarked;
