/**
 * Whether a node's GPUs can be relied on: looks at cards in, verdicts and their causes out, and the
 * state file that the health check of Slurm reads. Pure; the daemon looks, the shell acts.
 */
@NullMarked
package org.sobre.slurm.health;

import org.jspecify.annotations.NullMarked;
