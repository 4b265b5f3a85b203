package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Variant;

/**
 * A variant of which some batch fits on every device.
 *
 * @param largest batch that does, or that is tried first
 * @param limit present where memory is no reason against a larger one
 * @param mayFit present where a batch that may fit is left for later, nobody having run the model
 */
record Fit(Variant variant, int largest, Optional<Limit> limit, OptionalInt mayFit) {

  Fit {
    requireNonNull(variant, "variant");
    requireNonNull(limit, "limit");
    requireNonNull(mayFit, "mayFit");
  }

  /**
   * What forbids a batch that was seen to run out of memory.
   *
   * @param batch the smallest that is forbidden
   * @param published present if somebody else saw it; else it was here
   */
  record Limit(int batch, Optional<MemoryModel.Failure> published) {
    Limit {
      requireNonNull(published, "published");
    }
  }

  /**
   * Of the variants that lose nothing the one with the largest batch, the first of equal ones: so a
   * larger card never gives a smaller batch. Where none fits, the first that loses something, if
   * such may be taken.
   *
   * @param chosen what becomes of a variant's largest batch
   */
  static Optional<Fit> best(ModelProfile profile, Budget budget, UnaryOperator<Fit> chosen) {
    Optional<Fit> whole =
        fits(profile, budget, false)
            .map(chosen)
            .reduce((a, b) -> b.batch(profile, budget) > a.batch(profile, budget) ? b : a);
    return whole.isPresent() || !budget.allowReduced()
        ? whole
        : fits(profile, budget, true).findFirst().map(chosen);
  }

  /**
   * The smallest batch of a variant that only experience forbids: it may have been another
   * command's, or somebody else was on the card.
   */
  static Optional<Fit> againstExperience(
      ModelProfile profile, Budget budget, UnaryOperator<Fit> chosen) {
    Limit met = new Limit(1, Optional.empty());
    return best(profile, budget.under(budget.ceilings().sparingOne()), chosen)
        .map(fit -> new Fit(fit.variant, fit.largest, Optional.of(met), fit.mayFit));
  }

  /** The same, as far as the margins go. */
  static Optional<Fit> best(ModelProfile profile, Budget budget) {
    return best(profile, budget, fit -> fit);
  }

  private static Stream<Fit> fits(ModelProfile profile, Budget budget, boolean reduced) {
    return profile.variants().stream()
        .filter(variant -> variant.loses().isPresent() == reduced)
        .filter(variant -> suits(profile, variant, budget))
        .flatMap(variant -> of(variant, budget).stream());
  }

  private static boolean suits(ModelProfile profile, Variant variant, Budget budget) {
    return budget.devices().stream()
        .allMatch(
            device ->
                Suitability.objection(Suitability.of(profile, variant), device, List.of())
                    .isEmpty());
  }

  /** The first variant that fits cards which are too old for it. */
  static Optional<Variant> barred(ModelProfile profile, Budget budget) {
    return profile.variants().stream()
        .filter(variant -> variant.loses().isEmpty() || budget.allowReduced())
        .filter(variant -> !suits(profile, variant, budget))
        .filter(variant -> of(variant, budget).isPresent())
        .findFirst();
  }

  private int batch(ModelProfile profile, Budget budget) {
    return BatchSplit.of(largest, profile.effectiveBatch(), budget.world()).batch();
  }

  private static Optional<Fit> of(Variant variant, Budget budget) {
    DemandCurve curve = new DemandCurve(variant.memory(), budget.extraMarginPercent());
    Optional<Limit> limit = limit(variant, budget);
    int bound = limit.map(Limit::batch).orElse(Integer.MAX_VALUE) - 1;
    int largest = bound;
    for (Share share : budget.shares()) {
      largest = Math.min(largest, curve.largestOn(share, bound).orElse(0));
    }
    return largest == 0
        ? Optional.empty()
        : Optional.of(
            new Fit(
                variant,
                largest,
                largest == bound ? limit : Optional.empty(),
                OptionalInt.empty()));
  }

  /**
   * What a command begins with that no probe goes before. Numbers of somebody who ran the model are
   * taken at their word; computed ones may be wrong in what an item takes, so that the batch is the
   * largest that is expected in half of the memory, and 1 at the least.
   */
  Fit atFirst(Budget budget) {
    if (!isComputed(variant.memory())) {
      return this;
    }
    DemandCurve curve = new DemandCurve(variant.memory(), budget.extraMarginPercent());
    int first = largest;
    for (Share share : budget.shares()) {
      first = Math.min(first, curve.firstOn(share, first));
    }
    return first == largest
        ? this
        : new Fit(variant, first, Optional.empty(), OptionalInt.of(largest));
  }

  /** Whether it is a line that nobody has seen. */
  static boolean isComputed(MemoryModel model) {
    return model.match(points -> false, line -> line.basis() == MemoryModel.Basis.PRIOR);
  }

  /** The lowest that holds for one of the devices at least; the job's own experience first. */
  static Optional<Limit> limit(Variant variant, Budget budget) {
    DemandCurve curve = new DemandCurve(variant.memory(), budget.extraMarginPercent());
    Optional<Limit> lowest = Optional.empty();
    for (Share share : budget.shares()) {
      Optional<Limit> remembered =
          budget
              .ceilings()
              .over(variant.name(), share.budget())
              .map(ceiling -> new Limit(ceiling.batch(), Optional.empty()));
      Optional<Limit> published =
          curve.failureOn(share).map(failure -> new Limit(failure.batch(), Optional.of(failure)));
      lowest = lower(lowest, lower(remembered, published));
    }
    return lowest;
  }

  private static Optional<Limit> lower(Optional<Limit> one, Optional<Limit> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    return one.get().batch() <= other.get().batch() ? one : other;
  }
}
