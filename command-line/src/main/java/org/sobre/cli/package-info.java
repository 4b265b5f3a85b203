/**
 * The {@code sobre} command: one thin class a subcommand. Parsing of options and printing; no rule
 * of its own.
 */
@NullMarked
package org.sobre.cli;

import org.jspecify.annotations.NullMarked;
