/** For whom the processors worked: the kernel's counters of CPU time, of jobs and of users. */
@NullMarked
package org.sobre.energy.cputime;

import org.jspecify.annotations.NullMarked;
