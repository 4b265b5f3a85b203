@NullMarked
package org.sobre.jobs.oom;

import org.jspecify.annotations.NullMarked;
