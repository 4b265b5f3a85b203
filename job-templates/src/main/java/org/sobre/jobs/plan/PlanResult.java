package org.sobre.jobs.plan;

import java.util.function.Function;

/** A batch that fits, or why none does. */
public sealed interface PlanResult permits BatchPlan, DoesNotFit, Unsupported {

  /** One of the three, checked by the compiler: Java 17 has no switch over sealed types. */
  default <R> R match(
      Function<BatchPlan, ? extends R> plan,
      Function<DoesNotFit, ? extends R> doesNotFit,
      Function<Unsupported, ? extends R> unsupported) {
    if (this instanceof BatchPlan fits) {
      return plan.apply(fits);
    }
    return this instanceof DoesNotFit small
        ? doesNotFit.apply(small)
        : unsupported.apply((Unsupported) this);
  }
}
