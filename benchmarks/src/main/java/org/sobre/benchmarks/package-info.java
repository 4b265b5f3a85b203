/** What the daemon's second costs, measured with JMH. No product code, in no package. */
@NullMarked
package org.sobre.benchmarks;

import org.jspecify.annotations.NullMarked;
