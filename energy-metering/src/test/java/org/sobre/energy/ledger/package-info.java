/** Tests of the ledger: its lines, files, chain and verifier. */
@NullMarked
package org.sobre.energy.ledger;

import org.jspecify.annotations.NullMarked;
