/** Whether the machine's wall clock may be believed. */
@NullMarked
package org.sobre.hardware.clock;

import org.jspecify.annotations.NullMarked;
