/**
 * The child process of a wrapper: its command, its streams, the signals passed on, its exit status.
 */
@NullMarked
package org.sobre.jobs.launch;

import org.jspecify.annotations.NullMarked;
