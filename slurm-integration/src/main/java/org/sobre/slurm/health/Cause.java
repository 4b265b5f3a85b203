package org.sobre.slurm.health;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/**
 * One thing that is wrong with one card.
 *
 * @param code for {@link CauseKind#XID} its number, else empty; letters, digits and dashes
 * @param detail what was seen, for a person; may be empty
 */
public record Cause(CauseKind kind, HealthCard card, String code, String detail) {

  /** By urgency, then by card. */
  static final Comparator<Cause> ORDER =
      Comparator.comparing(Cause::kind)
          .thenComparing(cause -> cause.card().index())
          .thenComparing(Cause::code);

  public Cause {
    requireNonNull(kind, "kind");
    requireNonNull(card, "card");
    if (!code.matches("[A-Za-z0-9-]*")) {
      throw new IllegalArgumentException("cause code of letters, digits, dashes, found " + code);
    }
    requireNonNull(detail, "detail");
  }

  /**
   * By which the health check knows the cause again: {@code lost:0000:41:00.0}, {@code
   * xid-79:0000:41:00.0}. Without blanks.
   */
  public String token() {
    return word() + ":" + card.address();
  }

  /** {@code lost}, {@code xid-79}. */
  String word() {
    return kind.word() + (code.isEmpty() ? "" : "-" + code);
  }
}
