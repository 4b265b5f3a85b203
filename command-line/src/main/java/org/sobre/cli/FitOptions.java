package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.slurm.cards.CardClass;
import org.sobre.slurm.gres.FeatureLadder;

/**
 * Words by which Slurm is asked for cards, one for each word of sbatch.
 *
 * @param gpus for each node of the job, from 1
 */
record FitOptions(BatchPlanner planner, int gpus, boolean allowReduced) {

  FitOptions {
    requireNonNull(planner, "planner");
    if (gpus < 1) {
      throw new IllegalArgumentException("expected GPUs from 1, found " + gpus);
    }
  }

  /** Of the very cards; by their size, too, for one name may stand for two. */
  List<String> of(CardClass one) {
    List<String> options = new ArrayList<>();
    one.partition().ifPresent(partition -> options.add("--partition=" + partition));
    options.add(gres(one.type().isEmpty() ? "" : one.type() + ":"));
    one.feature().ifPresent(feature -> options.add("--constraint=" + feature));
    return options;
  }

  /** Of any card that is as large, of a kind that the model runs on. */
  List<String> ofSize(ModelProfile profile, double gigabytes) {
    Optional<String> constraint =
        FeatureLadder.GIGABYTES.stream()
            .filter(rung -> rung >= gigabytes)
            .findFirst()
            .map(rung -> planner.constraint(profile, rung, allowReduced));
    return constraint.map(words -> List.of(gres(""), "--constraint=" + words)).orElse(List.of());
  }

  /**
   * Of any card that is as large as this one: by the highest rung that it has itself, if the model
   * fits on every card of that.
   */
  List<String> ofTotal(ModelProfile profile, MemorySize total) {
    OptionalInt own =
        FeatureLadder.GIGABYTES.stream()
            .filter(total::hasGigabytes)
            .mapToInt(Integer::intValue)
            .max();
    OptionalInt least = planner.smallestClass(profile, allowReduced);
    boolean enough = own.isPresent() && least.isPresent() && own.getAsInt() >= least.getAsInt();
    return ofSize(profile, enough ? own : least);
  }

  List<String> ofSize(ModelProfile profile, OptionalInt gigabytes) {
    return gigabytes.isPresent() ? ofSize(profile, gigabytes.getAsInt()) : List.of();
  }

  private String gres(String type) {
    return "--gres=gpu:" + type + gpus;
  }
}
