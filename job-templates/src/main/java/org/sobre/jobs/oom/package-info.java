/** Why a command ran out of memory, and whether it is worth another try: pure but for a counter. */
@NullMarked
package org.sobre.jobs.oom;

import org.jspecify.annotations.NullMarked;
