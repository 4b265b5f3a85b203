/** The accounting database: schema, migrations, queries. SQLite on a local disk. */
@NullMarked
package org.sobre.accounting.store;

import org.jspecify.annotations.NullMarked;
