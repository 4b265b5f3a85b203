package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.Variant;

/**
 * What a job will run with.
 *
 * @param batch items at a time on one device, 1 or more
 * @param accumulation steps between two updates, 1 or more
 * @param world number of devices
 * @param needs memory of one device, margin included
 * @param why one sentence for a person
 */
public record BatchPlan(
    Variant variant, int batch, int accumulation, int world, MemorySize needs, String why)
    implements PlanResult {

  public BatchPlan {
    requireNonNull(variant, "variant");
    requireNonNull(needs, "needs");
    requireNonNull(why, "why");
    if (batch < 1 || accumulation < 1 || world < 1) {
      throw new IllegalArgumentException(
          "expected batch, accumulation and world from 1, found "
              + batch
              + ", "
              + accumulation
              + " and "
              + world);
    }
  }

  /** Items between two updates over all devices. */
  public int effectiveBatch() {
    return Math.multiplyExact(Math.multiplyExact(batch, accumulation), world);
  }
}
