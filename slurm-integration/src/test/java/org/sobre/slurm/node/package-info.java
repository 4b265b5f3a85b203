/** What a node says of itself, and what is done about Slurm's record of it: on recorded answers. */
@NullMarked
package org.sobre.slurm.node;

import org.jspecify.annotations.NullMarked;
