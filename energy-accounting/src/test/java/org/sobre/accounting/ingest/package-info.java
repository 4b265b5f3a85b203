/** Tests of ingest: from ledger files to the store. */
@NullMarked
package org.sobre.accounting.ingest;

import org.jspecify.annotations.NullMarked;
