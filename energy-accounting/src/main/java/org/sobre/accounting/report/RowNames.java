package org.sobre.accounting.report;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.accounting.store.RunRecord;

/** What a run is called in each column; what has no name is in brackets and comes last. */
final class RowNames {

  private static final String UNNAMED = "(";

  private final Map<Integer, String> users;

  /**
   * @param users names by uid
   */
  RowNames(Map<Integer, String> users) {
    this.users = users;
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
  String name(ReportKey key, RunRecord run) {
    return switch (key) {
      case LAB -> run.account().orElse("(no account)");
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

  /** For sorting: brackets after everything else. */
  static String sortable(String name) {
    return name.startsWith(UNNAMED) ? "\uffff" + name : name;
  }
}
