/** Tests of the attribution package: simulated meters, clocks and jobs; nothing here sleeps. */
@NullMarked
package org.sobre.energy.attribution;

import org.jspecify.annotations.NullMarked;
