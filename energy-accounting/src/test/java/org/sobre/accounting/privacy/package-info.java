/** Persons out of the ledger and out of all that is made of it. */
@NullMarked
package org.sobre.accounting.privacy;

import org.jspecify.annotations.NullMarked;
