package org.sobre.jobs.plan;

import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Variant;

/**
 * Why a profile gets no batch on the devices of a job, with what would do in their place: that
 * there are none, that they are of the wrong kind, that the house forbids it, that they are too
 * small. Pure.
 */
final class Refusals {

  private final Remedies remedies;
  private final ModelProfile profile;
  private final Budget budget;

  Refusals(Remedies remedies, ModelProfile profile, Budget budget) {
    this.remedies = remedies;
    this.profile = profile;
    this.budget = budget;
  }

  /** What no variant and no batch can mend. */
  Optional<PlanResult> whateverTheBatch() {
    if (profile.device() == Processor.CPU && !isMainMemory()) {
      Remedy remedy = smallest();
      return Optional.of(remedy.refuse(Reasons.noMemory(profile, remedy)));
    }
    if (budget.devices().isEmpty()) {
      return Optional.of(
          new DoesNotFit(
              Reasons.noGpu(profile, remedies.advice()), OptionalInt.empty(), Optional.empty()));
    }
    Optional<PlanResult> unsupported = unsupported(profile.requires()).map(PlanResult.class::cast);
    return unsupported.or(() -> refusedByTheHouse().map(PlanResult.class::cast));
  }

  private boolean isMainMemory() {
    return budget.devices().size() == 1 && budget.devices().get(0).vendor().isEmpty();
  }

  private Remedy smallest() {
    return remedies.smallest(profile, budget);
  }

  /** That a variant would fit, were the cards not too old for it. */
  Optional<Unsupported> tooOldForWhatFits() {
    return Fit.barred(profile, budget)
        .flatMap(variant -> unsupported(Suitability.of(profile, variant)));
  }

  private Optional<Unsupported> unsupported(Requirements requires) {
    for (Device device : budget.devices()) {
      Optional<Suitability.Objection> objection = remedies.objection(requires, device);
      if (objection.isPresent()) {
        Optional<String> option = remedies.ofKind(objection.get(), profile, budget);
        return Optional.of(
            new Unsupported(
                Reasons.unsuitable(profile, device, objection.get().reason(), option), option));
      }
    }
    return Optional.empty();
  }

  private Optional<DoesNotFit> refusedByTheHouse() {
    return profile
        .floor()
        .flatMap(
            floor ->
                budget.shares().stream()
                    .filter(share -> !share.total().hasGigabytes(floor.gigabytes()))
                    .findFirst()
                    .map(
                        share -> {
                          Remedy remedy = smallest();
                          return remedy.refuse(Reasons.refused(profile, floor, share, remedy));
                        }));
  }

  /** That not even a batch of one fits, of the variant that takes the least. */
  DoesNotFit tooSmall() {
    Remedy remedy = smallest();
    Optional<Variant> reduced =
        budget.allowReduced()
            ? Optional.empty()
            : Fit.best(profile, budget.reduced()).map(Fit::variant);
    Variant leanest =
        profile.variants().stream()
            .filter(variant -> variant.loses().isEmpty() || budget.allowReduced())
            .min(Comparator.comparing(variant -> forOne(variant).memory()))
            .orElse(profile.variants().get(0));
    return remedy.refuse(
        Reasons.tooSmall(
            profile,
            leanest,
            forOne(leanest),
            Fit.limit(leanest, budget).filter(limit -> limit.batch() == 1),
            budget.tightest(),
            remedy,
            reduced));
  }

  private Demand forOne(Variant variant) {
    return new DemandCurve(variant.memory(), budget.extraMarginPercent()).at(1);
  }
}
