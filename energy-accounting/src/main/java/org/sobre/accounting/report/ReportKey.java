package org.sobre.accounting.report;

import java.util.Locale;
import java.util.Optional;
import org.sobre.accounting.store.UsageKey;

/** By what a report has its rows. The JSON name is the constant in lower case. */
public enum ReportKey {
  /** What labs.yaml makes of a Slurm account, or the account itself. */
  LAB,
  /** Slurm account. */
  ACCOUNT,
  USER,
  /** Type of the GPUs held. */
  GPU,
  /** The job's own word. */
  PROFILE,
  NODE,
  CLUSTER,
  /** Calendar day in the report's time zone. */
  DAY,
  /** Calendar month in the report's time zone. */
  MONTH;

  /** What the store tells apart by it; absent for what is a period's. */
  Optional<UsageKey> usageKey() {
    return switch (this) {
      case LAB, ACCOUNT -> Optional.of(UsageKey.ACCOUNT);
      case USER -> Optional.of(UsageKey.USER);
      case GPU -> Optional.of(UsageKey.GPU);
      case PROFILE -> Optional.of(UsageKey.PROFILE);
      case NODE -> Optional.of(UsageKey.NODE);
      case CLUSTER -> Optional.of(UsageKey.CLUSTER);
      case DAY, MONTH -> Optional.empty();
    };
  }

  /** Whether it is of the calendar; else of runs. */
  public boolean isOfCalendar() {
    return usageKey().isEmpty();
  }

  public String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<ReportKey> ofJsonName(String name) {
    for (ReportKey key : values()) {
      if (key.jsonName().equals(name)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }
}
