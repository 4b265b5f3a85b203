/**
 * A node's way into Slurm at boot: its words are published under {@code /run/sobre/slurm}, compared
 * with the controller's record of it, and the record is brought in line. What to do is decided by a
 * pure function; the rest carries it out.
 */
@NullMarked
package org.sobre.slurm.registration;

import org.jspecify.annotations.NullMarked;
