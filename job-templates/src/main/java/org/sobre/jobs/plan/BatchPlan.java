package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.Variant;

/**
 * What a job will run with.
 *
 * @param batch items at a time on one device, 1 or more
 * @param accumulation steps between two updates, 1 or more
 * @param world processes that train together, each with its batch
 * @param needs memory of one device, margin included
 * @param budget what the tightest device has for it; less than what is needed only where an empty
 *     card of that size is known to be enough
 * @param marginPercent of what is needed, for what the numbers may be wrong by; 0 or more
 * @param tight whether little is left: see {@link Demand#isTightOn}
 * @param why one sentence for a person
 */
public record BatchPlan(
    Variant variant,
    int batch,
    int accumulation,
    int world,
    MemorySize needs,
    MemorySize budget,
    int marginPercent,
    boolean tight,
    String why)
    implements PlanResult {

  public BatchPlan {
    requireNonNull(variant, "variant");
    requireNonNull(needs, "needs");
    requireNonNull(budget, "budget");
    requireNonNull(why, "why");
    if (batch < 1 || accumulation < 1 || world < 1 || marginPercent < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected batch, accumulation and world from 1 and a margin from 0, found"
                  + " %d, %d, %d, %d",
              batch,
              accumulation,
              world,
              marginPercent));
    }
  }

  /** Items between two updates over all devices. */
  public long effectiveBatch() {
    return Math.multiplyExact((long) batch * accumulation, (long) world);
  }
}
