/**
 * The node's daemon as a job or a person meets it: its socket, what it says of the node, and runs
 * outside Slurm on a station.
 */
@NullMarked
package org.sobre.jobs.station;

import org.jspecify.annotations.NullMarked;
