/** Who pays for an interval of a meter: pure, exact in integers, nothing lost and nothing made. */
@NullMarked
package org.sobre.energy.attribution;

import org.jspecify.annotations.NullMarked;
