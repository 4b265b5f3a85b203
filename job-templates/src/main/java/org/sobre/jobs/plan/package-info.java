/** From free video memory and a profile to a batch: pure. */
@NullMarked
package org.sobre.jobs.plan;

import org.jspecify.annotations.NullMarked;
