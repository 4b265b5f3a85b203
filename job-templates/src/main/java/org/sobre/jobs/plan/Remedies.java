package org.sobre.jobs.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Version;

/**
 * Which cards would do, in the words that people ask Slurm for them with.
 *
 * @param vramClasses sizes in GB for which there is a feature {@code vram_ge_Ng}, ascending
 * @param capabilities those for which there is a feature {@code gpu_cc_ge_N_N}, ascending
 * @param advice to whom reasons say what to do
 * @param known whether a kind of card may be named
 * @param ofCluster whether the sizes and kinds are those that nodes have, and there are no others
 */
record Remedies(
    List<Integer> vramClasses,
    List<Version> capabilities,
    Advice advice,
    Predicate<String> known,
    boolean ofCluster) {

  Remedies {
    vramClasses = List.copyOf(vramClasses);
    capabilities = List.copyOf(capabilities);
  }

  /** The same of a cluster whose nodes have those features. */
  Remedies among(Predicate<String> features) {
    List<Integer> sizes =
        vramClasses.stream().filter(size -> features.test("vram_ge_" + size + "g")).toList();
    return new Remedies(sizes, capabilities, advice, features, true);
  }

  /**
   * The smallest cards that would do; without a size if there are none, of that kind least of all.
   */
  Remedy smallest(ModelProfile profile, Budget budget) {
    OptionalInt size = smallestClass(profile, budget);
    Requirements requires = requires(profile, size, budget);
    boolean none = profile.device() == Processor.GPU && isMissing(requires);
    OptionalInt gigabytes = none ? OptionalInt.empty() : size;
    return new Remedy(
        profile.device(),
        advice,
        gigabytes,
        new CardConstraint(gigabytes, kinds(requires)),
        ofCluster);
  }

  /**
   * @param reduced whether a variant that loses something may be meant
   */
  CardConstraint cards(ModelProfile profile, int gigabytes, boolean reduced) {
    OptionalInt size = OptionalInt.of(gigabytes);
    Budget budget = Budget.of(List.of(), reduced);
    return new CardConstraint(size, kinds(requires(profile, size, budget)));
  }

  private Optional<KindConstraint> kinds(Requirements requires) {
    return KindConstraint.of(requires, capabilities).flatMap(kinds -> kinds.among(known));
  }

  /** Whether no node has a card of the kind. */
  private boolean isMissing(Requirements requires) {
    return ofCluster
        && KindConstraint.of(requires, capabilities).isPresent()
        && kinds(requires).isEmpty();
  }

  /**
   * What a profile asks of a card of a size: with what the variant asks for that is meant there.
   */
  Requirements requires(ModelProfile profile, OptionalInt gigabytes, Budget budget) {
    return gigabytes.stream()
        .mapToObj(size -> Fit.best(profile, budget.on(List.of(Device.ofClass(size)))))
        .flatMap(Optional::stream)
        .map(fit -> Suitability.joined(profile, fit.variant()))
        .findFirst()
        .orElse(profile.requires());
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
   * takes, else the next refusal would be of its size. Empty where there is no Slurm to ask, and
   * where no node has one of the kind: its size alone would lead to the same card.
   */
  Optional<String> ofKind(Suitability.Objection objection, ModelProfile profile, Budget budget) {
    if (advice != Advice.SLURM) {
      return Optional.empty();
    }
    return objection
        .kinds()
        .flatMap(
            kinds ->
                ofCluster
                    ? kinds.among(known).flatMap(some -> ofKind(Optional.of(some), profile, budget))
                    : ofKind(kinds.among(known), profile, budget));
  }

  private Optional<String> ofKind(
      Optional<KindConstraint> kinds, ModelProfile profile, Budget budget) {
    return new CardConstraint(smallestClass(profile, budget), kinds).option();
  }
}
