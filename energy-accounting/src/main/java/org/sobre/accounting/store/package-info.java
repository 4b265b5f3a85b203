/** The accounting database: schema, migrations, what lines add up to, queries. */
@NullMarked
package org.sobre.accounting.store;

import org.jspecify.annotations.NullMarked;
