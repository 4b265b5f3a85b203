package org.sobre.jobs.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Version;

/**
 * Which cards would do, in the words that people ask Slurm for them with.
 *
 * @param vramClasses sizes in GB for which there is a feature {@code vram_ge_Ng}, ascending
 * @param capabilities those for which there is a feature {@code gpu_cc_ge_N_N}, ascending
 * @param advice to whom reasons say what to do
 * @param known whether a feature may be named
 */
record Remedies(
    List<Integer> vramClasses,
    List<Version> capabilities,
    Advice advice,
    Predicate<String> known) {

  Remedies {
    vramClasses = List.copyOf(vramClasses);
    capabilities = List.copyOf(capabilities);
  }

  Remedies among(Predicate<String> features) {
    return new Remedies(vramClasses, capabilities, advice, features);
  }

  /** The smallest cards that would do. */
  Remedy smallest(ModelProfile profile, Budget budget) {
    OptionalInt gigabytes = smallestClass(profile, budget);
    return new Remedy(profile.device(), advice, gigabytes, cards(profile, gigabytes));
  }

  CardConstraint cards(ModelProfile profile, OptionalInt gigabytes) {
    return new CardConstraint(
        gigabytes,
        KindConstraint.of(profile.requires(), capabilities).flatMap(kinds -> kinds.among(known)));
  }

  OptionalInt smallestClass(ModelProfile profile, Budget budget) {
    return vramClasses.stream()
        .filter(size -> profile.floor().stream().allMatch(floor -> size >= floor.gigabytes()))
        .filter(size -> Fit.best(profile, budget.on(List.of(Device.ofClass(size)))).isPresent())
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  Optional<Suitability.Objection> objection(Requirements requires, Device device) {
    return Suitability.objection(requires, device, capabilities);
  }

  /**
   * What to give to sbatch where a card is of the wrong kind: another kind, and as large as it
   * takes, else the next refusal would be of its size. Empty where there is no Slurm to ask.
   */
  Optional<String> ofKind(Suitability.Objection objection, ModelProfile profile, Budget budget) {
    if (advice != Advice.SLURM) {
      return Optional.empty();
    }
    return objection
        .kinds()
        .flatMap(
            kinds ->
                new CardConstraint(smallestClass(profile, budget), kinds.among(known)).option());
  }
}
