package org.sobre.accounting.report;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.store.RunRecord;

/** What a run is called in each column; what has no name is in brackets and comes last. */
final class RowNames {

  private static final String UNNAMED = "(";

  private final Map<Integer, String> users;
  private final ReportRequest request;

  /**
   * @param users names by uid
   */
  RowNames(Map<Integer, String> users, ReportRequest request) {
    this.users = users;
    this.request = request;
  }

  private static String gpuTypes(RunRecord run) {
    if (!run.isEnded()) {
      return "(not ended)";
    }
    return run.gpus().isEmpty()
        ? "(no gpu)"
        : run.gpus().stream()
            .map(RunRecord.Gpu::type)
            .distinct()
            .sorted()
            .collect(Collectors.joining("+"));
  }

  /** Any key but the month, which is not the run's. */
  String name(ReportKey key, RunInPeriod use) {
    RunRecord run = use.run();
    return switch (key) {
      case LAB -> lab(use);
      case USER ->
          run.user()
              .or(() -> Optional.ofNullable(users.get(run.uid())))
              .orElse("(uid " + run.uid() + ")");
      case GPU -> gpuTypes(run);
      case PROFILE -> Optional.ofNullable(run.declared().profile()).orElse("(none declared)");
      case NODE -> run.node();
      case MONTH -> throw new IllegalArgumentException("a month belongs to the period");
    };
  }

  /** Of the day on which the part of the report begins, or the run if that is later. */
  private String lab(RunInPeriod use) {
    RunRecord run = use.run();
    if (request.labs().equals(LabMap.BY_ACCOUNT)) {
      return run.account().orElse("(no account)");
    }
    long begin = Math.max(run.beginMillis(), use.period().sinceMillis());
    LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(begin), request.zone());
    return request.labs().lab(run.cluster(), run.account(), day);
  }

  /** For sorting: brackets and what is nobody's after everything else. */
  static String sortable(String name) {
    return name.startsWith(UNNAMED) || name.equals(LabMap.UNASSIGNED) ? "\uffff" + name : name;
  }
}
