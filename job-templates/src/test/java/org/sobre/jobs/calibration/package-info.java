@NullMarked
package org.sobre.jobs.calibration;

import org.jspecify.annotations.NullMarked;
