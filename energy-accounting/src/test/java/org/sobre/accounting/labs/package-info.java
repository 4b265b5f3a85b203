/** Tests of factors: factors and where they are from. */
@NullMarked
package org.sobre.accounting.labs;

import org.jspecify.annotations.NullMarked;
