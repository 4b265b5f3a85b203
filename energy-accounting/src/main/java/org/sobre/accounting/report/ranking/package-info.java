/**
 * Which model of GPU does a profile's work fastest, and for least energy: from the ledger's own
 * jobs.
 */
@NullMarked
package org.sobre.accounting.report.ranking;

import org.jspecify.annotations.NullMarked;
