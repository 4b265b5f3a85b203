/**
 * From what a counter or a power sensor shows to {@link org.sobre.energy.meter.MeteredInterval}s:
 * exact microjoules over a known stretch of time, with their quality. Knows no job.
 */
@NullMarked
package org.sobre.energy.meter;

import org.jspecify.annotations.NullMarked;
