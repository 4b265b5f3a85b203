package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.sobre.cli.FitRow.Verdict;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.plan.Budget;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.slurm.cards.CardClass;
import org.sobre.slurm.gres.FeatureLadder;

/**
 * Tries models on cards.
 *
 * @param gpus cards of a kind that a job would have, from 1
 */
record FitTrial(BatchPlanner planner, int gpus, boolean allowReduced) {

  private static final Messages MESSAGES = Messages.of(FitTrial.class);

  FitTrial {
    requireNonNull(planner, "planner");
  }

  /** In the order of the cards. What will not do is told which of the others would. */
  List<FitRow> rows(ModelProfile profile, List<FitCard> cards) {
    if (profile.device() == Processor.CPU) {
      return List.of(inMainMemory(profile));
    }
    List<FitRow> rows = cards.stream().map(card -> row(profile, card)).toList();
    Optional<List<String>> smallest =
        rows.stream()
            .filter(FitRow::fits)
            .filter(row -> row.card().ofCluster().isPresent())
            .map(FitRow::sbatch)
            .findFirst();
    return rows.stream()
        .map(
            row ->
                row.fits() || row.card().ofCluster().isEmpty()
                    ? row
                    : row.asking(smallest.orElse(List.of())))
        .toList();
  }

  /** What needs no card: in as little main memory as will do. */
  private FitRow inMainMemory(ModelProfile profile) {
    OptionalInt least = planner.smallestClass(profile, allowReduced);
    int gigabytes = least.orElse(FeatureLadder.GIGABYTES.get(FeatureLadder.GIGABYTES.size() - 1));
    FitCard memory =
        new FitCard(
            Optional.empty(),
            Device.empty(
                MESSAGES.text("fit.mainMemory"),
                Optional.empty(),
                MemorySize.ofGigabytes(gigabytes),
                Optional.empty()),
            OptionalDouble.of(gigabytes),
            Optional.empty(),
            FitCard.Place.MAIN_MEMORY);
    return planner
        .onEmptyCard(profile, gigabytes, allowReduced)
        .match(
            plan -> fitting(profile, memory, plan),
            small -> refused(profile, memory, Verdict.DOES_NOT_FIT, small.reason(), least),
            other -> refused(profile, memory, Verdict.UNSUPPORTED, other.reason(), least));
  }

  private FitRow row(ModelProfile profile, FitCard card) {
    Optional<CardClass> scattered = card.ofCluster().filter(one -> one.mostOnOneNode() < gpus);
    Budget budget = Budget.of(Collections.nCopies(gpus, card.device()), allowReduced);
    return planner
        .firstTry(profile, budget)
        .match(
            plan ->
                scattered
                    .map(
                        one ->
                            refused(
                                profile,
                                card,
                                Verdict.DOES_NOT_FIT,
                                MESSAGES.text("fit.scattered", gpus, one.mostOnOneNode()),
                                OptionalInt.empty()))
                    .orElseGet(() -> fitting(profile, card, plan)),
            small ->
                refused(
                    profile,
                    card,
                    Verdict.DOES_NOT_FIT,
                    small.reason(),
                    small.smallestClassGigabytes()),
            other ->
                refused(
                    profile,
                    card,
                    Verdict.UNSUPPORTED,
                    other.reason(),
                    planner.smallestClass(profile, allowReduced)));
  }

  private FitRow fitting(ModelProfile profile, FitCard card, BatchPlan plan) {
    return new FitRow(
        profile,
        card,
        plan.variant().loses().isPresent() ? Verdict.FITS_REDUCED : Verdict.FITS,
        Optional.of(plan),
        plan.why() + sameOnSmaller(profile, card, plan),
        OptionalInt.empty(),
        options(profile, card));
  }

  /** Who asks for a large card is to know where a smaller one would do as much. */
  private String sameOnSmaller(ModelProfile profile, FitCard card, BatchPlan plan) {
    if (card.place() != FitCard.Place.ELSEWHERE) {
      return "";
    }
    int own =
        FeatureLadder.GIGABYTES.stream()
            .filter(card.device().total()::hasGigabytes)
            .mapToInt(Integer::intValue)
            .max()
            .orElse(0);
    return FeatureLadder.GIGABYTES.stream()
        .filter(size -> size < own && runs(profile, size, plan))
        .findFirst()
        .map(size -> MESSAGES.text("fit.same", size))
        .orElse("");
  }

  private boolean runs(ModelProfile profile, int gigabytes, BatchPlan plan) {
    Device smaller = Device.ofClass(gigabytes);
    Budget budget = Budget.of(Collections.nCopies(gpus, smaller), allowReduced);
    return planner.firstTry(profile, budget) instanceof BatchPlan other
        && other.batch() == plan.batch()
        && !other.tight()
        && other.variant().name().equals(plan.variant().name());
  }

  private List<String> options(ModelProfile profile, FitCard card) {
    FitOptions options = new FitOptions(planner, gpus, allowReduced);
    if (card.isHere()) {
      return List.of();
    }
    if (card.isMainMemory()) {
      return List.of("--mem=" + Math.round(card.gigabytes().orElse(0)) + "G");
    }
    if (card.ofCluster().isPresent()) {
      return options.of(card.ofCluster().get());
    }
    return options.ofTotal(profile, card.device().total());
  }

  private FitRow refused(
      ModelProfile profile,
      FitCard card,
      Verdict verdict,
      String reason,
      OptionalInt smallestGigabytes) {
    return new FitRow(
        profile,
        card,
        verdict,
        Optional.empty(),
        reason,
        smallestGigabytes,
        card.isHere()
            ? List.of()
            : new FitOptions(planner, gpus, allowReduced).ofSize(profile, smallestGigabytes));
  }
}
