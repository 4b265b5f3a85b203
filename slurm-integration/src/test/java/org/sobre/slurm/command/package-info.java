/** Slurm's answers as they were recorded, and what is made of them. */
@NullMarked
package org.sobre.slurm.command;

import org.jspecify.annotations.NullMarked;
