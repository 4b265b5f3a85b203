/** Tests of a wrapped run from allocation to summary. */
@NullMarked
package org.sobre.jobs.engine;

import org.jspecify.annotations.NullMarked;
