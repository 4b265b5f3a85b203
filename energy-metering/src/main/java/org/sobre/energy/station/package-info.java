/** Where a user who meters a machine alone keeps things: a station without Slurm. */
@NullMarked
package org.sobre.energy.station;

import org.jspecify.annotations.NullMarked;
