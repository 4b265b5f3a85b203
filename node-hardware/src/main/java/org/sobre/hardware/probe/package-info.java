/**
 * How the outside is asked: tools with a deadline, files under an injected root, and the report of
 * how it went.
 */
@NullMarked
package org.sobre.hardware.probe;

import org.jspecify.annotations.NullMarked;
