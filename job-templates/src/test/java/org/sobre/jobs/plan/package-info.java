/** Tests of the planner: the published facts, and properties over many devices. */
@NullMarked
package org.sobre.jobs.plan;

import org.jspecify.annotations.NullMarked;
