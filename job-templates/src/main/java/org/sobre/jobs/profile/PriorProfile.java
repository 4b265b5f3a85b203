package org.sobre.jobs.profile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.prior.Estimate;
import org.sobre.jobs.prior.Item;
import org.sobre.jobs.prior.MemoryPrior;
import org.sobre.jobs.prior.ModelShape;
import org.sobre.jobs.prior.Recipe;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Doubt;
import org.sobre.jobs.profile.MemoryModel.Failure;
import org.sobre.jobs.profile.MemoryModel.Linear;

/** The profile of a model of which nothing is known but its parameters. */
public final class PriorProfile {

  private PriorProfile() {}

  /**
   * @param name what to call it in sentences
   * @param source who told the parameters
   */
  public static ModelProfile of(
      String name,
      String source,
      ModelShape shape,
      Recipe recipe,
      OptionalInt effectiveBatch,
      Requirements requires) {
    Estimate estimate = MemoryPrior.estimate(shape, recipe);
    Linear line = line(source, estimate, estimate.context(), List.of());
    return new ModelProfile(
        name,
        recipe.training().isPresent() ? Task.FINETUNE : Task.INFER,
        recipe.item().kind() == Item.Kind.IMAGE ? "image" : "sequence",
        effectiveBatch,
        requires,
        List.of(new Variant("prior", Map.of(), line, Optional.empty())),
        Optional.empty(),
        new ModelProfile.Options(Optional.empty(), Optional.empty()),
        Optional.empty());
  }

  static Linear line(String source, Estimate estimate, MemorySize context, List<Failure> failures) {
    return new Linear(
        Basis.PRIOR,
        source,
        estimate.fixed(),
        estimate.perItem(),
        estimate.step(),
        OptionalInt.empty(),
        context,
        failures,
        Optional.of(
            new Doubt(estimate.counted(), Estimate.COUNTED_PERCENT, estimate.marginPercent())));
  }
}
