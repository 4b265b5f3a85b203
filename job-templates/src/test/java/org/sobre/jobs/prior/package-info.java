/** The prior against what was published. */
@NullMarked
package org.sobre.jobs.prior;

import org.jspecify.annotations.NullMarked;
