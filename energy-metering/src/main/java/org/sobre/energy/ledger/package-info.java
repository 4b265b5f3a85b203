/**
 * The ledger: its lines, their JSON, appending with sequence and hash chain, verifying. The border
 * between node and controller; see docs/ledger.md.
 */
@NullMarked
package org.sobre.energy.ledger;

import org.jspecify.annotations.NullMarked;
