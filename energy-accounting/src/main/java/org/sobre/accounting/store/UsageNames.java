package org.sobre.accounting.store;

import java.util.Map;

/** What a run is called by each key; what has no name is in brackets. */
final class UsageNames {

  /** The GPUs of a run whose job line is not there. */
  static final long NOT_ENDED = -1;

  private final Names names;
  private final Map<Integer, String> users;

  /**
   * @param users names by uid
   */
  UsageNames(Names names, Map<Integer, String> users) {
    this.names = names;
    this.users = users;
  }

  String name(UsageKey key, RowKey row) {
    return switch (key) {
      case CLUSTER -> names.text(row.cluster());
      case NODE -> names.text(row.node());
      case ACCOUNT -> names.optional(row.account()).orElse("(no account)");
      case USER -> user(row);
      case GPU ->
          row.gpus() == NOT_ENDED ? "(not ended)" : names.optional(row.gpus()).orElse("(no gpu)");
      case PROFILE -> names.optional(row.profile()).orElse("(none declared)");
    };
  }

  private String user(RowKey row) {
    String known = users.get((int) row.uid());
    return names.optional(row.user()).orElse(known == null ? "(uid " + row.uid() + ")" : known);
  }
}
