/**
 * What a node publishes of itself ({@code node.json}, the gres fragment, slurmd.env) and how
 * Slurm's record of it is brought in line.
 */
@NullMarked
package org.sobre.slurm.node;

import org.jspecify.annotations.NullMarked;
