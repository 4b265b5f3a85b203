/** The Debian packages, installed on a clean machine that runs its own systemd. */
@NullMarked
package org.sobre.it.packages;

import org.jspecify.annotations.NullMarked;
