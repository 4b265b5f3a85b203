/** Tests of report: reports against a ledger whose truth is known. */
@NullMarked
package org.sobre.accounting.report;

import org.jspecify.annotations.NullMarked;
