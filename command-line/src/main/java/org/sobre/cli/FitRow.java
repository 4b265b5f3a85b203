package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.profile.ModelProfile;

/**
 * Whether one model runs on one kind of cards.
 *
 * @param plan present if it does
 * @param reason one sentence for a person
 * @param smallestGigabytes the smallest size of card that would do, where this one does not
 * @param sbatch options by which a job gets cards that will do: these, or where they will not
 *     others; none where Slurm is not asked or has none
 */
record FitRow(
    ModelProfile profile,
    FitCard card,
    Verdict verdict,
    Optional<BatchPlan> plan,
    String reason,
    OptionalInt smallestGigabytes,
    List<String> sbatch) {

  /** In the words of the contract. */
  enum Verdict {
    FITS("fits"),
    /** Only with a variant that loses something. */
    FITS_REDUCED("fits-reduced"),
    DOES_NOT_FIT("does-not-fit"),
    /** The card is of another kind than the model needs, whatever its memory. */
    UNSUPPORTED("unsupported");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  FitRow {
    requireNonNull(profile, "profile");
    requireNonNull(card, "card");
    requireNonNull(verdict, "verdict");
    requireNonNull(plan, "plan");
    requireNonNull(reason, "reason");
    requireNonNull(smallestGigabytes, "smallestGigabytes");
    sbatch = List.copyOf(sbatch);
    boolean fits = verdict == Verdict.FITS || verdict == Verdict.FITS_REDUCED;
    if (fits != plan.isPresent()) {
      throw new IllegalArgumentException("expected a plan with what fits, found " + verdict);
    }
  }

  boolean fits() {
    return plan.isPresent();
  }

  /** The same, with more to be known of it. */
  FitRow saying(String more) {
    return new FitRow(profile, card, verdict, plan, reason + more, smallestGigabytes, sbatch);
  }

  FitRow asking(List<String> options) {
    return new FitRow(profile, card, verdict, plan, reason, smallestGigabytes, options);
  }
}
