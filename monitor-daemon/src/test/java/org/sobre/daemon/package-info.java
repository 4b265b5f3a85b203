/** Tests of the daemon's wiring: real files, a real socket, no hardware, no Slurm. */
@NullMarked
package org.sobre.daemon;

import org.jspecify.annotations.NullMarked;
