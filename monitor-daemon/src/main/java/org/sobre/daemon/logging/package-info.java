/** Where the daemon's words go. */
@NullMarked
package org.sobre.daemon.logging;

import org.jspecify.annotations.NullMarked;
