package org.sobre.energy.accrual;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.slurm.job.JobKey;

/**
 * A run as balances name it: also after its end, until the hour is cut.
 *
 * @param begin with the job's key and the node it names the run for ever
 */
record Payer(JobKey job, Instant begin, Optional<String> account, int uid)
    implements Comparable<Payer> {

  private static final Comparator<Payer> ORDER =
      Comparator.comparing(Payer::job).thenComparing(Payer::begin);

  static Payer of(BalanceLine.JobShare share) {
    return new Payer(share.job(), share.begin(), share.account(), share.uid());
  }

  @Override
  public int compareTo(Payer other) {
    return ORDER.compare(this, other);
  }
}
