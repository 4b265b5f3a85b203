/**
 * What jobs really drew, known beforehand: nodes whose power is a function of time, what real
 * meters would show of it, and a judge of the ledger's lines. Nothing here is of the product, or
 * its mistakes would be its judge's too; {@code TruthStandsAloneTest} holds that.
 */
@org.jspecify.annotations.NullMarked
package org.sobre.truth;
