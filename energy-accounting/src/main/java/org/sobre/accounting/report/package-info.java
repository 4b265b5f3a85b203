/** Reports: rows by key, and their table, JSON and CSV. */
@NullMarked
package org.sobre.accounting.report;

import org.jspecify.annotations.NullMarked;
