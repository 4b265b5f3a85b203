/**
 * A machine without Slurm as a product mode: with the system's daemon, and as a plain user alone.
 */
@NullMarked
package org.sobre.it.station;

import org.jspecify.annotations.NullMarked;
