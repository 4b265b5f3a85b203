package org.sobre.jobs.plan;

import java.util.function.Function;

/** A batch that fits, or why none does. */
public sealed interface PlanResult permits BatchPlan, DoesNotFit {

  /** One of the two, checked by the compiler: Java 17 has no switch over sealed types. */
  default <R> R match(
      Function<BatchPlan, ? extends R> plan, Function<DoesNotFit, ? extends R> doesNotFit) {
    return this instanceof BatchPlan p ? plan.apply(p) : doesNotFit.apply((DoesNotFit) this);
  }
}
