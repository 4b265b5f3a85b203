/**
 * Hundreds of machines at once, and sites that list theirs, against the real slurmctld and slurmd.
 */
@NullMarked
package org.sobre.it.fleet;

import org.jspecify.annotations.NullMarked;
