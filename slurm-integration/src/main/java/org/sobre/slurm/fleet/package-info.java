/**
 * All nodes at once, for a site that lists its nodes in slurm.conf: from the documents that the
 * nodes have put on the share to NodeName= lines and gres.conf lines, and what was lost since.
 */
@NullMarked
package org.sobre.slurm.fleet;

import org.jspecify.annotations.NullMarked;
