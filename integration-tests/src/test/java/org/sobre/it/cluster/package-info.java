/** The must-holds of the whole path, each against a real Slurm cluster with stand-in hardware. */
@NullMarked
package org.sobre.it.cluster;

import org.jspecify.annotations.NullMarked;
