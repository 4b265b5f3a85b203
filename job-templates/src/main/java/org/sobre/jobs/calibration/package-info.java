/**
 * What batches were seen to take, and which ran out of memory: remembered by a user and a site, and
 * put in the place of a profile's guesses.
 */
@NullMarked
package org.sobre.jobs.calibration;

import org.jspecify.annotations.NullMarked;
