package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.KnownAccounts;

/**
 * An account or a cluster that {@code labs.yaml} names and that nobody has heard of, so that its
 * lab has nothing for it: it may come later, or be a typing error.
 *
 * @param key account or cluster
 * @param known the names that there are, at least one
 */
public record UnmatchedRule(String lab, ReportKey key, String name, List<String> known) {

  public UnmatchedRule {
    requireNonNull(lab, "lab");
    requireNonNull(key, "key");
    requireNonNull(name, "name");
    known = List.copyOf(known);
  }

  /** In the order of the document; none of a store that knows no name yet. */
  public static List<UnmatchedRule> of(AccountingStore store, LabMap labs) throws IOException {
    return labs.rules().isEmpty()
        ? List.of()
        : store.read(connection -> of(connection, labs, KnownAccounts.of(connection)));
  }

  private static List<UnmatchedRule> of(Connection connection, LabMap labs, KnownAccounts known)
      throws SQLException {
    List<UnmatchedRule> unmatched = new ArrayList<>();
    for (LabMap.Rule rule : labs.rules()) {
      if (isUnheardOf(rule.account(), known.accounts())
          && !KnownAccounts.isOfUncoveredJob(connection, rule.account())) {
        unmatched.add(
            new UnmatchedRule(
                rule.lab(), ReportKey.ACCOUNT, rule.account(), List.copyOf(known.accounts())));
      }
      rule.cluster()
          .filter(cluster -> isUnheardOf(cluster, known.clusters()))
          .map(
              cluster ->
                  new UnmatchedRule(
                      rule.lab(), ReportKey.CLUSTER, cluster, List.copyOf(known.clusters())))
          .ifPresent(unmatched::add);
    }
    return unmatched.stream().distinct().toList();
  }

  private static boolean isUnheardOf(String name, Collection<String> known) {
    return !known.isEmpty() && !known.contains(name);
  }
}
