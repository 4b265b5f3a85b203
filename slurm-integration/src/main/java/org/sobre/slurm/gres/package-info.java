/** GPUs in the words of gres.conf and Feature=: pure, from a node description to text. */
@NullMarked
package org.sobre.slurm.gres;

import org.jspecify.annotations.NullMarked;
