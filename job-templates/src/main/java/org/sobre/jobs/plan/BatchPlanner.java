package org.sobre.jobs.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Variant;
import org.sobre.jobs.profile.Version;

/**
 * From a profile and the memory of the devices a job holds to a batch. Pure: the same budget gives
 * the same plan. Of variants that lose nothing, more memory never gives a smaller batch, nor does a
 * smaller margin.
 */
public final class BatchPlanner {

  /** Of each GB: no card of a class has more. */
  private static final long MEBIBYTES_OF_CLASS = 1024;

  private final Remedies remedies;

  /**
   * @param vramClasses sizes in GB for which there is a feature {@code vram_ge_Ng}, ascending
   * @param capabilities those for which there is a feature {@code gpu_cc_ge_N_N}, ascending
   * @param advice to whom reasons say what to do
   */
  public BatchPlanner(List<Integer> vramClasses, List<Version> capabilities, Advice advice) {
    this(new Remedies(vramClasses, capabilities, advice, feature -> true, false));
  }

  private BatchPlanner(Remedies remedies) {
    this.remedies = remedies;
  }

  /**
   * The same, that names no size and no kind of card but those: Slurm 22.05 refuses a job that
   * names a feature which no node has, even as one of alternatives (seen).
   *
   * @param features that nodes of the cluster have
   */
  public BatchPlanner among(Set<String> features) {
    return new BatchPlanner(remedies.among(Set.copyOf(features)::contains));
  }

  /** For who wants batches and sizes, and no advice about kinds of cards. */
  public BatchPlanner(List<Integer> vramClasses) {
    this(new Remedies(vramClasses, List.of(), Advice.SLURM, feature -> false, false));
  }

  /** The largest batch that fits, by the margin that the profile's numbers need. */
  public PlanResult plan(ModelProfile profile, Budget budget) {
    return plan(profile, budget, fit -> fit);
  }

  /**
   * The same for a command that no probe goes before: where a model was computed and nobody has run
   * it, no more than half of the memory is meant to be taken. What fits at all is the same.
   */
  public PlanResult firstTry(ModelProfile profile, Budget budget) {
    return plan(profile, budget, fit -> fit.atFirst(budget));
  }

  private PlanResult plan(ModelProfile profile, Budget budget, UnaryOperator<Fit> chosen) {
    Refusals refusals = new Refusals(remedies, profile, budget);
    Optional<PlanResult> refused = refusals.whateverTheBatch();
    if (refused.isPresent()) {
      return refused.get();
    }
    Optional<Fit> fit = Fit.best(profile, budget, chosen);
    if (fit.isPresent()) {
      return planned(profile, fit.get(), budget);
    }
    Optional<Unsupported> barred = refusals.tooOldForWhatFits();
    if (barred.isPresent()) {
      return barred.get();
    }
    Optional<Fit> tried = Fit.againstExperience(profile, budget, chosen);
    return tried.isPresent() ? planned(profile, tried.get(), budget) : refusals.tooSmall();
  }

  /**
   * What a job would run with on one card of a size, or in so much main memory, nobody else being
   * on it.
   *
   * @param gigabytes as in the feature {@code vram_ge_Ng}
   */
  public PlanResult onEmptyCard(ModelProfile profile, int gigabytes, boolean allowReduced) {
    return plan(profile, Budget.of(List.of(Device.ofClass(gigabytes)), allowReduced));
  }

  /**
   * What a job asks Slurm for to get a card of a size, of a kind that will do: {@code
   * vram_ge_24g&(gpu_cc_ge_6_0|gpu_vendor_amd)}. No word of a kind where every kind will do, or
   * where there is no feature for those that would.
   *
   * @param gigabytes as in the feature {@code vram_ge_Ng}
   * @param allowReduced whether a variant that loses something may be meant
   */
  public String constraint(ModelProfile profile, int gigabytes, boolean allowReduced) {
    return remedies.cards(profile, gigabytes, allowReduced).expression().orElseThrow();
  }

  /**
   * The compute capability that an NVIDIA card of a size must have: what the profile asks for, what
   * its precisions need, and what the variant does that is meant there. Empty where any will do.
   *
   * @param gigabytes empty where no size will do
   */
  public Optional<Version> leastCapability(
      ModelProfile profile, OptionalInt gigabytes, boolean allowReduced) {
    return Suitability.leastCapability(
        remedies.requires(profile, gigabytes, Budget.of(List.of(), allowReduced)));
  }

  /**
   * The smallest empty card on which any batch fits, by its own memory and not by its class; empty
   * if none up to the largest class will do.
   */
  public Optional<MemorySize> leastMemory(ModelProfile profile, boolean allowReduced) {
    Budget budget = Budget.of(List.of(), allowReduced);
    long most =
        remedies.vramClasses().stream()
            .mapToLong(size -> size * MEBIBYTES_OF_CLASS)
            .max()
            .orElse(0);
    if (!fitsOn(most, profile, budget)) {
      return Optional.empty();
    }
    long tooLittle = 0;
    while (most - tooLittle > 1) {
      long middle = (tooLittle + most) / 2;
      if (fitsOn(middle, profile, budget)) {
        most = middle;
      } else {
        tooLittle = middle;
      }
    }
    return Optional.of(MemorySize.ofMebibytes(most));
  }

  private static boolean fitsOn(long mebibytes, ModelProfile profile, Budget budget) {
    Device card =
        Device.empty("", Optional.empty(), MemorySize.ofMebibytes(mebibytes), Optional.empty());
    return mebibytes > 0 && Fit.best(profile, budget.on(List.of(card))).isPresent();
  }

  /** The smallest size of card, nobody else being on it, or of main memory that would do. */
  public OptionalInt smallestClass(ModelProfile profile, boolean allowReduced) {
    return remedies.smallestClass(profile, Budget.of(List.of(), allowReduced));
  }

  /**
   * A plan's variant with at most a part of its batch, after that ran out of memory; the effective
   * batch is kept. Empty at batch 1.
   *
   * @param factor above 0, below 1
   */
  public Optional<BatchPlan> smaller(ModelProfile profile, BatchPlan plan, double factor) {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException("expected a factor between 0 and 1, found " + factor);
    }
    int most = Math.min(plan.batch() - 1, Math.max(1, (int) (plan.batch() * factor)));
    if (most < 1) {
      return Optional.empty();
    }
    BatchSplit split = BatchSplit.of(most, profile.effectiveBatch(), plan.world());
    Demand demand = new DemandCurve(plan.variant().memory(), 0).at(split.batch());
    Comparator<MemorySize> size = Comparator.naturalOrder();
    return Optional.of(
        new BatchPlan(
            plan.variant(),
            split.batch(),
            split.accumulation(),
            plan.world(),
            size.compare(demand.memory(), plan.needs()) < 0 ? demand.memory() : plan.needs(),
            plan.budget(),
            demand.marginPercent(),
            false,
            Reasons.smaller(profile, plan, split)));
  }

  private static BatchPlan planned(ModelProfile profile, Fit fit, Budget budget) {
    BatchSplit split = BatchSplit.of(fit.largest(), profile.effectiveBatch(), budget.world());
    DemandCurve curve = new DemandCurve(fit.variant().memory(), budget.extraMarginPercent());
    Share tightest = budget.tightest();
    Demand demand = curve.at(split.batch());
    // a batch that fits because a larger, better known one does needs no more than that one
    Demand known = demand.isMetBy(tightest) ? demand : curve.at(fit.largest());
    boolean tight = budget.shares().stream().anyMatch(known::isTightOn);
    return new BatchPlan(
        fit.variant(),
        split.batch(),
        split.accumulation(),
        budget.world(),
        known.memory(),
        tightest.budget(),
        known.marginPercent(),
        tight,
        Reasons.why(profile, fit, curve, split, known, tightest, tight, budget.world()));
  }

  /** What a batch of a variant asks for by the variant's own numbers, with their margin. */
  public static MemorySize needs(Variant variant, int batch) {
    return new DemandCurve(variant.memory(), 0).at(batch).memory();
  }
}
