/**
 * What turns joules into grams and euros, each number with its source and date. Applied when a
 * report is made, never stored.
 */
@NullMarked
package org.sobre.accounting.factors;

import org.jspecify.annotations.NullMarked;
