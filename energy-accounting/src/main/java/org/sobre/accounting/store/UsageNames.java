package org.sobre.accounting.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a run is called by each key; what has no name is in brackets. */
final class UsageNames {

  /** The GPUs of a run whose job line is not there. */
  static final long NOT_ENDED = -1;

  /** Less than this are the numbers of {@link #held}. */
  private static final long HELD = -2;

  private final Names names;
  private final Map<UserNames.User, String> users;
  private final Map<String, Long> heldNumbers = new HashMap<>();
  private final List<String> held = new ArrayList<>();

  /**
   * @param users names by cluster and uid
   */
  UsageNames(Names names, Map<UserNames.User, String> users) {
    this.names = names;
    this.users = users;
  }

  /** A number for what runs held, in the place of one of their GPUs' types together. */
  long held(String text) {
    return heldNumbers.computeIfAbsent(
        text,
        absent -> {
          held.add(text);
          return HELD - (held.size() - 1);
        });
  }

  private String gpus(long number) {
    return number <= HELD
        ? held.get(Math.toIntExact(HELD - number))
        : names.optional(number).orElse(UsageKey.NO_GPU);
  }

  String name(UsageKey key, RowKey row) {
    return switch (key) {
      case CLUSTER -> names.text(row.cluster());
      case NODE -> names.text(row.node());
      case ACCOUNT -> names.optional(row.account()).orElse("(no account)");
      case USER -> user(row);
      case GPU -> row.gpus() == NOT_ENDED ? "(not ended)" : gpus(row.gpus());
      case PROFILE -> names.optional(row.profile()).orElse("(none declared)");
    };
  }

  private String user(RowKey row) {
    String known = users.get(new UserNames.User(row.cluster(), (int) row.uid()));
    return names.optional(row.user()).orElse(known == null ? "(uid " + row.uid() + ")" : known);
  }
}
