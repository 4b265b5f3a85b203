/**
 * Drives the real Slurm cluster of {@code integration-tests/lab} from tests: one cluster for the
 * whole run, taken down at its end.
 */
@NullMarked
package org.sobre.it.lab;

import org.jspecify.annotations.NullMarked;
