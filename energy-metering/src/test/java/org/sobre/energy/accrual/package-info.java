/** Tests of the accrual package: simulated meters, clocks and jobs; nothing here sleeps. */
@NullMarked
package org.sobre.energy.accrual;

import org.jspecify.annotations.NullMarked;
