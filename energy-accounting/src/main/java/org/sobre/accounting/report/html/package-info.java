/** Reports and statements as one self-contained HTML file: no script, no file beside it. */
@NullMarked
package org.sobre.accounting.report.html;

import org.jspecify.annotations.NullMarked;
