/** Tests of the meter package: simulated meters, clocks and jobs; nothing here sleeps. */
@NullMarked
package org.sobre.energy.meter;

import org.jspecify.annotations.NullMarked;
