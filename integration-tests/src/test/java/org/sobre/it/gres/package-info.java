/** Descriptions of recorded machines, given to the real slurmd. */
@NullMarked
package org.sobre.it.gres;

import org.jspecify.annotations.NullMarked;
