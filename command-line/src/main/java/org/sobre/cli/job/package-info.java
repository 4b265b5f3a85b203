/** What {@code sobre job} tells of one job: where it is asked, the hint, and how it is written. */
@NullMarked
package org.sobre.cli.job;

import org.jspecify.annotations.NullMarked;
