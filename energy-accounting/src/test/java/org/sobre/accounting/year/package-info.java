/**
 * A year of a site's ledger from a seed, and beside it the sums of what was put in. Imports nothing
 * of Sobre: it is the truth that reports are held against.
 */
@NullMarked
package org.sobre.accounting.year;

import org.jspecify.annotations.NullMarked;
