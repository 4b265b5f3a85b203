/**
 * From ledger files to the store: idempotent, and nothing is lost to a line that cannot be read.
 */
@NullMarked
package org.sobre.accounting.ingest;

import org.jspecify.annotations.NullMarked;
