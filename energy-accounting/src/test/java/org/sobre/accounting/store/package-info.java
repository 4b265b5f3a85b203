/** Tests of store: the database and its configuration. */
@NullMarked
package org.sobre.accounting.store;

import org.jspecify.annotations.NullMarked;
