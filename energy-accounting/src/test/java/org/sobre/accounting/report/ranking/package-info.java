@NullMarked
package org.sobre.accounting.report.ranking;

import org.jspecify.annotations.NullMarked;
