/**
 * sobre-monitord: wiring only. Reads as the boot sequence; every rule it follows lives in a module
 * below.
 */
@NullMarked
package org.sobre.daemon;

import org.jspecify.annotations.NullMarked;
