/** What is decided of a node's record, and that it is done in the right order and in time. */
@NullMarked
package org.sobre.slurm.registration;

import org.jspecify.annotations.NullMarked;
