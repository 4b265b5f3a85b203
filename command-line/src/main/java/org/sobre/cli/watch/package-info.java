/** The live view of a node: where its readings come from, and how they are shown. */
@NullMarked
package org.sobre.cli.watch;

import org.jspecify.annotations.NullMarked;
