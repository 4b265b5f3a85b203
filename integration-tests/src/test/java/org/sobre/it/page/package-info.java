/** Reports and statements as pages, in a real headless Chromium. */
@NullMarked
package org.sobre.it.page;

import org.jspecify.annotations.NullMarked;
