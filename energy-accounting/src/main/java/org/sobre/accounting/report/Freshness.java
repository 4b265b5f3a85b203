package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sobre.accounting.store.NodeNews;
import org.sobre.accounting.store.NodeNews.News;
import org.sobre.accounting.store.Period;

/**
 * Of which time the ledger tells, and how fresh its word is.
 *
 * @param begins the first instant of which any line tells by a clock that was set; absent where
 *     there is none
 * @param asOf the last instant of which any line tells; absent where there is none
 * @param silent nodes that have said nothing for two hours while others did, and something within
 *     the week before; by name. One that is switched off is among them: a ledger cannot tell
 */
public record Freshness(Optional<Instant> begins, Optional<Instant> asOf, List<String> silent) {

  public static final Freshness UNKNOWN =
      new Freshness(Optional.empty(), Optional.empty(), List.of());

  /** A node at work writes a line each full hour. */
  static final Duration LATE = Duration.ofHours(2);

  /** Longer away than this is out of service. */
  static final Duration GONE = Duration.ofDays(7);

  public Freshness {
    requireNonNull(begins, "begins");
    requireNonNull(asOf, "asOf");
    silent = List.copyOf(silent);
  }

  public static Freshness of(Connection connection) throws SQLException {
    return of(NodeNews.ledgerBegins(connection), NodeNews.read(connection));
  }

  /** Pure. A clock that runs ahead makes others late: it is at most the node's own slip. */
  static Freshness of(Optional<Instant> begins, List<News> nodes) {
    Optional<Instant> asOf = nodes.stream().map(News::at).max(Comparator.naturalOrder());
    return new Freshness(
        begins,
        asOf,
        nodes.stream()
            .filter(node -> isSilent(Duration.between(node.at(), asOf.orElseThrow())))
            .map(News::node)
            .distinct()
            .sorted()
            .toList());
  }

  /** Whether no line tells of any of it: what ran then, and what it drew, is not known. */
  public boolean isSilentOf(Period period) {
    boolean isEmpty = begins.isEmpty() && asOf.isEmpty();
    return isEmpty || isBefore(period) || isAfter(period);
  }

  private boolean isBefore(Period period) {
    return begins
        .filter(first -> period.until().filter(end -> !end.isAfter(first)).isPresent())
        .isPresent();
  }

  /** Whether the period begins when the ledger has ended. */
  boolean isAfter(Period period) {
    return asOf.filter(last -> period.since().filter(since -> !since.isBefore(last)).isPresent())
        .isPresent();
  }

  /** The ledger's begin where the period has time before it. */
  Optional<Instant> beginsWithin(Period period) {
    return begins.filter(first -> period.since().filter(first::isAfter).isPresent());
  }

  private static boolean isSilent(Duration since) {
    return since.compareTo(LATE) > 0 && since.compareTo(GONE) <= 0;
  }
}
