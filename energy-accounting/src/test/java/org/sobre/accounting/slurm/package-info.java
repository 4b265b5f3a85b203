@NullMarked
package org.sobre.accounting.slurm;

import org.jspecify.annotations.NullMarked;
