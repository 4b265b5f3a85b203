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
import java.util.stream.Collectors;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageFilter;
import org.sobre.accounting.store.UsageKey;

/**
 * Usage of a part of a report's period by labs, to which accounts belong for days. Of each account
 * the store is asked over all the days on end in which it goes to the same row: a job that runs
 * over a day on which another account goes to another lab is one.
 */
final class LabRows {

  private static final String NO_ACCOUNT = "(no account)";

  private final DrawnUsage usage;
  private final ReportRequest request;
  private final List<ReportKey> keys;
  private final UsageFilter filter;
  private final Optional<Set<String>> chosen;
  private final List<UsageKey> asked;
  private final Map<Period, Map<List<String>, DrawnSum>> known = new HashMap<>();

  /** The account and its cluster. */
  private record Account(String cluster, String name) {}

  /**
   * @param keys of the rows; the lab may be one
   * @param filter what the store can choose by
   */
  LabRows(DrawnUsage usage, ReportRequest request, List<ReportKey> keys, UsageFilter filter) {
    this.usage = usage;
    this.request = request;
    this.keys = keys;
    this.filter = filter;
    this.chosen = request.filter().labs(request.labs());
    List<UsageKey> all = new ArrayList<>(RowUsage.asked(keys));
    for (UsageKey key : List.of(UsageKey.ACCOUNT, UsageKey.CLUSTER)) {
      if (!all.contains(key)) {
        all.add(key);
      }
    }
    this.asked = List.copyOf(all);
  }

  /**
   * By the names of the keys.
   *
   * @param cut the part's stretches, in none of which any account changes its lab; in their order
   * @param begin of all that the store knows, for a stretch that has none
   */
  Map<List<String>, DrawnSum> of(List<Period> cut, Instant begin) throws SQLException {
    Map<List<String>, DrawnSum> rows = new HashMap<>();
    Set<Account> accounts = accounts(over(cut));
    UsageFilter ofThose = ofAccounts(accounts, cut, begin);
    for (Account account : accounts) {
      int first = 0;
      while (first < cut.size()) {
        Optional<String> name = row(account, cut.get(first), begin);
        int last = first;
        while (last + 1 < cut.size() && row(account, cut.get(last + 1), begin).equals(name)) {
          last++;
        }
        if (name.isPresent()) {
          add(rows, account, name.get(), usage(over(cut.subList(first, last + 1)), ofThose));
        }
        first = last + 1;
      }
    }
    return rows;
  }

  private Set<Account> accounts(Period period) throws SQLException {
    Set<Account> accounts = new HashSet<>();
    List<UsageKey> ofAccount = List.of(UsageKey.CLUSTER, UsageKey.ACCOUNT);
    for (List<String> names : usage.of(ofAccount, filter, period).keySet()) {
      accounts.add(new Account(names.get(0), names.get(1)));
    }
    return accounts;
  }

  /** Where labs are asked for, the runs of those accounts alone that are ever theirs. */
  private UsageFilter ofAccounts(Set<Account> accounts, List<Period> cut, Instant begin) {
    if (chosen.isEmpty()) {
      return filter;
    }
    Set<String> names =
        accounts.stream()
            .filter(account -> cut.stream().anyMatch(at -> row(account, at, begin).isPresent()))
            .map(Account::name)
            .collect(Collectors.toSet());
    Map<UsageKey, Set<String>> all = new HashMap<>(filter.names());
    all.merge(UsageKey.ACCOUNT, names, ReportFilter::both);
    return new UsageFilter(all);
  }

  private void add(
      Map<List<String>, DrawnSum> rows,
      Account account,
      String lab,
      Map<List<String>, DrawnSum> used) {
    used.forEach(
        (names, sum) -> {
          if (name(names, UsageKey.ACCOUNT).equals(account.name())
              && name(names, UsageKey.CLUSTER).equals(account.cluster())) {
            List<String> row = new ArrayList<>();
            for (ReportKey key : keys) {
              row.add(key == ReportKey.LAB ? lab : name(names, key.usageKey().orElseThrow()));
            }
            rows.merge(row, sum, DrawnSum::plus);
          }
        });
  }

  private String name(List<String> names, UsageKey key) {
    return names.get(asked.indexOf(key));
  }

  private Map<List<String>, DrawnSum> usage(Period period, UsageFilter ofThose)
      throws SQLException {
    Map<List<String>, DrawnSum> used = known.get(period);
    if (used == null) {
      used = usage.of(asked, ofThose, period);
      known.put(period, used);
    }
    return used;
  }

  private static Period over(List<Period> stretches) {
    return new Period(stretches.get(0).since(), stretches.get(stretches.size() - 1).until());
  }

  /** The lab; where rows are of no lab, the same of all; absent if it was not asked for. */
  private Optional<String> row(Account account, Period stretch, Instant begin) {
    Optional<String> name = Optional.of(account.name()).filter(told -> !told.equals(NO_ACCOUNT));
    LocalDate day = LocalDate.ofInstant(stretch.since().orElse(begin), request.zone());
    String lab = request.labs().lab(account.cluster(), name, day);
    return chosen.map(labs -> labs.contains(lab)).orElse(true)
        ? Optional.of(keys.contains(ReportKey.LAB) ? lab : "")
        : Optional.empty();
  }
}
