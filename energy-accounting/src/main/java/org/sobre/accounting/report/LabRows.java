package org.sobre.accounting.report;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageKey;

/**
 * Usage of a part of a report's period by labs, to which accounts belong for days. Of each account
 * the store is asked over all the days on end in which its lab is the same: a job that runs over a
 * day on which another account goes to another lab is one.
 */
final class LabRows {

  private static final String NO_ACCOUNT = "(no account)";

  private final DrawnUsage usage;
  private final ReportRequest request;
  private final List<UsageKey> keys;
  private final int lab;
  private final Map<Period, Map<List<String>, DrawnSum>> asked = new HashMap<>();

  /** The account and its cluster. */
  private record Account(String cluster, String name) {}

  /**
   * @param request by labs, and perhaps more
   * @param keys that the store knows of it, the account for the lab
   */
  LabRows(DrawnUsage usage, ReportRequest request, List<UsageKey> keys) {
    this.usage = usage;
    this.request = request;
    this.lab = keys.indexOf(UsageKey.ACCOUNT);
    this.keys = new ArrayList<>(keys);
    this.keys.add(UsageKey.CLUSTER);
  }

  /**
   * By the names of the keys, the lab's for the account's.
   *
   * @param cut the part's stretches, in none of which any account changes its lab; in their order
   * @param begin of all that the store knows, for a stretch that has none
   */
  Map<List<String>, DrawnSum> of(List<Period> cut, Instant begin) throws SQLException {
    Map<List<String>, DrawnSum> rows = new HashMap<>();
    Set<Account> accounts = new HashSet<>();
    asked(over(cut)).keySet().forEach(names -> accounts.add(account(names)));
    for (Account account : accounts) {
      int first = 0;
      while (first < cut.size()) {
        String name = lab(account, cut.get(first), begin);
        int last = first;
        while (last + 1 < cut.size() && lab(account, cut.get(last + 1), begin).equals(name)) {
          last++;
        }
        add(rows, account, name, over(cut.subList(first, last + 1)));
        first = last + 1;
      }
    }
    return rows;
  }

  private void add(Map<List<String>, DrawnSum> rows, Account account, String name, Period stretch)
      throws SQLException {
    asked(stretch)
        .forEach(
            (names, sum) -> {
              if (account(names).equals(account)) {
                List<String> row = new ArrayList<>(names.subList(0, names.size() - 1));
                row.set(lab, name);
                rows.merge(row, sum, DrawnSum::plus);
              }
            });
  }

  private Map<List<String>, DrawnSum> asked(Period period) throws SQLException {
    Map<List<String>, DrawnSum> known = asked.get(period);
    if (known == null) {
      known = usage.of(keys, period);
      asked.put(period, known);
    }
    return known;
  }

  private static Period over(List<Period> stretches) {
    return new Period(stretches.get(0).since(), stretches.get(stretches.size() - 1).until());
  }

  private Account account(List<String> names) {
    return new Account(names.get(names.size() - 1), names.get(lab));
  }

  private String lab(Account account, Period stretch, Instant begin) {
    Optional<String> name = Optional.of(account.name()).filter(known -> !known.equals(NO_ACCOUNT));
    LocalDate day = LocalDate.ofInstant(stretch.since().orElse(begin), request.zone());
    return request.labs().lab(account.cluster(), name, day);
  }
}
