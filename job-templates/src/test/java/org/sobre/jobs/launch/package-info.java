/** Tests of the child process, with real processes. */
@NullMarked
package org.sobre.jobs.launch;

import org.jspecify.annotations.NullMarked;
