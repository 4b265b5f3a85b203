package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;

/**
 * A name that a report was asked for and that no job of the store ever had, nor one of Slurm's.
 *
 * @param known the names that there are
 */
public record UnknownName(ReportKey key, String name, List<String> known) {

  public UnknownName {
    requireNonNull(key, "key");
    requireNonNull(name, "name");
    known = List.copyOf(known);
  }

  /** The first of a report's filter; absent if all are known, of whatever time. */
  public static Optional<UnknownName> first(AccountingStore store, Report report)
      throws IOException {
    for (Map.Entry<ReportKey, Set<String>> one : report.request().filter().names().entrySet()) {
      // rows have all names of a filter if it has one of each key
      if (report.rows().isEmpty() || one.getValue().size() > 1) {
        List<String> known = known(store, report.request(), one.getKey());
        for (String name : one.getValue()) {
          if (!known.contains(name)) {
            return Optional.of(new UnknownName(one.getKey(), name, known));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** The names of whatever time that rows have, and those that Slurm alone knows; sorted. */
  public static List<String> known(AccountingStore store, ReportRequest request, ReportKey key)
      throws IOException {
    ReportRequest all = new ReportRequest(List.of(key), Period.ALL, request.zone(), request.labs());
    Report report = ReportBuilder.build(store, all, Factors.NONE);
    Stream<Map<ReportKey, String>> uncovered =
        report.unmeasured().uncovered().stream()
            .flatMap(of -> of.rows().stream())
            .map(Uncovered.Row::keys);
    return Stream.concat(report.rows().stream().map(ReportRow::keys), uncovered)
        .map(names -> names.getOrDefault(key, ""))
        .distinct()
        .sorted()
        .toList();
  }
}
