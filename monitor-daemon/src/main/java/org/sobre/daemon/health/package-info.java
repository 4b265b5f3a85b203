/**
 * The looking at cards: their tools, their files and the kernel's log, each where it may hang
 * without holding up the metering. What follows from a look is decided in {@code
 * org.sobre.slurm.health}.
 */
@NullMarked
package org.sobre.daemon.health;

import org.jspecify.annotations.NullMarked;
