/**
 * Slurm's own commands, each under a deadline: some of them hang for minutes when a daemon is away.
 */
@NullMarked
package org.sobre.slurm.command;

import org.jspecify.annotations.NullMarked;
