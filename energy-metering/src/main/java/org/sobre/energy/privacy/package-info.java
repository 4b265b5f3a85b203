/**
 * Persons out of a ledger: the same pure change of lines for a copy that may leave the site, and
 * for months that are older than the site keeps persons.
 */
@NullMarked
package org.sobre.energy.privacy;

import org.jspecify.annotations.NullMarked;
