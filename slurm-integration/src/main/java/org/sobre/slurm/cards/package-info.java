/**
 * Which classes of cards a cluster has, as a user can ask Slurm for them, and how many are free:
 * pure, from what sinfo lists, what nodes have published and what the GPU catalogue knows.
 */
@NullMarked
package org.sobre.slurm.cards;

import org.jspecify.annotations.NullMarked;
