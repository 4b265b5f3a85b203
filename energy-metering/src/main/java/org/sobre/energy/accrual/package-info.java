/**
 * What has accrued and is not yet in the ledger: to each meter since the last balance, to each
 * running job since it began. Cuts balances at the UTC hour, seals a job's line when it has ended,
 * and can be put down as a checkpoint and taken up again. Knows neither files nor threads.
 */
@NullMarked
package org.sobre.energy.accrual;

import org.jspecify.annotations.NullMarked;
