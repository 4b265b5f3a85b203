/** Tests of the command: what it prints and how it ends. */
@NullMarked
package org.sobre.cli;

import org.jspecify.annotations.NullMarked;
