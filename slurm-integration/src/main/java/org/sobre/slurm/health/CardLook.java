package org.sobre.slurm.health;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What one look at a card found.
 *
 * @param fault what is wrong with it; absent where nothing is, or where it could not be asked
 * @param hot whether it is slowed by its temperature at this moment
 * @param detail in the tool's words; may be empty
 */
public record CardLook(
    HealthCard card, Asked asked, Optional<CauseKind> fault, boolean hot, String detail) {

  /** Whether the look says anything. */
  public enum Asked {
    YES,
    /** It sleeps, and asking would wake it. */
    ASLEEP,
    /** Nobody here can tell: its tool is not installed. */
    NO
  }

  public CardLook {
    requireNonNull(card, "card");
    requireNonNull(asked, "asked");
    requireNonNull(fault, "fault");
    requireNonNull(detail, "detail");
    if (asked != Asked.YES && (fault.isPresent() || hot)) {
      throw new IllegalArgumentException(card + " was not asked and has a fault");
    }
  }

  public static CardLook well(HealthCard card, boolean hot) {
    return new CardLook(card, Asked.YES, Optional.empty(), hot, "");
  }

  public static CardLook ill(HealthCard card, CauseKind fault, String detail) {
    return new CardLook(card, Asked.YES, Optional.of(fault), false, detail);
  }

  public static CardLook asleep(HealthCard card) {
    return new CardLook(card, Asked.ASLEEP, Optional.empty(), false, "");
  }

  public static CardLook unknown(HealthCard card, String detail) {
    return new CardLook(card, Asked.NO, Optional.empty(), false, detail);
  }
}
