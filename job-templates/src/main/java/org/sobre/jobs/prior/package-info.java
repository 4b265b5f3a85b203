/**
 * What a model that nobody here has run will take of video memory, computed from its parameters and
 * from how it is run: pure. How it was fitted, and how wrong it is: docs/batch-planning.md.
 */
@NullMarked
package org.sobre.jobs.prior;

import org.jspecify.annotations.NullMarked;
